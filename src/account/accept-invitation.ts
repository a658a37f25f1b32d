import { and, eq, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { invitation } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import { sha256, type Keys } from "../guard/keys";
import type { Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { act, type Acting, type Subject } from "./act";
import { deviceOf, noteDevice } from "./devices";
import { record } from "./events";
import { invitationSeconds, isWaiting } from "./invitations";
import { removeStrangersWays, type ToSignIn } from "./recover";
import { endAccess } from "./sessions";
import type { Services } from "./services";
import { cancelDeletion, setPassword, stillOpens } from "./statements";
import { looksLikeToken, tokensOf } from "./tokens";

/** What the invited do with an invitation: its mail is written, its link is looked at, and used once. */

/**
 * Lets the link of an invitation's mail work for its whole time, and gives its token; undefined when the invitation
 * waits no more. A mail that is sent again is the same mail, also when its secret signs no more.
 */
export async function openInvitation(
  inner: Orm,
  { id, mailId }: { id: string; mailId: string },
  keys: Keys,
): Promise<string | undefined> {
  const isIt = and(sql`${invitation.id}::text = ${id}`, isWaiting);
  const [found] = await inner.select({ hash: invitation.hash }).from(invitation).where(isIt).for("update");
  if (!found) return undefined;
  const sent = keys.mailToken.map((key) => tokensOf(mailId, { ...keys, mailToken: [key] }).token);
  const token = sent.find((one) => sha256(one) === found.hash) ?? tokensOf(mailId, keys).token;
  await inner
    .update(invitation)
    .set({ hash: sha256(token), expiresAt: sql`now() + make_interval(secs => ${invitationSeconds})` })
    .where(isIt);
  return token;
}

/** An invitation as the holder of its link sees it. */
export interface Invited {
  email: string;
  /** Whether an account has confirmed the address by now: only its owner signs in to it. */
  hasAccount: boolean;
}

/** What the link of an invitation shows; undefined when it is dead. Looking uses nothing up. */
export async function lookAtInvitation(on: Orm, token: string): Promise<Invited | undefined> {
  if (!looksLikeToken(token)) return undefined;
  const found = on
    .select({ email: invitation.email, verified: user.emailVerified })
    .from(invitation)
    .leftJoin(user, eq(user.email, invitation.email))
    .where(isOpenedBy(token));
  const [row] = await withDeadline(found);
  return row && { email: row.email, hasAccount: row.verified === true };
}

const isOpenedBy = (token: string) => and(eq(invitation.hash, sha256(token)), isWaiting);

interface InvitationUsed {
  id: string;
  email: string;
}

/** The invitation is used up by the act, and by nothing less than the whole act: of any number at a time one is it. */
const byInvitation = (token: string): Subject<InvitationUsed> => ({
  async find(inner) {
    const [used] = await inner
      .update(invitation)
      .set({ acceptedAt: sql`now()` })
      .where(isOpenedBy(token))
      .returning({ id: invitation.id, email: invitation.email });
    return used;
  },
  otherwise: "link_dead",
});

/** An account as the invited person chose it. The address is the invitation's. */
export interface Accepted {
  token: string;
  name: string;
  password: string;
}

/**
 * Makes the account of an invited person, whose address is confirmed by the mail that they read. An account with the
 * address that never confirmed it becomes theirs: whoever else made it is out. Look at the invitation first, it costs
 * no hash. Refused with `link_dead` when the invitation was used, revoked or replaced meanwhile, and with `has_account`
 * when an account has confirmed the address: then nothing is used up.
 */
export async function acceptInvitation(
  services: Services,
  visit: Visit,
  { token, name, password }: Accepted,
): Promise<Result<ToSignIn & { email: string }>> {
  const { passwords, throttle } = services;
  const hash = await passwords.admit(() => passwords.hash(password));
  const occasion = { visit, subject: byInvitation(token), whenTaken: "has_account" } as const;
  const accepted = await act(services, occasion, async (acting): Promise<Result<ToSignIn & { email: string }>> => {
    const { inner, who } = acting;
    const userId = await ownAccount(services, acting, name);
    if (userId === undefined) return refused("has_account");
    await setPassword(inner, userId, hash);
    await inner.update(invitation).set({ userId }).where(eq(invitation.id, who.id));
    await noteDevice(inner, userId, deviceOf(visit, services));
    await record(inner, { userId }, { kind: "invitation_accepted", client: visit });
    return done({ userId, email: who.email, isStillProved: stillOpens({ userId, email: who.email, hash }) });
  });
  // Guesses at an account that was a stranger's are not the owner's.
  if (accepted.ok) await throttle.forgive([{ kind: "password", key: accepted.value.email }]);
  return accepted;
}

/** The account with the invited address, confirmed from now on; undefined when one had confirmed it before. */
async function ownAccount(
  services: Services,
  { inner, who: { email } }: Acting<InvitationUsed>,
  name: string,
): Promise<string | undefined> {
  const confirmed = { name, image: null, emailVerified: true, updatedAt: sql`now()` };
  const theirs = and(eq(user.email, email), eq(user.emailVerified, false));
  const [taken] = await inner.update(user).set(confirmed).where(theirs).returning({ id: user.id });
  if (taken) {
    await removeStrangersWays(inner, services, taken.id);
    await endAccess(inner, taken.id);
    await cancelDeletion(inner, taken.id);
    return taken.id;
  }
  const [made] = await inner
    .insert(user)
    .values({ ...confirmed, id: crypto.randomUUID(), email })
    .onConflictDoNothing({ target: user.email })
    .returning({ id: user.id });
  return made?.id;
}
