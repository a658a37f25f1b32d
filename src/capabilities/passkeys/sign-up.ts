import { eq } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import { byArriving } from "../../account/act";
import type { Services } from "../../account/services";
import { clearPassword, isUnopened } from "../../account/statements";
import type { Guard } from "../../auth/gate";
import { readSealedCookie, setCookie, setSealedCookie, type OwnCookie } from "../../http/cookies";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import { minutes } from "../../time";
import { authenticatorName } from "./authenticators";
import { makePath } from "./parts";
import type { PasskeyTools } from "./passkeys";
import { passkey } from "./tables";
import type { Made } from "./verify";

/** How long a passkey may be waited for once the address is confirmed, in seconds. */
const waitSeconds = 30 * minutes;
const waitCookie: OwnCookie = { name: "passkey-sign-up", maxAgeSeconds: waitSeconds };

/**
 * Whoever began without a password, and has just confirmed the address in the browser that did, makes a passkey before
 * there is a session. The way there is in this browser's cookie, and nowhere else.
 */
export const signUpGate = ({ config, database }: Services, tools: PasskeyTools): Guard => ({
  async decide({ userId, passwordHash }) {
    if (passwordHash !== undefined || !(await isUnopened(database.orm, userId))) return undefined;
    const until = Math.floor(Date.now() / 1000) + waitSeconds;
    const seal = { keys: tools.keys("sign-up"), secure: config.secure };
    const cookies = [setSealedCookie(waitCookie, `${until}-${userId}`, seal)];
    return { path: makePath, cookies, answer: { passkeyRedirect: true } };
  },
});

/** The `Set-Cookie` line with which a browser forgets the account that waits for a passkey. */
export const forgetWait = ({ config }: Pick<Services, "config">): string => setCookie(waitCookie, "", config);

/** Whose account waits for its first passkey. */
export interface Waiting {
  userId: string;
  email: string;
  name: string;
}

/** The account of a browser that waits for its first passkey; undefined when there is none, or not any more. */
export async function waitingIn(
  visit: Visit,
  { config, database }: Services,
  tools: PasskeyTools,
): Promise<Waiting | undefined> {
  const seal = { keys: tools.keys("sign-up"), secure: config.secure };
  const [, until, userId = ""] = /^(\d+)-(.+)$/.exec(readSealedCookie(waitCookie, visit.cookies, seal) ?? "") ?? [];
  if (Number(until ?? 0) < Date.now() / 1000 || !(await isUnopened(database.orm, userId))) return undefined;
  const found = database.orm.select({ email: user.email, name: user.name }).from(user).where(eq(user.id, userId));
  const [owner] = await withDeadline(found);
  return owner && { ...owner, userId };
}

/**
 * Gives an account its first passkey in place of the password that it never had, once: of any number at the same time
 * one succeeds. So the challenge, which was made for this account, need not be used up. Gives the passkey's id. Refused
 * with `signed_out` when there is a suspension meanwhile.
 */
export async function openWithPasskey(
  services: Services,
  tools: PasskeyTools,
  { visit, userId, rpId, ...made }: { visit: Visit; userId: string; rpId: string } & Made,
): Promise<Result<string>> {
  const { deviceName } = await import("../../account/device-name");
  const name = authenticatorName(made.aaguid) ?? deviceName(visit.userAgent, visit.words);
  const occasion = { visit, subject: byArriving(userId), whenTaken: tools.refuse("passkey_taken").problem };
  return tools.act(services, occasion, async ({ inner, record }) => {
    if (!(await isUnopened(inner, userId))) return tools.refuse("passkey_expired");
    const [added] = await inner
      .insert(passkey)
      .values({ ...made, userId, rpId, name })
      .returning({ id: passkey.id });
    if (!added) return tools.refuse("passkey_wrong");
    await clearPassword(inner, userId);
    await record("passkey_added");
    return done(added.id);
  });
}
