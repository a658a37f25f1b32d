import { session, verification } from "../../db/auth-tables";
import { coreTables, type OwnTable } from "../../db/kept";
import { rowsOf } from "../../db/transaction";
import type { Database, Orm } from "../../db/types";
import { sql } from "drizzle-orm";
import type { Config } from "../settings/config";
import { hours, inMilliseconds } from "../time";
import { byIndex } from "./by-index";
import { compareClocks } from "./clocks";
import { isUnavailable } from "../../db/failure";
import { eventsOfDue, isOver, isLeftOver, nextDue, peopleDue, type Batch } from "./expired";
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
];

const mostPeople = 50; // a batch of them; with each go up to 500 events

/**
 * Deletes what has expired, and the accounts whose week is over, in small batches, each a transaction of its own, so
 * that nobody waits long for a lock. One replica at a time: another replica finds the lock taken and removes nothing.
 * Ends after the current batch once `goesOn` gives false. Gives the number of rows removed. What a table of another
 * program holds keeps nothing else: when all else is gone, it throws what the database said.
 */
export function removeExpired(
  { withoutDeadlines, tables = coreTables }: Pick<Database, "withoutDeadlines"> & { tables?: readonly OwnTable[] },
  eventsKeptDays: number,
  goesOn = () => true,
): Promise<number> {
  return withoutDeadlines(async (own) => {
    const round: Round = { own, goesOn, removed: 0, isAlone: true, failures: [] };
    for (const batch of expired({ eventsKeptDays, tables }))
      await removeAll(round, batch).catch((error) => noteHeld(round, error));
    await removePeople(round);
    if (round.failures.length > 0) throw round.failures[0];
    return round.removed;
  });
}

interface Round {
  own: Orm;
  goesOn(): boolean;
  removed: number;
  /** False once another replica is at it. */
  isAlone: boolean;
  failures: unknown[];
}

/** Throws where the database is to blame, which nothing else would fare better with. */
function noteHeld({ failures }: Round, error: unknown) {
  if (isUnavailable(error)) throw error;
  failures.push(error);
}

async function removeAll(round: Round, batch: Batch): Promise<void> {
  for (let after: string | null = ""; after !== null; ) after = await removeSome(round, batch(after));
}

/** Whoever something holds is found by going on one by one. */
async function removePeople(round: Round): Promise<void> {
  for (let next: Next | null = { after: "", most: mostPeople }; next !== null; ) next = await removeNext(round, next);
}

interface Next {
  after: string;
  most: number;
}

async function removeNext(round: Round, { after, most }: Next): Promise<Next | null> {
  try {
    return nextFrom(await removeSome(round, peopleDue(after, most)), mostPeople);
  } catch (error) {
    if (most > 1) return { after, most: 1 };
    noteHeld(round, error);
    return nextFrom(await placeOfNext(round, after), 1);
  }
}

const nextFrom = (after: string | null, most: number): Next | null => (after === null ? null : { after, most });

async function placeOfNext({ own }: Round, after: string): Promise<string | null> {
  const [found] = await rowsOf<{ next: string | null }>(own, nextDue(after));
  return found?.next ?? null;
}

/** Removes a batch, and gives the place after which the next one begins; null where there is none to begin. */
async function removeSome(round: Round, batch: ReturnType<Batch>): Promise<string | null> {
  if (!round.isAlone || !round.goesOn()) return null;
  const done = await runIfAlone(round.own, batch);
  round.isAlone = done !== undefined;
  round.removed += done?.removed ?? 0;
  return done?.reached ?? null;
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
