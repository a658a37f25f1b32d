import { sql } from "drizzle-orm";
import { withDeadline } from "./deadline";
import { rowsOf, type Statements } from "./transaction";

/**
 * Seconds by which the clock of the database and this machine's are apart at least, negative where the database's is
 * behind: 0 where the time of the answer leaves it open. Throws what the database throws.
 */
export async function clockDifference(on: Statements): Promise<number> {
  const asked = Date.now() / 1000;
  const [answer] = await withDeadline(rowsOf<{ now: number }>(on, question));
  const [now, answered] = [answer?.now ?? asked, Date.now() / 1000];
  return Math.max(0, now - answered) + Math.min(0, now - asked);
}

const question = sql`select extract(epoch from clock_timestamp())::float8 as now`;

/** Codes of authenticator apps allow for 30. */
export const largestClockDifference = 5; // seconds
