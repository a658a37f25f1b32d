import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { mailToken, oneLivePurpose } from "../../db/own-tables";
import { rowsOf } from "../../db/transaction";
import type { Orm } from "../../db/types";
import { hmacSha256, isHmacOf, sha256, type Keys } from "../guard/keys";
import { days, hours, minutes } from "../time";
import { hasUsed } from "./devices";
import { idOfUserWith } from "./statements";
import { lockUser } from "./user-lock";

/**
 * What a mail's link lets its reader do, and for how long, in seconds. Of those that are asked for a user has one live
 * link at a time (`oneLivePurpose`); those that undo something stay beside each other.
 */
const lifetimeOf = {
  verify: 1 * hours,
  reset: 1 * hours,
  confirm_email: 1 * hours,
  undo_email: 7 * days,
  not_me: 7 * days,
  keep_factor: 7 * days,
};

/** What a mail's link is for. */
export type Purpose = keyof typeof lifetimeOf;

/** How long the six digits in a mail work, in seconds, and how often they may be typed. */
const codeSeconds = 10 * minutes;
const codeTries = 5;

/** What a token is for and for whom; it proves nothing else. */
export interface Grant {
  purpose: Purpose;
  userId: string;
  email: string;
  otherEmail?: string | null;
  /** When the mail was ordered, if that is what counts: an undo ends only what was made after it. */
  orderedAt?: Date | string;
}

/** What a mail brings its reader. */
export interface MailTokens {
  token: string;
  /** Six digits. */
  code: string;
}

/**
 * The token and the six digits of a mail. They follow from its id and the secret, so a mail that is sent a second time,
 * because nobody knows whether it arrived, is the same mail; and no row ever holds what would open an account.
 */
export const tokensOf = (mailId: string, { mailToken: [token], mailCode: [code] }: Keys): MailTokens =>
  tokensBy(mailId, token, code);

/** The same of a mail that was written before, perhaps with a secret that no longer signs: as its reader has them. */
export async function tokensSent(inner: Orm, mailId: string, keys: Keys): Promise<MailTokens> {
  const now = tokensOf(mailId, keys);
  const [, ...former] = keys.mailToken.map((key, age) => tokensBy(mailId, key, keys.mailCode[age] ?? key));
  if (former.length === 0) return now;
  const hashes = former.map(({ token }) => sha256(token));
  const [row] = await inner.select({ hash: mailToken.hash }).from(mailToken).where(inArray(mailToken.hash, hashes));
  return former.find(({ token }) => sha256(token) === row?.hash) ?? now;
}

function tokensBy(mailId: string, tokenKey: string, codeKey: string): MailTokens {
  const digits = Buffer.from(hmacSha256(codeKey, mailId), "base64url").readUInt32BE() % 1_000_000;
  return { token: hmacSha256(tokenKey, mailId), code: String(digits).padStart(6, "0") };
}

const codeText = (code: string, hash: string) => `${code} ${hash}`;

/** A token, with the six digits that do the same if there are any, and the keys they are kept with. */
interface Secrets {
  token: string;
  code?: string;
  keys: Keys;
}

/** Lets the tokens of a mail, or of a page, work from now on. Where a user has one live link, the older one dies. */
export async function grant(inner: Orm, { token, code, keys }: Secrets, { orderedAt, ...given }: Grant): Promise<void> {
  const hash = sha256(token);
  const row = {
    ...given,
    hash,
    codeHash: code === undefined ? null : hmacSha256(keys.mailCode[0], codeText(code, hash)),
    codeTries: 0,
    createdAt: orderedAt === undefined ? sql`now()` : sql`${String(orderedAt)}::timestamptz`,
    expiresAt: sql`now() + make_interval(secs => ${lifetimeOf[given.purpose]})`,
  };
  await inner
    .insert(mailToken)
    .values(row)
    // No other purpose is in that index: those tokens stay beside each other.
    .onConflictDoUpdate({ target: [mailToken.userId, mailToken.purpose], targetWhere: oneLivePurpose, set: row });
}

/**
 * Lets the tokens of a mail that is sent once more work for their whole time again; false when they were used, or
 * replaced.
 */
