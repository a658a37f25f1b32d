import { sql } from "drizzle-orm";
import { mailLeaseSeconds } from "../../db/own-tables";
import type { Database } from "../../db/types";
import { rowsOf } from "../../db/transaction";
import type { MailKinds, OutboxRow } from "../account/outbox";

/** Whose mail is sent next: nobody's mails, and no slow mail server of somebody's, keep another's waiting. */

/** The most mails that are under way at a time: as many connections a mail server is asked for. */
export const mostUnderWay = 24;
/** And of these, quick ones: what takes longer than `quickMilliseconds` gives its place to another. */
const mostQuick = 6;
const quickMilliseconds = 3000;
/** And of all, for one domain, whose own mail server may be slow; for one account; and for one address. */
const mostForOne = { domain: 3, account: 2, recipient: 1 };
type Shared = keyof typeof mostForOne;

/** The longest that a mail waits for its next try. */
export const longestPauseSeconds = 15 * 60;

/** A mail that is being sent, as far as it concerns whose turn is next. */
export interface UnderWay {
  recipient: string;
  account: string | null;
  domain: string;
  began: number;
}

/** A mail whose sending begins now. */
export function beginsNow({ recipient, userId: account }: OutboxRow): UnderWay {
  return { recipient, account, domain: domainOf(recipient), began: performance.now() };
}

/** Whether another mail may be sent beside these. */
export function hasRoom(underWay: UnderWay[]): boolean {
  const quick = underWay.filter(({ began }) => performance.now() - began < quickMilliseconds);
  return quick.length < mostQuick && underWay.length < mostUnderWay;
}

/**
 * The seconds until a mail is due; undefined when the outbox is empty. While mails are under way a look each second is
 * enough, and needed: a slow mail may have made room.
 */
export async function secondsToWait({ orm }: Database, { isSending, kinds }: Waiting): Promise<number | undefined> {
  const [next] = await rowsOf<{ seconds: number | null }>(
    orm,
    sql`select (extract(epoch from min(try_at)) - extract(epoch from now()))::float8 as seconds
      from gatehouse.outbox where ${isOurs(kinds)}`,
  );
  return next?.seconds == null ? undefined : Math.min(Math.max(isSending ? 1 : 0, next.seconds), longestPauseSeconds);
}

/** How many mails wait in the outbox, and for how long the oldest has, in seconds. */
export async function queueOf({ database: { orm }, kinds }: { database: Database; kinds: MailKinds }) {
  const [queue] = await rowsOf<{ count: number; oldestSeconds: number }>(
    orm,
    sql`select count(*)::int as count,
      coalesce(extract(epoch from now()) - extract(epoch from min(created_at)), 0)::float8 as "oldestSeconds"
      from gatehouse.outbox where ${isOurs(kinds)}`,
  );
  return queue ?? { count: 0, oldestSeconds: 0 };
}

interface Waiting {
  isSending: boolean;
  kinds: MailKinds;
}

/** A replica of a later version may order kinds of mail that this version must leave to it. */
const isOurs = (kinds: MailKinds) => isOneOf(Object.keys(kinds));
const isLink = (kinds: MailKinds) => isOneOf(Object.keys(kinds).filter((kind) => kinds[kind]?.isLink));
function isOneOf(kinds: string[]) {
  return sql`kind = any(${sql.param(`{${kinds.join()}}`)}::text[])`;
}
/** A time further ahead than any pause was written by a clock that has been set back since. */
const isDue = sql`(try_at <= now() or try_at > now() + make_interval(secs => ${2 * longestPauseSeconds}))`;

/** A mail whose turn it is, and how old its order is by the database's clock. */
export type DueMail = OutboxRow & { hours: number };

/**
 * Takes the mail whose turn it is: links before warnings, and of these the one that waits longest. What else is due for
 * its recipient or its account goes behind everybody who is waiting by now, so however many mails there are for one,
 * another's waits for one of them. Undefined when none is due for whom something more may be under way.
 */
export async function takeNext(
  { orm }: Database,
  { underWay, kinds }: { underWay: UnderWay[]; kinds: MailKinds },
): Promise<DueMail | undefined> {
  const full = (key: Shared) => sql`all(${sql.param(fullOf(key, underWay))}::text[])`;
  const isFree = sql`recipient <> ${full("recipient")} and ${domainInSql} <> ${full("domain")}
    and (user_id is null or user_id <> ${full("account")})`;
  const [mail] = await rowsOf<DueMail>(
    orm,
    sql`with next as (
        select id, recipient, user_id from gatehouse.outbox where ${isDue} and ${isOurs(kinds)} and ${isFree}
          order by ${isLink(kinds)} desc, least(try_at, now()), created_at limit 1 for update skip locked
      ), others as (
        select o.id from gatehouse.outbox o, next
          where ${isDue} and o.id <> next.id and (o.recipient = next.recipient or o.user_id = next.user_id)
          for update of o skip locked
      ), behind as (
        update gatehouse.outbox set try_at = now() where id in (select id from others)
      )
      update gatehouse.outbox set tries = tries + 1, try_at = now() + make_interval(secs => ${mailLeaseSeconds})
      where id in (select id from next)
      returning id, kind, recipient, language, user_id as "userId", facts, created_at as "createdAt", tries,
        try_at as "tryAt", tokens_made_at as "tokensMadeAt",
        (extract(epoch from now()) - extract(epoch from created_at))::float8 / 3600 as hours`,
  );
  return mail;
}

const domainOf = (recipient: string) => recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase();
const domainInSql = sql`lower(substring(recipient from '[^@]*$'))`;

/** For whom no more may be under way. */
function fullOf(key: Shared, underWay: UnderWay[]): string[] {
  const counts = Map.groupBy(underWay, (one) => one[key]);
  return [...counts].flatMap(([one, all]) => (one !== null && all.length >= mostForOne[key] ? [one] : []));
}
