import { sql } from "drizzle-orm";
import { backUp, moveTo, restore } from "../db/archive";
import { openDatabase } from "../db/database";
import type { DatabaseSettings } from "../db/types";
import { StartRefused } from "../db/refusal";
import { rowsOf } from "../db/transaction";
import { readConfig } from "./settings/config";
import { loadEnvFile } from "./settings/env-file";
import { describeError } from "./process/log";

/** What an operator does to the data: `bun run backup FILE`, `restore FILE`, `move`, `end-sessions ADDRESS`. With the embedded database the program must not run. */

try {
  console.log(await manage(process.argv[2], process.argv[3]));
  process.exit(0);
} catch (error) {
  console.error(
    error instanceof StartRefused ? error.message : JSON.stringify(error instanceof Error && describeError(error)),
  );
  process.exit(1);
}

async function manage(command = "", file = ""): Promise<string> {
  loadEnvFile(process.env);
  const { database } = readConfig(process.env);
  if (command === "move") {
    if (database.driver === "embedded") throw new StartRefused("DATABASE_URL: say where to move to.");
    const target = await openDatabase(database, () => undefined);
    const rows = await moveTo(target, database.dataDirectory);
    await target.close();
    return `${rows} rows are in the new database. Start with DATABASE_URL set, and with the same BETTER_AUTH_SECRET.`;
  }
  if (command === "end-sessions") return endSessions(database, file);
  if (database.driver !== "embedded")
    throw new StartRefused("DATABASE_URL: backup and restore are for the embedded database. Use pg_dump, or unset it.");
  if (file === "") throw new StartRefused(`Name the file: bun run ${command || "backup"} FILE`);
  if (command === "backup") await backUp(database.dataDirectory, file);
  else if (command === "restore") await restore(database.dataDirectory, file);
  else
    throw new StartRefused(
      "Say what to do: bun run backup FILE, bun run restore FILE, bun run move, or bun run end-sessions ADDRESS",
    );
  return command === "backup" ? `${file} holds the database.` : `The database of ${file} is in place.`;
}

/** Signs one person out everywhere, by address, or with `all` everybody. */
async function endSessions(settings: DatabaseSettings, whose: string): Promise<string> {
  if (whose === "") throw new StartRefused("Say whose: bun run end-sessions ADDRESS, or bun run end-sessions all");
  const database = await openDatabase(settings, () => undefined);
  const theirs =
    whose === "all" ? sql`true` : sql`user_id = (select id from "user" where email = ${whose.toLowerCase()})`;
  const ended = await database.transactionWithoutDeadlines(async (inner) => {
    await rowsOf(inner, sql`delete from gatehouse.device where ${theirs}`); // whoever comes back is new: their owner is told
    return rowsOf(inner, sql`delete from session where ${theirs} returning 1`);
  });
  await database.close();
  return `${ended.length} sessions are ended.`;
}
