import { defineCapability } from "../../capability";
import type { WithWays } from "../../account/other-ways";
import type { WithScripts } from "../../account/services";
import { knownLanguage } from "../../http/language";
import type { Visit } from "../../http/visit";
import type { Write } from "../../mail/letters";
import { warning } from "../../mail/letters";
import { offer } from "./offer";
import { listPath } from "./parts";
import { passkeysOf } from "./passkeys";
import { passkeyProof } from "./proof";
import { domainProblem, refuseOrphans, relyingPartyOf } from "./relying-party";
import { settings } from "./settings";
import { signUpGate } from "./sign-up";
import { signalsOf } from "./signals";
import { passkeyTables } from "./tables";
import { SafetyFacts, Script } from "./sign-in-views";
import { passkeyWay, riskOf } from "./way";
import { words } from "./words";

/** Passkeys: sign in with a device and its lock instead of a password. */
export const passkeys = defineCapability(
  {
    name: "passkey",
    settings,
    isOn: ({ GATEHOUSE_PASSKEYS }) => GATEHOUSE_PASSKEYS === "on",
    words,
    mails: {
      passkey_added: { maxAgeHours: 72 },
      passkey_renamed: { maxAgeHours: 72 },
      passkey_removed: { maxAgeHours: 72 },
    },
    tables: passkeyTables,
    migrations: "src/capabilities/passkeys/migrations",
    script: "src/capabilities/passkeys/script.js",
    contradiction: domainProblem,
    check: refuseOrphans,
    verbs: async () => ({ passkeys: (await import("./operator")).passkeysOff }),
  },
  (tools, config) => ({
    pages: async (services) => (await import("./pages")).pagesOf(services, tools),
    sections: (language) => [{ path: listPath, title: words[language].title, icon: "key" }],
    safety,
    gate: (services) => signUpGate(services, tools),
    news,
    detour: offer,
    proofs: [passkeyProof(tools, relyingPartyOf(config).id)],
    ways: [passkeyWay(tools, relyingPartyOf(config).id)],
    letters: {
      passkey_added: letter("passkey_added"),
      passkey_renamed: letter("passkey_renamed"),
      passkey_removed: letter("passkey_removed"),
    },
  }),
);

/** The line in the overview; on this page password managers hear of another name or email address too. */
async function safety(services: WithWays, { language }: Visit, userId: string) {
  const { safety: own } = words[language];
  const all = await passkeysOf(services.database.orm, userId, relyingPartyOf(services.config).id);
  const { length } = all;
  const { isUnbacked, isAlone } = await riskOf(services, { userId, count: length });
  return {
    icon: "key",
    title: length === 0 ? own.none : own.some(length),
    badge: isAlone ? { text: own.alone, isBad: true } : undefined,
    facts:
      length === 0
        ? undefined
        : SafetyFacts({ hint: isUnbacked ? own.single : "", script: await tell(services, { userId, passkeys: all }) }),
    link: { href: listPath, label: own.action, named: own.named },
  } as const;
}

/** The same alone, for a page that has just changed what password managers are told. */
const news = async (services: WithScripts, userId: string) =>
  tell(services, {
    userId,
    passkeys: await passkeysOf(services.database.orm, userId, relyingPartyOf(services.config).id),
  });

/** Tells password managers the name and the address of a user, and which passkeys still work. */
async function tell({ config, database, scripts }: WithScripts, about: Parameters<typeof signalsOf>[2]) {
  const signals = await signalsOf(database.orm, relyingPartyOf(config), about);
  return Script({ script: scripts.passkey ?? "", signals });
}

/** A letter that tells of a change, with a link for a reader who did not make it. */
const letter =
  (kind: keyof (typeof words)["en"]["mails"]): Write =>
  (writing) => {
    const { mail, brand } = writing;
    const own = words[knownLanguage(mail.language)];
    return warning(writing, own.mails[kind](brand, mail.facts.name ?? ""));
  };
