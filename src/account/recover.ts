import { and, eq, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { picture } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import { randomToken, type Keys } from "../guard/keys";
import type { Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { act, byLink } from "./act";
import { isConfirmed, needsMoreThanMail, waysOf, type OtherWay, type Shown } from "./other-ways";
import type { Services } from "./services";
import { endAccess, type Proved } from "./sessions";
import { cancelDeletion, clearPassword, setPassword, stillOpens } from "./statements";
import { grant, peek, type Granted } from "./tokens";

/** Whose password is to be chosen. */
interface ResetOwner {
  userId: string;
  email: string;
  name: string;
  emailVerified: boolean;
}

/** A user to sign in, unless what proved it was overtaken meanwhile. */
export interface ToSignIn {
  userId: string;
  /** What was proved besides the link, where it was not enough. */
  proved?: Proved;
  isStillProved(inner: Orm): Promise<boolean>;
}

/** Whose account a link for a new password opens; undefined when it opens none. Looking uses nothing up. */
export async function ownerOfResetLink({ database }: Services, token: string): Promise<ResetOwner | undefined> {
  const granted = await peek(database.orm, "reset", token);
  if (!granted) return undefined;
  const { id: userId, email, name, emailVerified } = user;
  const found = database.orm.select({ userId, email, name, emailVerified }).from(user).where(hasEmail(granted));
  const [owner] = await withDeadline(found);
  return owner;
}

/**
 * Sets a new password with the link from a mail. Every session ends, and so do links that were asked for; the address
 * is confirmed (the mail arrived there), and the owner is told by mail. No browser is known any more: this one is
 * again once it is signed in, by a second factor too where there is one. `email` is whose link it is, by
 * ownerOfResetLink: ask that first, it costs no hash. Gives the user, who may be signed in for as long as the password
 * is the new one. Refused with `link_dead` when the link opens nothing any more, and with `link_alone` when it needs
 * another way besides.
 */
export async function resetPassword(services: Services, visit: Visit, reset: Reset): Promise<Result<ToSignIn>> {
  const { passwords, throttle } = services;
  const { token, password, email, userId, ways, given } = reset;
  const ready = await passwords.admit(async () => {
    const more = await showMore(services, visit, { userId, ways, given }); // once there is a place: it may be used up
    return more.ok ? done({ shown: more.value, hash: await passwords.hash(password) }) : more;
  });
  if (!ready.ok) return ready;
  const { shown, hash } = ready.value;
  const subject = byLink("reset", token);
  const written = await act<Granted, ToSignIn>(services, { visit, subject }, async ({ inner, who, ...acting }) => {
    if (!(await isStillTheirs(inner, who))) return refused("link_dead");
    const isMore = (await shown?.isStillGood(inner)) ?? false;
    if (!isMore && (await needsMoreThanMail(inner, { userId, ways }))) return refused("link_alone");
    if (!(await isConfirmed(inner, who.userId))) await removeStrangersWays(inner, services, who.userId);
    await confirmOwner(inner, who.userId);
    await setPassword(inner, who.userId, hash);
    await endAccess(inner, who.userId);
    await acting.record("password_reset");
    await acting.order({ kind: "password_changed", recipient: who.email, userId: who.userId });
    const { proved } = shown ?? {};
    return done({ userId: who.userId, proved, isStillProved: stillOpens({ ...who, hash }) });
  });
  if (written.ok) await throttle.forgive([{ kind: "password", key: email }]); // earlier guesses were at the old one
  return written;
}

/** A password to be chosen by a link, and what was given besides it, by the field. */
interface Reset {
  token: string;
  password: string;
  email: string;
  userId: string;
  ways: readonly OtherWay[];
  given(field: string): string;
}

/** Checks another way to prove it, where the link is not enough; undefined where it is. */
async function showMore(
  services: Services,
  visit: Visit,
  { userId, ways, given }: Pick<Reset, "userId" | "ways" | "given">,
): Promise<Result<Shown | undefined>> {
  const { orm } = services.database;
  if (!(await needsMoreThanMail(orm, { userId, ways }))) return done(undefined);
  const way = (await waysOf(orm, { userId, ways })).find(({ field }) => given(field) !== "");
  return way ? way.check(services, visit, { userId, value: given(way.field) }) : refused("link_alone");
}

/**
 * Confirms the address, because the reader of the mail owns it. A stranger may have made the account before: the
 * stranger's name and picture go, and so does a deletion of the account that the stranger asked for. An account that
 * nobody could open so far, because it has no way in, was made by an administrator, who knew the name.
 */
async function confirmOwner(inner: Orm, userId: string) {
  const taken = await inner
    .update(user)
    .set({ name: nameOf, image: null, emailVerified: true, updatedAt: sql`now()` })
    .where(and(eq(user.id, userId), eq(user.emailVerified, false)))
    .returning({ id: user.id });
  if (taken.length > 0) await cancelDeletion(inner, userId);
}

const nameOf = sql`case when exists (select from account where user_id = "user".id) then split_part(email, '@', 1)
  else name end`;

/**
 * "This was not me", from a mail that warned: every session ends, and so does every other way in, because somebody
 * else may have made it; a deletion is stopped, and a reset starts. Gives the token for choosing a new password, which
 * the reader of the mail could ask for anyway.
 */
export function secureAccount(
  services: Services,
  visit: Visit,
  token: string,
): Promise<Result<{ resetToken: string }>> {
  return act(services, { visit, subject: byLink("not_me", token) }, async ({ inner, who, record }) => {
    if (!(await isStillTheirs(inner, who))) return refused("link_dead");
    await endAccess(inner, who.userId);
    await clearPassword(inner, who.userId);
    await removeOtherWaysIn(inner, services, who.userId);
    await cancelDeletion(inner, who.userId);
    await record("account_secured");
    return done({ resetToken: await startReset(inner, who, services.keys) });
  });
}

type WithTables = Pick<Services, "tables">;

/** Removes every way into an account besides the password, because somebody else may have made it. */
export async function removeOtherWaysIn(inner: Orm, { tables }: WithTables, userId: string): Promise<void> {
  const opening = tables.filter(({ opens }) => opens);
  await removeRows(inner, opening, userId);
}

/**
 * Removes every way into an account whose address nobody had confirmed, and what is asked besides: whoever owns the
 * address would be kept out by a second factor of whoever made the account. Their picture, which anybody with its
 * address could still look at, goes too.
 */
export async function removeStrangersWays(inner: Orm, { tables }: WithTables, userId: string): Promise<void> {
  const theirs = tables.filter(({ opens, secures }) => opens || secures);
  await removeRows(inner, theirs, userId);
  await inner.delete(picture).where(eq(picture.userId, userId));
}

async function removeRows(inner: Orm, tables: WithTables["tables"], userId: string): Promise<void> {
  for (const { table } of tables) await inner.execute(sql`delete from ${table} where user_id = ${userId}`);
}

interface MailReader {
  userId: string;
  email: string;
}

const hasEmail = ({ userId, email }: MailReader) => and(eq(user.id, userId), eq(user.email, email));

/** A mail speaks for an account only as long as the account has the address it went to. */
async function isStillTheirs(inner: Orm, reader: MailReader): Promise<boolean> {
  return (await inner.select({ id: user.id }).from(user).where(hasEmail(reader))).length > 0;
}

/** The token for choosing a new password, for whoever has just proved to read the owner's mail. */
export async function startReset(inner: Orm, { userId, email }: MailReader, keys: Keys): Promise<string> {
  const token = randomToken();
  await grant(inner, { token, keys }, { purpose: "reset", userId, email });
  return token;
}
