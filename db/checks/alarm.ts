import { TooLate } from "../deadline";
import type { CheckConnection, Question } from "./connection";

/** Questions that wait or are being asked, and one timer for all of them. */
export interface Watched {
  all: Set<CheckConnection>;
  /** Questions for which no connection is free, in the order in which they are due. */
  waiting: Question[];
  alarm?: { at: number; timer: Timer };
}

/** Has whatever is due by then refused at that moment of `performance.now()`. */
export function wakeAt(pool: Watched, at: number): void {
  if (pool.alarm && pool.alarm.at <= at) return;
  clearTimeout(pool.alarm?.timer);
  pool.alarm = { at, timer: setTimeout(() => refuseWhatIsDue(pool), Math.max(1, at - performance.now())) };
}

/** What whoever asked is told when the time is up. */
export const tooLate = (): TooLate => new TooLate("The database did not answer in time.");

function refuseWhatIsDue(pool: Watched) {
  pool.alarm = undefined;
  const now = performance.now();
  while (pool.waiting[0] && pool.waiting[0].due <= now) pool.waiting.shift()?.refuse(tooLate());
  for (const connection of [...pool.all]) refuseOn(connection, pool, now);
  if (pool.waiting[0]) wakeAt(pool, pool.waiting[0].due);
}

/** A connection that answers too late for whoever asked may still be good; one that is silent for longer is not. */
function refuseOn(connection: CheckConnection, pool: Watched, now: number) {
  const { asked, askedAt } = connection;
  for (const { due, refuse } of asked) if (due <= now) refuse(tooLate()); // a later answer is nobody's
  if (asked.some(({ longest }) => askedAt + longest <= now)) connection.lose(tooLate());
  else
    for (const { due, longest } of asked)
      wakeAt(pool, due > now ? Math.min(due, askedAt + longest) : askedAt + longest);
}
