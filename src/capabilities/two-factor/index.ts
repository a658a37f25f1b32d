import { sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import { defineCapability } from "../../capability";
import { sealsFrom } from "../../guard/seal";
import { oneOf, withDefault } from "../../settings/setting";
import { minutes } from "../../time";
import { hasApp } from "./factor";
import { factorGate } from "./gate";
import { keepImported } from "./imported";
import { letters } from "./letters";
import { doWhatIsDue } from "./loss";
import { factorPath } from "./paths";
import { codeProof } from "./proof";
import { refuseUnreadable, sealAnew } from "./seals";
import { tables } from "./tables";
import { takeOver, theirNames } from "./take-over";
import { codeWay } from "./way";
import { words } from "./words";

const warning = { maxAgeHours: 72 };

/** A second factor: codes of an authenticator app, and recovery codes for whoever has lost it. */
export const twoFactor = defineCapability(
  {
    name: "two_factor",
    settings: {
      GATEHOUSE_SECOND_FACTOR: withDefault(
        "optional",
        oneOf(["optional", "required", "off"], "must be `optional`, `required` or `off`"),
        "Whether people sign in with a code of an authenticator app besides: `optional`, who wants to; `required`, " +
          "everybody, and whoever has none sets it up at the next sign-in; `off`, nobody.",
      ),
    },
    isOn: ({ GATEHOUSE_SECOND_FACTOR }) => GATEHOUSE_SECOND_FACTOR !== "off",
    words,
    mails: {
      second_factor_on: warning,
      second_factor_changed: warning,
      second_factor_off: warning,
      recovery_codes_made: warning,
      recovery_code_used: warning,
      factor_loss_asked: { maxAgeHours: 24 },
    },
    /** Per account: four wrong codes at once, and then ten in the first hour; from a known browser it has its own. */
    limits: { second_step: [0, 0, 0, 0, 1 * minutes, 2 * minutes, 5 * minutes, 15 * minutes, 30 * minutes] },
    tables,
    migrations: "src/capabilities/two-factor/migrations",
    heeds: theirNames,
    contradiction: ({ own, mail }) =>
      own.GATEHOUSE_SECOND_FACTOR === "required" && !mail.isOn ? needsMail : undefined,
    async check(database, { secrets }) {
      await takeOver(database, secrets);
      await refuseUnreadable(database, sealsFrom(secrets));
    },
    keepFactors: keepImported,
    verbs: async () => ({ "second-factor": (await import("./operator")).secondFactorOff }),
  },
  (tools) => {
    const isRequired = tools.settings.GATEHOUSE_SECOND_FACTOR === "required";
    return {
      pages: async (services) => (await import("./pages/index")).pagesOf(services, tools, isRequired),
      sections: (language) => [{ path: factorPath, title: words[language].title, icon: "shield" }],
      async safety({ database }, { language }, userId) {
        const { title, overview } = words[language];
        const isOn = await withDeadline(hasApp(database.orm, userId));
        return {
          icon: "shield",
          title,
          badge: isOn ? { text: overview.on } : undefined,
          facts: isOn ? undefined : overview.off,
          link: {
            href: factorPath,
            label: isOn ? overview.change : overview.setUp,
            named: isOn ? overview.changeNamed : overview.setUpNamed,
          },
        };
      },
      proofs: [codeProof(tools)],
      ways: [codeWay(tools)],
      gate: (services, ways) => factorGate(services, tools, { isRequired, ways }),
      letters,
      leastFactors: isRequired ? 2 : 1,
      secondFactorPath: factorPath,
      async chore(services) {
        await doWhatIsDue(services, tools);
        await sealAnew(services.database.orm, tools.seals);
        if (isRequired) await withDeadline(rowsOf(services.database.orm, endSessionsOfOneFactor));
      },
    };
  },
);

const needsMail =
  "GATEHOUSE_SECOND_FACTOR: `required` needs mail, or whoever loses their phone neither gets back in nor is told of " +
  "it. Set SMTP_URL, or make it `optional`.";

/**
 * Where two factors are required, a session that was made with one is nobody's: it need not stay. Of one that is just
 * being made it is not noted yet what was proved.
 */
const endSessionsOfOneFactor = sql`delete from session s where s.created_at < now() - interval '5 minutes'
  and not exists (select 1 from gatehouse.session_factor f where f.id = s.id and f.factors > 1)`;
