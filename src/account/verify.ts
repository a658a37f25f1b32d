import { and, eq, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import type { Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import { clientLimits } from "../guard/throttle";
import { done, refused, type Result } from "../result";
import { act, byEmail, byLink } from "./act";
import { deviceOf, hasUsed } from "./devices";
import { record } from "./events";
import { startReset, type ToSignIn } from "./recover";
import { hasSignedUp } from "./sign-up-proof";
import { hasPassword, passwordHashOf, stillOpens } from "./statements";
import type { Services } from "./services";
import { consumeCode, type Granted } from "./tokens";

/**
 * Confirms the address a mail went to, by its link: no session is made, and none is needed. A mail proves the mailbox.
 * Only a browser that has proved the account's password as well confirms the account: else a stranger who made it, with
 * a password of theirs, would have the reader of the mail confirm it. Anywhere else a reset token is given: the reader
 * chooses a new password first, which ends whatever the stranger has. So does whoever has none yet.
 */
export function verifyByLink(
  services: Services,
  visit: Visit,
  token: string,
): Promise<Result<{ email: string; resetToken?: string }>> {
  const device = deviceOf(visit, services);
  return act(services, { visit, subject: byLink("verify", token) }, async ({ inner, who, record }) => {
    if (!(await hasUsed(inner, who.userId, device.hash)) || !(await hasPassword(inner, who.userId)))
      return done({ email: who.email, resetToken: await startReset(inner, who, services.keys) });
    await confirm(inner, who);
    await record("email_verified");
    return done({ email: who.email });
  });
}

/** What came of six digits. */
interface VerifiedByCode {
  /** The user to sign in, when this browser signed up with the very password of the account. */
  toSignIn?: ToSignIn;
}

/**
 * Confirms an address by the six digits in the mail. The answer is the same whether it is nobody's, confirmed already,
 * the code is wrong, or it was typed in a browser that is not known to the account.
 */
export async function verifyByCode(
  services: Services,
  visit: Visit,
  typed: { email: string; code: string },
): Promise<Result<VerifiedByCode>> {
  const { throttle, keys } = services;
  const { email } = typed;
  const device = deviceOf(visit, services).hash;
  const limits = [...clientLimits(visit), { kind: "code" as const, key: email }];
  const counted = await throttle.take(limits);
  if (!counted.ok) return counted;
  const verified = await act(
    services,
    { visit, subject: byEmail(email) },
    async (acting): Promise<Result<VerifiedByCode | undefined>> => {
      const { inner } = acting;
      const granted = await consumeCode(inner, { ...typed, device }, keys);
      if (!granted) await acting.record("email_verified", "refused");
      if (!granted) return done(undefined); // done, because the wrong code is counted
      await confirm(inner, granted);
      await record(inner, { userId: granted.userId }, { kind: "email_verified", client: visit });
      const { userId } = granted;
      const hash = await passwordHashOf(inner, userId);
      if (hash === undefined || !hasSignedUp(visit, services, { email, hash })) return done({});
      return done({ toSignIn: { userId, isStillProved: stillOpens({ userId, email, hash }) } });
    },
  );
  if (!verified.ok || !verified.value) return refused("code_wrong");
  await throttle.forgive(limits);
  return done(verified.value);
}

async function confirm(inner: Orm, { userId, email }: Granted) {
  await inner
    .update(user)
    .set({ emailVerified: true, updatedAt: sql`now()` })
    .where(and(eq(user.id, userId), eq(user.email, email)));
}
