import { withDeadline } from "../../../db/deadline";
import { hasEnough, type OtherWay, type WithWays } from "../../account/other-ways";
import { byPasskey } from "../../account/sessions";
import { hasPassword } from "../../account/statements";
import { done } from "../../result";
import { passkeyRemoval } from "./operator";
import { listPath, signInPath } from "./parts";
import type { PasskeyTools } from "./passkeys";
import { relyingPartyOf } from "./relying-party";
import { ProofPart } from "./sign-in-views";
import { madeHereBy, passkey, workingOf } from "./tables";
import { isThere, usePasskey } from "./use";
import { words } from "./words";

/** The button in a form by which whoever has a passkey shows it; `asks` tells what to ask the browser for. */
export const passkeyPart = (asks: string, rpId: string): Pick<OtherWay, "isThere" | "view"> => ({
  isThere: async (on, userId) => (await withDeadline(on.$count(passkey, workingOf(userId, rpId)))) > 0,
  view: ({ scripts }, { language }) => ProofPart({ own: words[language], script: scripts.passkey ?? "", asks }),
});

/** A passkey, where nobody is signed in: besides a mailed link, for whoever has no password. */
export const passkeyWay = (tools: PasskeyTools, rpId: string): OtherWay => ({
  ...passkeyPart(`${signInPath}/options`, rpId),
  role: "opens",
  field: "passkey",
  // Of those that were taken over nobody knows whether the sign-in page finds them.
  isEnough: async (on, userId) => (await withDeadline(on.$count(passkey, madeHereBy(userId, rpId)))) > 0,
  lacking: (language) => ({ ...words[language].lacking, href: listPath }),
  async check(services, visit, { userId, value }) {
    const about = { tools, relyingParty: relyingPartyOf(services.config) };
    const used = await usePasskey(services, about, { visit, value, act: "sign-in", userId: "" });
    if (!used.ok) return used;
    if (used.value.userId !== userId) return tools.refuse("passkey_wrong");
    const proved = { factors: byPasskey.factors, methods: ["link", ...byPasskey.methods] };
    return done({ proved, isStillGood: (inner) => isThere(inner, used.value.id) });
  },
  removal: passkeyRemoval,
});

/**
 * Whether somebody has one passkey, and nothing that helps when it is lost; and whether nothing else opens the account,
 * not even a password.
 */
export async function riskOf(
  { database, ways }: WithWays,
  { userId, count }: { userId: string; count: number },
): Promise<{ isUnbacked: boolean; isAlone: boolean }> {
  const isUnbacked = count === 1 && !(await hasEnough(database.orm, { userId, ways, role: "backs" }));
  return { isUnbacked, isAlone: isUnbacked && !(await hasPassword(database.orm, userId)) };
}
