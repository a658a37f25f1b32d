import { and, eq, isNotNull, sql, type SQL } from "drizzle-orm";
import { account, user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { deletion } from "../../db/own-tables";
import type { Database, Orm } from "../../db/types";
import { randomToken } from "../guard/keys";

/** Statements about accounts that several acts share: what they know is written here once. */

/** The id of the user with an email address, as a part of a statement; null when nobody has it. */
export const idOfUserWith = (email: string): SQL => sql`(select id from "user" where email = ${email})`;

/** Whether a user is the one with an email address, in any case, or with this very id, as an operator names them. */
export function isNamed(who: string): SQL {
  if (who.includes("\0") || !who.isWellFormed()) return sql`false`; // no column can hold it
  return who.includes("@") ? eq(user.email, who.toLowerCase()) : eq(user.id, who);
}

/** Better Auth's name for the way in by password. */
export const passwordProvider = "credential";

/** The row of `account` that holds the password of a user, or of each user that a statement is about. */
export const passwordOf = (userId: string | typeof user.id) =>
  and(eq(account.userId, userId), eq(account.providerId, passwordProvider));

/** The same, and it holds one: an app that was taken over may have left empty rows. */
export const keptPasswordOf = (userId: string | typeof user.id) => and(passwordOf(userId), isNotNull(account.password));

/** The hash of a user's password; undefined when there is none. */
export async function passwordHashOf(on: Orm, userId: string): Promise<string | undefined> {
  const [row] = await on.select({ hash: account.password }).from(account).where(keptPasswordOf(userId));
  return row?.hash ?? undefined;
}

/** What stands in place of a hash where an account was begun without a password: no password makes it. */
const none = "none ";

/**
 * A hash for an account that is begun without a password, until its owner has another way in: it is of no kind, so that
 * every password is a wrong one, at the price of a hash; and one like no other, so that it tells the account's browser.
 */
export const hashOfNone = (): string => `${none}${randomToken()}`;

/** Whether a hash is one of those. */
export const isNone = (hash: string | undefined): boolean => hash?.startsWith(none) ?? false;

/** Whether a user has a password. */
export async function hasPassword(on: Orm, userId: string): Promise<boolean> {
  const hash = await withDeadline(passwordHashOf(on, userId));
  return hash !== undefined && !isNone(hash);
}

/** Whether a user began without a password, and has no way in yet. */
export const isUnopened = async (on: Orm, userId: string): Promise<boolean> =>
  isNone(await withDeadline(passwordHashOf(on, userId)));

/** Asks, when a session has been made, whether a user's password still has the hash by which it was proved. */
export const stillHasHash = (userId: string, hash: string | undefined) => async (inner: Orm) =>
  (await passwordHashOf(inner, userId)) === hash;

/** Asks the same of whoever came by an email address: also whether the account still has that. */
export const stillOpens =
  ({ userId, email, hash }: { userId: string; email: string; hash: string | undefined }) =>
  async (inner: Orm) => {
    const [row] = await inner
      .select({ hash: account.password })
      .from(user)
      .leftJoin(account, keptPasswordOf(user.id))
      .where(and(eq(user.id, userId), eq(user.email, email)));
    return row !== undefined && (row.hash ?? undefined) === hash;
  };

/** Replaces a user's password while it still is the one with the hash `from`; false when it has changed meanwhile. */
export async function replacePassword(
  inner: Orm,
  userId: string,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const replaced = await inner
    .update(account)
    .set({ password: to, updatedAt: sql`now()` })
    .where(and(passwordOf(userId), eq(account.password, from)))
    .returning({ id: account.id });
  return replaced.length > 0;
}

/** Sets a user's password, whether there was one or not. */
export async function setPassword(inner: Orm, userId: string, hash: string): Promise<void> {
  await inner
    .insert(account)
    .values({
      id: crypto.randomUUID(),
      accountId: userId,
      providerId: passwordProvider,
      userId,
      password: hash,
      createdAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    .onConflictDoUpdate({
      target: [account.providerId, account.accountId],
      set: { password: hash, updatedAt: sql`now()` },
    });
}

/** When a user's password was chosen; undefined when there is none. */
export async function passwordChangedAt({ orm }: Database, userId: string): Promise<Date | undefined> {
  const [row] = await withDeadline(orm.select({ at: account.updatedAt }).from(account).where(keptPasswordOf(userId)));
  return row?.at;
}

/** Takes a user's password away, because somebody else may know it: until a new one is chosen, by mail, none opens. */
export async function clearPassword(inner: Orm, userId: string): Promise<void> {
  await inner.update(account).set({ password: null, updatedAt: sql`now()` }).where(passwordOf(userId));
}

/** Keeps an account that was to be deleted; false when it was not. */
export async function cancelDeletion(inner: Orm, userId: string): Promise<boolean> {
  const cancelled = await inner.delete(deletion).where(eq(deletion.userId, userId)).returning({ id: deletion.userId });
  return cancelled.length > 0;
}
