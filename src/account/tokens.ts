import { sql } from "drizzle-orm";
import type { Orm } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { mailToken } from "../../db/own-tables";
import { rowsOf, type Statements } from "../../db/transaction";
import { equalInConstantTime, hmacSha256, sha256, type Keys } from "../guard/keys";
import { hasUsed } from "./devices";
import { lockUser } from "./user-lock";

/** What a mail's link lets its reader do. */
export type Purpose = "verify" | "reset" | "confirm_email" | "undo_email" | "not_me";

const minutes = 60; // in seconds
const days = 24 * 60 * minutes;

/** How long a link works, in seconds. */
const lifetimeOf: Record<Purpose, number> = {
  verify: 60 * minutes,
  reset: 60 * minutes,
  confirm_email: 60 * minutes,
  undo_email: 7 * days,
  not_me: 7 * days,
};

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

/**
 * The token and the six digits of a mail. They follow from its id and the secret, so a mail that is sent a second time,
 * because nobody knows whether it arrived, is the same mail; and no row ever holds what would open an account.
 */
export function tokensOf(mailId: string, keys: Keys): { token: string; code: string } {
  const digits = Buffer.from(hmacSha256(keys.mailCode, mailId), "base64url").readUInt32BE() % 1_000_000;
  return { token: hmacSha256(keys.mailToken, mailId), code: String(digits).padStart(6, "0") };
}

const hashOfCode = (code: string, token: string, keys: Keys) => hmacSha256(keys.mailCode, `${code} ${token}`);

/** Lets the tokens of a mail, or of a page, work from now on. For what a person has one of, the older one dies. */
export async function grant(
  inner: Orm,
  { token, code }: { token: string; code?: string },
  { orderedAt, ...given }: Grant,
  keys: Keys,
): Promise<void> {
  const hash = sha256(token);
  const row = {
    ...given,
    hash,
    codeHash: code === undefined ? null : hashOfCode(code, hash, keys),
    codeTries: 0,
    createdAt: orderedAt === undefined ? sql`now()` : sql`${String(orderedAt)}::timestamptz`,
    expiresAt: sql`now() + make_interval(secs => ${lifetimeOf[given.purpose]})`,
  };
  const insert = inner.insert(mailToken).values(row);
  if (given.purpose === "undo_email" || given.purpose === "not_me") await insert;
  else
    await insert.onConflictDoUpdate({
      target: [mailToken.userId, mailToken.purpose],
      targetWhere: sql`purpose in ('verify', 'reset', 'confirm_email')`,
      set: row,
    });
}

/** Lets the tokens of a mail that is sent once more work for their whole time again; false when they were used, or replaced. */
export async function renew(inner: Statements, token: string, purpose: Purpose): Promise<boolean> {
  const renewed = await rowsOf(
    inner,
    sql`update gatehouse.mail_token set created_at = case when code_hash is null then created_at else now() end, expires_at = now() + make_interval(secs => ${lifetimeOf[purpose]}) where hash = ${sha256(token)} and purpose = ${purpose} returning 1`,
  );
  return renewed.length > 0;
}

interface TokenRow {
  userId: string;
  email: string;
  otherEmail: string | null;
  createdAt: string;
}

const columns = sql`user_id as "userId", email, other_email as "otherEmail", created_at as "createdAt"`;

/** What a token grants, without using it up; undefined when it grants nothing, for whatever reason. */
export async function peek(on: Statements, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  if (!looksLikeToken(token)) return undefined;
  const [row] = await withDeadline(
    rowsOf<TokenRow>(
      on,
      sql`select ${columns} from gatehouse.mail_token where hash = ${sha256(token)} and purpose = ${purpose} and expires_at > now()`,
    ),
  );
  return row;
}

/**
 * Uses a token up: of any number at the same time, one gets what it grants. Locks the person it is about first. With
 * `only`, it must be about that person; somebody else's is left alone.
 */
export async function consume(
  inner: Statements,
  purpose: Purpose,
  token: string,
  only?: string,
): Promise<TokenRow | undefined> {
  const granted = await peek(inner, purpose, token);
  if (!granted || (only !== undefined && granted.userId !== only) || !(await lockUser(inner, granted.userId)))
    return undefined;
  const [row] = await rowsOf<TokenRow>(
    inner,
    sql`delete from gatehouse.mail_token where hash = ${sha256(token)} and purpose = ${purpose} and expires_at > now() returning ${columns}`,
  );
  return row;
}

/** Six digits, whose they are by the address, and the hash of the browser they were typed in. */
interface TypedCode {
  email: string;
  code: string;
  device: string;
}

/**
 * Uses six digits up, for the one account with the address, in a browser that is known to it: six digits can be guessed,
 * so elsewhere the right ones are wrong. Each call counts, and the sixth finds nothing.
 */
export async function consumeCode(
  inner: Statements,
  purpose: Purpose,
  { email, code, device }: TypedCode,
  keys: Keys,
): Promise<TokenRow | undefined> {
  await rowsOf(inner, sql`select 1 from "user" where email = ${email} for no key update`); // as lockUser, by address
  const [tried] = await rowsOf<TokenRow & { hash: string; codeHash: string }>(
    inner,
    sql`update gatehouse.mail_token set code_tries = code_tries + 1
      where user_id = (select id from "user" where email = ${email}) and purpose = ${purpose} and code_hash is not null
        and code_tries < ${codeTries}::int and created_at > now() - make_interval(secs => ${codeSeconds}) and expires_at > now()
      returning hash, code_hash as "codeHash", ${columns}`,
  );
  if (!tried || !equalInConstantTime(hashOfCode(code, tried.hash, keys), tried.codeHash)) return undefined;
  if (!(await hasUsed(inner, tried.userId, device))) return undefined;
  await rowsOf(inner, sql`delete from gatehouse.mail_token where hash = ${tried.hash}`); // the row is ours since the update
  return tried;
}

/** Ends the links and codes that were asked for (confirm, reset, change of address), in mails on their way too; those that undo something stay. */
export async function endTokens(inner: Statements, userId: string): Promise<void> {
  await rowsOf(
    inner,
    sql`delete from gatehouse.mail_token where user_id = ${userId} and purpose in ('verify', 'reset', 'confirm_email')`,
  );
  await rowsOf(
    inner,
    sql`delete from gatehouse.outbox where (user_id = ${userId} and kind = 'confirm_email')
      or (recipient = (select email from "user" where id = ${userId}) and kind in ('verify', 'reset'))`,
  );
}

/** The form of a token: 256 bits in base64url. Anything else need not be looked for. */
const looksLikeToken = (token: string) => /^[\w-]{43}$/.test(token);
