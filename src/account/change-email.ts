import { and, eq, ne, or, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { mailToken, outbox } from "../../db/own-tables";
import { withDeadline } from "../../db/deadline";
import type { Database, Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import { randomToken } from "../guard/keys";
import { clientLimits } from "../guard/throttle";
import { done, refused, type Result } from "../result";
import { act, byLink, bySession, type Subject } from "./act";
import { deviceOf } from "./devices";
import { removeOtherWaysIn, startReset } from "./recover";
import type { Services } from "./services";
import { endAccess, endOthers, type Current } from "./sessions";
import { cancelDeletion, clearPassword } from "./statements";
import { consume, endFormerLinks, grant, peek, type Granted } from "./tokens";
import { lockSignedIn } from "./user-lock";
import { isOfAllowedDomain } from "./who-may-sign-up";
import { warn } from "./warn";

/**
 * Asks the new address to confirm; nothing changes before it does. The answer is the same when the address is somebody
 * else's. Refused with `email_elsewhere` for a domain whose addresses no account may have.
 */
export async function requestEmailChange(
  services: Services,
  visit: Visit,
  { current, newEmail }: { current: Current; newEmail: string },
): Promise<Result> {
  const { userId } = current;
  if (!isOfAllowedDomain(newEmail, services)) return refused("email_elsewhere");
  const counted = await services.throttle.take([
    ...clientLimits(visit),
    { kind: "accountMail", key: userId },
    { kind: "mail", key: newEmail },
  ]);
  if (!counted.ok) return counted;
  return act(services, { visit, subject: bySession(current) }, async ({ inner, record, order }) => {
    await record("email_change_asked");
    // Opened by nobody: it says which address is waited for, somebody else's like any other. The mail replaces it.
    const nobodys = { token: randomToken(), keys: services.keys };
    await grant(inner, nobodys, { purpose: "confirm_email", userId, email: newEmail });
    await order({ kind: "confirm_email", recipient: newEmail, userId });
    return done();
  });
}

/** The address that an account waits for, until its mail's link is too old; undefined when there is none. */
export async function pendingEmail({ orm }: Database, userId: string): Promise<string | undefined> {
  const waiting = orm
    .select({ email: mailToken.email })
    .from(mailToken)
    .where(and(isEmailChange(userId), sql`expires_at > now()`));
  const [row] = await withDeadline(waiting);
  return row?.email;
}

/** Ends a change of address that was asked for, and the mail that is on its way. */
export function cancelEmailChange(services: Services, visit: Visit, current: Current): Promise<Result> {
  return act(services, { visit, subject: bySession(current) }, async ({ inner }) => {
    const { userId } = current;
    await inner.delete(mailToken).where(isEmailChange(userId));
    await inner.delete(outbox).where(and(eq(outbox.userId, userId), eq(outbox.kind, "confirm_email")));
    return done();
  });
}

const isEmailChange = (userId: string) => and(eq(mailToken.userId, userId), eq(mailToken.purpose, "confirm_email"));

/** The link that went to a new address, used by a user who is signed in to the account it is about. */
const byOwnLink = (token: string, current: Current): Subject<Granted> => ({
  async find(inner) {
    if (!(await lockSignedIn(inner, current))) return undefined;
    const found = await peek(inner, "confirm_email", token);
    return found?.userId === current.userId ? consume(inner, "confirm_email", token) : undefined;
  },
  otherwise: "link_dead",
});

/**
 * Changes the email address, with the link that went to the new one, by a user who is signed in to the account: a
 * mistyped address cannot be confirmed by whoever has it. It changes this account, from the address it had then, to
 * that very address, and nothing else. Other sessions end, and the old address, if it was confirmed, is told and can
 * undo the change for a week.
 */
export function confirmNewEmail(
  services: Services,
  visit: Visit,
  { token, current }: { token: string; current: Current },
): Promise<Result> {
  const here = { sessionId: current.sessionId, device: deviceOf(visit, services) };
  const occasion = { visit, subject: byOwnLink(token, current), whenTaken: "link_dead" } as const;
  return act(services, occasion, async (acting) => {
    const { inner, who, record } = acting;
    const { userId, email: newEmail, otherEmail: oldEmail } = who;
    if (!oldEmail || !isOfAllowedDomain(newEmail, services)) return refused("link_dead"); // the list has changed since
    // Before the address changes: only one that was confirmed is told, and can undo it.
    await warn(acting, { kind: "email_changed", recipient: oldEmail, userId, facts: { newEmail } });
    if (!(await setEmail(inner, userId, { from: oldEmail, to: newEmail }))) return refused("link_dead");
    await endOthers(inner, userId, here);
    await endFormerLinks(inner, userId);
    await record("email_changed");
    return done();
  });
}

/**
 * Gives an account its former email address back, with the link that went there. Whoever changed it is out, and a
 * reset starts: gives its token. What later changes made, links and mails under way, ends; a link that undoes an
 * earlier change stays, or a thief could end the owner's. Somebody may have made an account with the freed address to
 * keep it from coming back; one that never confirmed the address has no right to it, and goes.
 */
export function undoEmailChange(
  services: Services,
  visit: Visit,
  token: string,
): Promise<Result<{ resetToken: string }>> {
  const occasion = { visit, subject: byLink("undo_email", token), whenTaken: "link_dead" } as const;
  return act(services, occasion, async ({ inner, who, record }) => {
    const { userId, email } = who;
    const squatter = and(eq(user.email, email), eq(user.emailVerified, false), ne(user.id, userId));
    await inner.delete(user).where(squatter);
    await setEmail(inner, userId, { to: email });
    await endAccess(inner, userId);
    await clearPassword(inner, userId);
    await removeOtherWaysIn(inner, services, userId);
    await endLaterChanges(inner, who);
    await cancelDeletion(inner, userId);
    await record("email_change_undone");
    return done({ resetToken: await startReset(inner, who, services.keys) });
  });
}

/** Ends the links and mails that were made after a change, other than those that undo an earlier one. */
async function endLaterChanges(inner: Orm, { userId, email, createdAt }: Granted) {
  const isLater = sql`created_at > ${createdAt}::timestamptz`;
  const endsToo = or(ne(mailToken.purpose, "undo_email"), isLater);
  await inner.delete(mailToken).where(and(eq(mailToken.userId, userId), endsToo));
  await inner.delete(outbox).where(and(eq(outbox.userId, userId), ne(outbox.recipient, email), isLater));
}

/** Sets an address that its reader has proved; with `from`, only when that is still the current one. */
async function setEmail(inner: Orm, userId: string, { from, to }: { from?: string; to: string }): Promise<boolean> {
  const isCurrent = from === undefined ? undefined : eq(user.email, from);
  const set = await inner
    .update(user)
    .set({ email: to, emailVerified: true, updatedAt: sql`now()` })
    .where(and(eq(user.id, userId), isCurrent))
    .returning({ id: user.id });
  return set.length > 0;
}
