import { clockDifference, largestClockDifference } from "../../db/clock";
import type { Database } from "../../db/types";
import type { Log } from "./log";

/** Says in the log where the clock of the database and this machine's are apart: each judges times of the other. */
export async function compareClocks({ orm }: Pick<Database, "orm">, log: Log): Promise<void> {
  const seconds = Math.round(await clockDifference(orm));
  if (Math.abs(seconds) > largestClockDifference) log("warn", "database.clock", { seconds });
}