export async function renew(inner: Orm, token: string, purpose: Purpose): Promise<boolean> {
  const renewed = await inner
    .update(mailToken)
    .set({
      createdAt: sql`case when code_hash is null then created_at else now() end`,
      expiresAt: sql`now() + make_interval(secs => ${lifetimeOf[purpose]})`,
    })
    .where(and(eq(mailToken.hash, sha256(token)), eq(mailToken.purpose, purpose)))
    .returning({ hash: mailToken.hash });
  return renewed.length > 0;
}

/** What a token granted. `createdAt` is the database's own text, to the microsecond. */
export interface Granted {
  userId: string;
  email: string;
  otherEmail: string | null;
  createdAt: string;
}

const granted = {
  userId: mailToken.userId,
  email: mailToken.email,
  otherEmail: mailToken.otherEmail,
  createdAt: sql<string>`${mailToken.createdAt}::text`,
};

/** The row of a token that still works. */
const live = (purpose: Purpose, token: string) =>
  and(eq(mailToken.hash, sha256(token)), eq(mailToken.purpose, purpose), sql`${mailToken.expiresAt} > now()`);

/** What a token grants, without using it up; undefined when it grants nothing, for whatever reason. */
export async function peek(on: Orm, purpose: Purpose, token: string): Promise<Granted | undefined> {
  if (!looksLikeToken(token)) return undefined;
  const [row] = await withDeadline(on.select(granted).from(mailToken).where(live(purpose, token)));
  return row;
}

/** Uses a token up: of any number at the same time, one gets what it grants. Locks the user it is about first. */
export async function consume(inner: Orm, purpose: Purpose, token: string): Promise<Granted | undefined> {
  const found = await peek(inner, purpose, token);
  if (!found || !(await lockUser(inner, found.userId))) return undefined;
  const [row] = await inner.delete(mailToken).where(live(purpose, token)).returning(granted);
  return row;
}

/** Six digits, whose they are by the email address, and the hash of the browser they were typed in. */
interface TypedCode {
  email: string;
  code: string;
  device: string;
}

/**
 * Uses up the six digits that confirm an address, in a browser that is known to the one account with it: six digits
 * can be guessed, so elsewhere the right ones are wrong. Each call counts, and the sixth finds nothing.
 */
export async function consumeCode(
  inner: Orm,
  { email, code, device }: TypedCode,
  keys: Keys,
): Promise<Granted | undefined> {
  await inner.select({ id: user.id }).from(user).where(eq(user.email, email)).for("no key update"); // as lockUser
  const isLive = and(
    eq(mailToken.userId, idOfUserWith(email)),
    eq(mailToken.purpose, "verify"),
    sql`code_hash is not null and code_tries < ${codeTries}::int`,
    sql`created_at > now() - make_interval(secs => ${codeSeconds}) and expires_at > now()`,
  );
  const [tried] = await inner
    .update(mailToken)
    .set({ codeTries: sql`code_tries + 1` })
    .where(isLive)
    .returning({ ...granted, hash: mailToken.hash, codeHash: mailToken.codeHash });
  if (!tried || !isHmacOf(codeText(code, tried.hash), tried.codeHash ?? "", keys.mailCode)) return undefined;
  if (!(await hasUsed(inner, tried.userId, device))) return undefined;
  await inner.delete(mailToken).where(eq(mailToken.hash, tried.hash)); // the row is ours since the update
  return tried;
}

/**
 * Ends the links and codes that were asked for (confirm, reset, change of address), in mails on their way too; those
 * that undo something stay.
 */
export async function endTokens(inner: Orm, userId: string): Promise<void> {
  await inner.delete(mailToken).where(and(eq(mailToken.userId, userId), oneLivePurpose));
  await rowsOf(
    inner,
    sql`delete from gatehouse.outbox where (user_id = ${userId} and kind = 'confirm_email')
      or (recipient = (select email from "user" where id = ${userId}) and kind in ('verify', 'reset'))`,
  );
}

/** Ends the links that went to an address which is the account's no longer; those that undo a change of it stay. */
export async function endFormerLinks(inner: Orm, userId: string): Promise<void> {
  await inner.delete(mailToken).where(and(eq(mailToken.userId, userId), ne(mailToken.purpose, "undo_email")));
}

/** The form of a token: 256 bits in base64url. Anything else need not be looked for. */
export const looksLikeToken = (token: string) => /^[\w-]{43}$/.test(token);
