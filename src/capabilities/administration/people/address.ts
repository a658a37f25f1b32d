import { eq, sql } from "drizzle-orm";
import { user } from "../../../../db/auth-tables";
import type { Orm } from "../../../../db/types";
import { endAccess } from "../../../account/sessions";
import { endFormerLinks } from "../../../account/tokens";
import { email as typedEmail } from "../../../guard/fields";
import { done, type Result } from "../../../result";
import { administer, refuse, refuseTyped, rolesOf, type Hands, type Order } from "./act";

/** What happens to somebody's email address. */

/**
 * Gives somebody another address, in lower case. Sessions and links end; the old address, if it was confirmed, is told
 * and can undo it for a week, as when its owner changes it. The new one is asked by mail to confirm, unless the
 * administrator knows it to be theirs (`isConfirmed`). Refused with `email_taken` where somebody has it, and with
 * `role_needs_address` without that, of somebody with a role: whoever reads the mail of a mistyped address had it then.
 */
export async function setEmail(
  hands: Hands,
  { email, isConfirmed = false, ...order }: Order & { email: string; isConfirmed?: boolean },
): Promise<Result> {
  const typed = typedEmail.safeParse(email);
  if (!typed.success) return refuseTyped(typed.error);
  const to = typed.data;
  const { userId } = order;
  return administer(hands, { ...order, what: "setEmail", whenTaken: "email_taken" }, async (administering) => {
    const { inner, person, note, mail } = administering;
    if (person.email === to) return refuse("email_is_theirs");
    if (!isConfirmed && (await rolesOf(inner, userId)).length > 0) return refuse("role_needs_address");
    if (person.emailVerified) await mail("email_changed", { facts: { newEmail: to } });
    await endAccess(inner, userId);
    await endFormerLinks(inner, userId);
    await setAddress(inner, userId, { email: to, emailVerified: isConfirmed });
    await note("email_changed");
    if (!isConfirmed) await mail("account_confirm", { recipient: to });
    return done();
  });
}

/**
 * Confirms somebody's address, for an administrator who knows it to be theirs. Refused with `email_is_another` where
 * that is not the one that the administrator has seen (`email`).
 */
export function confirm(hands: Hands, { email, ...order }: Order & { email?: string }): Promise<Result> {
  return administer(hands, { ...order, what: "confirm" }, async ({ inner, person, note }) => {
    if (email !== undefined && person.email !== email) return refuse("email_is_another");
    if (person.emailVerified) return refuse("email_is_confirmed");
    await setAddress(inner, person.id, { emailVerified: true });
    await note("email_verified");
    return done();
  });
}

const setAddress = (inner: Orm, userId: string, set: { email?: string; emailVerified: boolean }) =>
  inner
    .update(user)
    .set({ ...set, updatedAt: sql`now()` })
    .where(eq(user.id, userId));

/** Mails somebody another link to confirm their address. */
export async function resendConfirmation(hands: Hands, order: Order): Promise<Result> {
  if (!hands.outbox.isOn) return refuse("mail_off");
  return administer(hands, { ...order, what: "resendConfirmation" }, async ({ person, note, mail }) => {
    if (person.emailVerified) return refuse("email_is_confirmed");
    await note("confirmation_sent");
    await mail("account_confirm");
    return done();
  });
}
