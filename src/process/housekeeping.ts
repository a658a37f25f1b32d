import { session, verification } from "../../db/auth-tables";
import { coreTables, type OwnTable } from "../../db/kept";
import { rowsOf } from "../../db/transaction";
import type { Database, Orm } from "../../db/types";
import { sql } from "drizzle-orm";
import type { Config } from "../settings/config";
import { hours, inMilliseconds } from "../time";
import { byIndex } from "./by-index";
import { compareClocks } from "./clocks";
import { eventsOfDue, isOver, isLeftOver, peopleDue, type Batch } from "./expired";
import type { Health } from "./health";
import type { Log } from "./log";
import { shortenSessions } from "./shorten-sessions";

const betweenRoundsSeconds = 1 * hours;
/** The advisory lock of the replica that does it. "keep": any number will do that nobody else uses. */
export const housekeepingLock = 0x6b65_6570;

/** What is kept, and for how long. */
interface Kept extends Pick<Config, "eventsKeptDays" | "sessions"> {
  tables: readonly OwnTable[];
}

interface HousekeepingParts {
  /** What else is due now and then. */
  chores?: readonly (() => Promise<void>)[];
  database: Database;
  health: Health;
  log: Log;
}

interface Housekeeping {
  /** What is due at the start: all but the deleting, which may wait for an hour. */
  doChores(): Promise<void>;
  stop(): void;
}

/** Does the chores and deletes what has expired, about once an hour, until it is stopped. */
export function startHousekeeping({ database, health, log, chores = [] }: HousekeepingParts, kept: Kept): Housekeeping {
  const goesOn = () => !health.isLeaving();
  const failed = (error: unknown) => void (goesOn() && log("warn", "housekeeping.failed", { error }));
  const doChores = async () => {
    // Without the budget of a request: each of their questions may wait as long as one, however many there are.
    for (const chore of [() => compareClocks(database, log), ...chores]) await chore().catch(failed);
    await shortenSessions(database, kept.sessions.longestSeconds, goesOn).catch(failed);
  };
  const round = async () => {
    if (!health.isMigrated()) return;
    await doChores();
    const { tables, eventsKeptDays } = kept;
    const removed = await removeExpired({ ...database, tables }, eventsKeptDays, goesOn).catch(failed);
    if (removed) log("info", "housekeeping", { removed });
  };
  const interval = setInterval(() => void round(), inMilliseconds(betweenRoundsSeconds * (0.9 + Math.random() * 0.2)));
  interval.unref();
  return { doChores, stop: () => clearInterval(interval) };
}

/** What expires, in the order in which it goes. */
const expired = ({ eventsKeptDays, tables }: Omit<Kept, "sessions">): Batch[] => [
  ...[session, verification].map((table) => isOver(table, { column: table.expiresAt, before: sql`now()` })),
  ...tables.flatMap((own) => (own.expired ? [isOver(own.table, own.expired({ eventsKeptDays }))] : [])),
  ...tables.flatMap((own) => (own.leftOver ? [isLeftOver(own.table, own.leftOver)] : [])),
  // Everything that points to a user goes with them; what may be a lot goes before, a batch at a time.
  eventsOfDue,
  peopleDue,
];

/**
 * Deletes what has expired, and the accounts whose week is over, in small batches, each a transaction of its own, so
 * that nobody waits long for a lock. One replica at a time: another replica finds the lock taken and removes nothing.
 * Ends after the current batch once `goesOn` gives false. Gives the number of rows removed.
 */
export function removeExpired(
  { withoutDeadlines, tables = coreTables }: Pick<Database, "withoutDeadlines"> & { tables?: readonly OwnTable[] },
  eventsKeptDays: number,
  goesOn = () => true,
): Promise<number> {
  return withoutDeadlines(async (own) => {
    let removed = 0;
    for (const batch of expired({ eventsKeptDays, tables })) {
      for (let after: string | null = ""; after !== null && goesOn(); ) {
        const done = await runIfAlone(own, batch(after));
        if (done === undefined) return removed;
        removed += done.removed;
        after = done.reached;
      }
    }
    return removed;
  });
}

/** What a batch did; undefined when another replica is at it. */
function runIfAlone(own: Orm, batch: ReturnType<Batch>) {
  return own.transaction(async (inner) => {
    const lock = sql`select pg_try_advisory_xact_lock(${housekeepingLock}) as taken, ${byIndex}`;
    const [begun] = await rowsOf<{ taken: boolean }>(inner, lock);
    if (!begun?.taken) return undefined;
    const [done] = await rowsOf<{ removed: number; reached: string | null }>(inner, batch);
    return done;
  });
}
