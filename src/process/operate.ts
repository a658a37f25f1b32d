import { sql } from "drizzle-orm";
import { backUp, moveTo, restore } from "../../db/archive";
import { openDatabase } from "../../db/database";
import { StartRefused } from "../../db/refusal";
import { rowsOf } from "../../db/transaction";
import type { DatabaseSettings } from "../../db/types";
import { readConfig } from "../settings/config";
import { loadEnvFile } from "../settings/env-file";
import { whenAsked } from "./leave";

/**
 * What an operator does to the data, besides serving it. Each function gives a sentence about what was done, and throws
 * StartRefused with one about why not. While the program runs on the embedded database, it is refused.
 */

type Environment = Record<string, string | undefined>;

/** Writes the embedded database into a new file. */
export async function backUpTo(file: string, environment: Environment): Promise<string> {
  await backUp(embeddedFolderOf(environment), file);
  return `${file} holds the database.`;
}

/** Puts the database of a backup into the folder `DATA_DIR`, which must have none. */
export async function restoreFrom(file: string, environment: Environment): Promise<string> {
  await restore(embeddedFolderOf(environment), file);
  return `The database of ${file} is in place.`;
}

/** Copies the embedded database to the empty one at `DATABASE_URL`, wholly or not at all. */
export async function moveToServer(environment: Environment): Promise<string> {
  const settings = databaseOf(environment);
  if (settings.driver === "embedded") throw new StartRefused("DATABASE_URL: say where to move to.");
  const target = await openDatabase(settings, () => undefined);
  const rows = await moveTo(target, settings.dataDirectory);
  await target.close();
  return `${rows} rows are in the new database. Start with DATABASE_URL set, and with the same BETTER_AUTH_SECRET.`;
}

/** Signs one user out everywhere, by email, or with `all` everybody. */
export async function endSessions(email: string, environment: Environment): Promise<string> {
  const database = await openDatabase(databaseOf(environment), () => undefined);
  const theirs =
    email === "all" ? sql`true` : sql`user_id = (select id from "user" where email = ${email.toLowerCase()})`;
  const ended = await database.transactionWithoutDeadlines(async (inner) => {
    await rowsOf(inner, sql`delete from gatehouse.device where ${theirs}`); // the next sign-in is mailed about as from a new device
    return rowsOf(inner, sql`delete from session where ${theirs} returning 1`);
  });
  await database.close();
  return `${ended.length} sessions are ended.`;
}

function embeddedFolderOf(environment: Environment): string {
  const { driver, dataDirectory } = databaseOf(environment);
  if (driver === "embedded") return dataDirectory;
  throw new StartRefused("DATABASE_URL: backup and restore are for the embedded database. Use pg_dump, or unset it.");
}

function databaseOf(environment: Environment): DatabaseSettings {
  whenAsked((signal) => process.exit(signal === "SIGINT" ? 130 : 143)); // half a backup is no success, as process 1 either
  loadEnvFile(environment);
  return readConfig(environment).database;
}
