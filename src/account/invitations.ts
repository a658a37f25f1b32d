import { and, desc, eq, getTableColumns, isNull, sql, type SQL } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { invitation } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import type { Language } from "../http/language";
import type { Client } from "../http/visit";
import { done, refused, type Result } from "../result";
import { days } from "../time";
import { record } from "./events";
import type { MailOrder } from "./outbox";

/**
 * Invitations, as those who may invite see them: whoever is invited gets in while nobody else may sign up, and whatever
 * the list of domains says. What the invited do with them is in `accept-invitation.ts`.
 */

/** For how long an invitation is good, in seconds, from the moment its mail is written. */
export const invitationSeconds = 7 * days;

/** Who does it, from where where that is known, and why in their words. */
export interface Doing {
  /** The id of a user, or `operator`. */
  by: string;
  reason?: string;
  client?: Client;
}

/** An address to be invited. It must have passed `email` of `fields.ts`. */
export interface Inviting extends Doing {
  email: string;
  /** Of the mail, and of the page that its link opens. */
  language: Language;
}

/** What a transaction is to have for it: itself, and where it orders mails. `Acting` has both. */
export interface Ordering {
  inner: Orm;
  order(mail: MailOrder): Promise<void>;
}

/** What came of an invitation. */
export type InvitationState = "waiting" | "accepted" | "revoked" | "expired";

/** An invitation as a list shows it; dates are the database's. */
export interface Invitation {
  id: string;
  email: string;
  language: string;
  by: string;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  /** Whose account it became. */
  userId: string | null;
  revokedAt: Date | null;
  state: InvitationState;
}

/**
 * Invites an address, on a transaction of the caller's; the mail is sent after its commit, so wake the outbox then, as
 * `act` does. An invitation of the same address that waits, or came to nothing, is replaced, and its link ends:
 * inviting again is how a mail is sent again. Gives the invitation's id. Refused with `has_account` for an address that
 * an account has confirmed. The link is in the mail alone: where no mail is sent (`outbox.isOn` is false), invite
 * nobody.
 */
export async function invite({ inner, order }: Ordering, inviting: Inviting): Promise<Result<{ id: string }>> {
  const { email, language, by, reason = "" } = inviting;
  const owner = and(eq(user.email, email), eq(user.emailVerified, true));
  if ((await inner.select({ id: user.id }).from(user).where(owner)).length > 0) return refused("has_account");
  const anew = {
    ...{ email, language, by, reason, hash: null, createdAt: sql`now()` },
    expiresAt: sql`now() + make_interval(secs => ${invitationSeconds})`,
  };
  const [made] = await inner
    .insert(invitation)
    .values(anew)
    .onConflictDoUpdate({
      target: invitation.email,
      targetWhere: isUnanswered,
      set: { ...anew, id: sql`gen_random_uuid()` }, // the mail of the former one is not written any more
    })
    .returning({ id: invitation.id });
  if (!made) throw new Error("An invitation was inserted, and is not there.");
  await order({ kind: "invitation", recipient: email, language, facts: { invitation: made.id } });
  await note(inner, { kind: "invited", email }, inviting);
  return done(made);
}

/**
 * Ends an invitation that waits, and with it its link. Refused with `not_found` for one that there is not, or that was
 * accepted, revoked or replaced before.
 */
export async function revokeInvitation(inner: Orm, { id, ...doing }: Doing & { id: string }): Promise<Result> {
  if (!isUuid.test(id)) return refused("not_found");
  const [revoked] = await inner
    .update(invitation)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invitation.id, id), isUnanswered))
    .returning({ email: invitation.email });
  if (!revoked) return refused("not_found");
  await note(inner, { kind: "invitation_revoked", email: revoked.email }, doing);
  return done();
}

/** Of an event about an address that nobody has, the address is what it was done to. */
function note(
  inner: Orm,
  { kind, email }: { kind: "invited" | "invitation_revoked"; email: string },
  { by: actor, reason = "", client }: Doing,
): Promise<void> {
  return record(inner, { email }, { kind, client, subject: email, by: { actor, reason } });
}

/** What part of the list of invitations is wanted. */
export interface Listing {
  count: number;
  /** The id of the last one of the part of the list before; where that is there no more, the list begins anew. */
  before?: string;
  /** The one address, where one is asked for. */
  email?: string;
}

/** The invitations, newest first, at most `count`; rows stay for 30 days after they have expired. */
export function listInvitations(on: Orm, { count, before, email }: Listing): Promise<Invitation[]> {
  const { hash: _, ...shown } = getTableColumns(invitation);
  const last = sql`(select created_at, id from gatehouse.invitation where id::text = ${before})`;
  const isFurther = before === undefined ? undefined : sql`coalesce((created_at, id) < ${last}, true)`;
  return withDeadline(
    on
      .select({ ...shown, state })
      .from(invitation)
      .where(and(isFurther, email === undefined ? undefined : eq(invitation.email, email)))
      .orderBy(desc(invitation.createdAt), desc(invitation.id))
      .limit(count),
  );
}

const state: SQL<InvitationState> = sql`case when accepted_at is not null then 'accepted'
  when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' else 'waiting' end`;

/** Neither accepted nor revoked: it waits, or nobody came in time. */
const isUnanswered = and(isNull(invitation.acceptedAt), isNull(invitation.revokedAt));

/** Whether an invitation still lets somebody in. */
export const isWaiting = and(isUnanswered, sql`expires_at > now()`);

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
