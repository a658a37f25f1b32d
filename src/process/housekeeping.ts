import { sql, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { session, verification } from "../../db/auth-tables";
import { coreTables, type OwnTable } from "../../db/kept";
import type { Database } from "../../db/types";
import { withRequestBudget } from "../../db/deadline";
import { hours, inMilliseconds } from "../time";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Config } from "../settings/config";
import type { Health } from "./health";
import type { Log } from "./log";

const betweenRoundsSeconds = 1 * hours;
const batch = 500; // rows
/** The advisory lock of the replica that does it. "keep": any number will do that nobody else uses. */
export const housekeepingLock = 0x6b65_6570;

/** What is kept, and for how long. */
interface Kept extends Pick<Config, "eventsKeptDays"> {
  tables: readonly OwnTable[];
}

interface HousekeepingParts {
  /** What else is due now and then, by capabilities. */
  chores?: readonly (() => Promise<void>)[];
  database: Database;
  health: Health;
  log: Log;
}

/** Deletes what has expired, about once an hour, until the interval is cleared. */
export function startHousekeeping({ database, health, log, chores = [] }: HousekeepingParts, kept: Kept): Timer {
  const round = async () => {
    if (!health.isMigrated()) return;
    const failed = (error: unknown) => health.isLeaving() || log("warn", "housekeeping.failed", { error });
    for (const chore of chores) await withRequestBudget(chore).catch(failed);
    const { tables, eventsKeptDays } = kept;
    const goesOn = () => !health.isLeaving();
    const removed = await removeExpired({ orm: database.orm, tables }, eventsKeptDays, goesOn).catch(failed);
    if (typeof removed === "number" && removed > 0) log("info", "housekeeping", { removed });
  };
  const interval = setInterval(() => void round(), inMilliseconds(betweenRoundsSeconds * (0.9 + Math.random() * 0.2)));
  interval.unref();
  return interval;
}

/**
 * Shortens the sessions that were made when they were allowed to last longer. From then on none is extended beyond its
 * last moment, so an expiry in the table is always the truth. Gives their number.
 */
export async function shortenSessions(
  { transactionWithoutDeadlines }: Database,
  longestSeconds: number,
): Promise<number> {
  const last = sql`created_at + make_interval(secs => ${longestSeconds})`;
  const shorten = sql`update session set expires_at = ${last} where expires_at > ${last} returning 1`;
  return transactionWithoutDeadlines(async (inner) => (await rowsOf(inner, shorten)).length);
}

/** A statement that deletes one batch at most of a table's rows: those for which a condition holds. */
const deleteBatch = (table: PgTable, condition: SQL) =>
  sql`delete from ${table} where ctid = any(array(
    select ctid from ${table} where ${condition} limit ${batch} for update skip locked))`;

/** What expires, in the order in which it goes. */
const expired = ({ eventsKeptDays, tables }: Kept) => [
  ...[session, verification].map((table) => deleteBatch(table, sql`expires_at < now()`)),
  ...tables.flatMap((own) => (own.expired ? [deleteBatch(own.table, own.expired({ eventsKeptDays }))] : [])),
  // Everything that points to a user goes with them; what may be a lot goes before, a batch at a time.
  sql`delete from gatehouse.event where id in (
    select e.id from gatehouse.event e join gatehouse.deletion d on d.user_id = e.user_id
    where d.due_at < now() limit ${batch} for update of e skip locked)`,
  sql`delete from "user" where id in (
    select u.id from "user" u join gatehouse.deletion d on d.user_id = u.id
    where d.due_at < now() order by d.due_at limit ${batch} for update of u, d skip locked)`,
];

/**
 * Deletes what has expired, and the accounts whose week is over, in small batches, each a transaction of its own, so
 * that nobody waits long for a lock. One replica at a time: another replica finds the lock taken and removes nothing.
 * Ends after the current batch once `goesOn` gives false. Gives the number of rows removed.
 */
export async function removeExpired(
  { orm, tables = coreTables }: Pick<Database, "orm"> & { tables?: readonly OwnTable[] },
  eventsKeptDays: number,
  goesOn = () => true,
): Promise<number> {
  let removed = 0;
  for (const statement of expired({ eventsKeptDays, tables })) {
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
