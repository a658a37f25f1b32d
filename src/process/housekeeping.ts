import { sql, type SQL } from "drizzle-orm";
import type { Database } from "../../db/types";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Config } from "../settings/config";
import type { Health } from "./health";
import type { Log } from "./log";

const minutes = 60 * 1000; // in milliseconds
const betweenRounds = 60 * minutes;
const batch = 500;
/** The advisory lock of whoever is at it. "keep": any number will do that nobody else uses. */
export const housekeepingLock = 0x6b65_6570;

/** Clears away what has expired, once an hour, until the interval is cleared. */
export function startHousekeeping(
  database: Database,
  { eventsKeptDays }: Pick<Config, "eventsKeptDays">,
  health: Health,
  log: Log,
): Timer {
  const round = async () => {
    if (!health.isMigrated()) return;
    const failed = (error: unknown) => health.isLeaving() || log("warn", "housekeeping.failed", { error });
    const removed = await removeExpired(database, eventsKeptDays, () => !health.isLeaving()).catch(failed);
    if (typeof removed === "number" && removed > 0) log("info", "housekeeping", { removed });
  };
  const interval = setInterval(() => void round(), betweenRounds * (0.9 + Math.random() * 0.2));
  interval.unref();
  return interval;
}

/**
 * Shortens the sessions that were made when they were allowed to last longer. From then on none is extended beyond its
 * last moment, so an expiry in the table is always the truth. Gives their number.
 */
export async function shortenSessions(
  { transactionWithoutDeadlines: unhurried }: Database,
  longestSeconds: number,
): Promise<number> {
  const last = sql`created_at + make_interval(secs => ${longestSeconds})`;
  return unhurried(
    async (inner) =>
      (await rowsOf(inner, sql`update session set expires_at = ${last} where expires_at > ${last} returning 1`)).length,
  );
}

/** What expires, and when: every statement deletes one batch at most. */
const expired = (eventsKeptDays: number) => ({
  sessions: sql`delete from session where id in (select id from session where expires_at < now() limit ${batch} for update skip locked)`,
  verifications: sql`delete from verification where id in (select id from verification where expires_at < now() limit ${batch} for update skip locked)`,
  mailTokens: sql`delete from gatehouse.mail_token where hash in (select hash from gatehouse.mail_token where expires_at < now() limit ${batch} for update skip locked)`,
  tries: sql`delete from gatehouse.throttle where key in (select key from gatehouse.throttle where changed_at < now() - interval '1 day' limit ${batch} for update skip locked)`,
  events: sql`delete from gatehouse.event where id in (select id from gatehouse.event where at < now() - make_interval(days => ${eventsKeptDays}) limit ${batch} for update skip locked)`,
  devices: sql`delete from gatehouse.device where (user_id, hash) in (select user_id, hash from gatehouse.device where last_seen_at < now() - interval '400 days' limit ${batch} for update skip locked)`,
  // Everything that points to a person goes with them; what may be a lot goes before, a batch at a time.
  eventsOfAccounts: sql`delete from gatehouse.event where id in (select e.id from gatehouse.event e join gatehouse.deletion d on d.user_id = e.user_id where d.due_at < now() limit ${batch} for update of e skip locked)`,
  accounts: sql`delete from "user" where id in (select u.id from "user" u join gatehouse.deletion d on d.user_id = u.id where d.due_at < now() order by d.due_at limit ${batch} for update of u, d skip locked)`,
});

/**
 * Deletes what has expired, and the accounts whose week is over, in small batches, each a transaction of its own, so
 * that nobody waits long for a lock. One replica at a time: another one that comes by finds the lock taken and leaves it
 * at that. Ends after the batch it is at when it is to go on no longer. Gives the number of rows removed.
 */
export async function removeExpired({ orm }: Database, eventsKeptDays: number, goesOn = () => true): Promise<number> {
  let removed = 0;
  for (const statement of Object.values(expired(eventsKeptDays))) {
    for (let inThisBatch = batch; inThisBatch === batch && goesOn(); removed += inThisBatch) {
      const done = await orm.transaction((inner) => runIfAlone(inner, statement));
      if (done === undefined) return removed;
      inThisBatch = done;
    }
  }
  return removed;
}

/** The rows a statement removed; undefined when another replica is at it. */
async function runIfAlone(inner: Statements, statement: SQL): Promise<number | undefined> {
  const [lock] = await rowsOf<{ taken: boolean }>(
    inner,
    sql`select pg_try_advisory_xact_lock(${housekeepingLock}) as taken`,
  );
  return lock?.taken ? (await rowsOf(inner, sql`${statement} returning 1`)).length : undefined;
}
