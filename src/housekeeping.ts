import { sql } from "drizzle-orm";
import type { Database } from "../db/database";
import type { Health } from "./health";
import type { Log } from "./log";

const minutes = 60 * 1000; // in milliseconds
const betweenRounds = 60 * minutes;
const batch = 500;
/** The advisory lock of whoever is at it. "keep": any number will do that nobody else uses. */
export const housekeepingLock = 0x6b65_6570;

/** Clears away what has expired, once an hour, until the interval is cleared. */
export function keepHouse(database: Database, health: Health, log: Log): Timer {
  const round = async () => {
    if (!health.isMigrated()) return;
    const removed = await removeExpired(database).catch((error) => log("warn", "housekeeping.failed", { error }));
    if (removed) log("info", "housekeeping", { removed });
  };
  const interval = setInterval(() => void round(), betweenRounds * (0.9 + Math.random() * 0.2));
  interval.unref();
  return interval;
}

/**
 * Deletes sessions and verifications that expired, in small batches, each a transaction of its own, so that nobody
 * waits long for a lock. One replica at a time: another one that comes by finds the lock taken and leaves it at that.
 * Gives the number of rows removed.
 */
export async function removeExpired({ orm }: Database): Promise<number> {
  let removed = 0;
  for (;;) {
    const inThisBatch = await orm.transaction(async (inner) => {
      const { rows: [lock] } = (await inner.execute(sql`select pg_try_advisory_xact_lock(${housekeepingLock}) as taken`)) as unknown as Rows<{ taken: boolean }>;
      if (!lock?.taken) return 0;
      const deleted = (await inner.execute(sql`
        with gone_sessions as (
          delete from session where id in (select id from session where expires_at < now() limit ${batch} for update skip locked) returning 1
        ), gone_verifications as (
          delete from verification where id in (select id from verification where expires_at < now() limit ${batch} for update skip locked) returning 1
        )
        select (select count(*) from gone_sessions)::int + (select count(*) from gone_verifications)::int as removed`)) as unknown as Rows<{ removed: number }>;
      return deleted.rows[0]?.removed ?? 0;
    });
    if (inThisBatch === 0) return removed;
    removed += inThisBatch;
  }
}

/** All three drivers answer a plain statement with its rows; Drizzle's common type does not say so. */
interface Rows<Row> {
  rows: Row[];
}
