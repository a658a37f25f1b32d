import { sql } from "drizzle-orm";
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { openDatabase } from "./database";
import { withDeadline } from "./deadline";
import { reasonOf } from "./failure";
import { oldestVersion } from "./existing/server";
import { refusalOf } from "./server-refusals";
import { StartRefused } from "./refusal";
import { rowsOf } from "./transaction";
import type { DatabaseSettings } from "./types";

const largestClockDifference = 5; // seconds: codes of authenticator apps allow for 30

/**
 * What is wrong with the database that these settings name, a line for each; nothing is changed. The embedded one is
 * not opened: a program may have it in use.
 */
export async function examine(settings: DatabaseSettings): Promise<string[]> {
  if (settings.driver === "embedded") return examineFolder(settings.dataDirectory);
  const database = await openDatabase(settings, () => undefined);
  try {
    const [facts] = await withDeadline(rowsOf<Facts>(database.orm, question));
    return facts ? problemsIn(facts) : [];
  } catch (error) {
    const refused = error instanceof StartRefused ? error : (refusalOf(error) ?? refusalOf(causeOf(error)));
    const reason = reasonOf(error) ?? "no reason was given";
    return [refused?.message ?? `DATABASE_URL: the database cannot be reached (${reason}). See docs/log.md.`];
  } finally {
    await database.close();
  }
}

/** What stops every write says so: the folder, or the nearest one above it that is there. */
function examineFolder(dataDirectory: string): string[] {
  let folder = resolve(dataDirectory);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [`DATA_DIR: ${folder} cannot be written. Make it writable for this user, or name another folder.`];
  }
}

interface Facts {
  version: number;
  encoding: string;
  now: number;
  may_create: boolean;
  is_standby: boolean;
}

const question = sql`select current_setting('server_version_num')::int / 10000 as version,
    current_setting('server_encoding') as encoding, extract(epoch from clock_timestamp())::float8 as now,
    (to_regnamespace('gatehouse') is not null and has_schema_privilege('gatehouse', 'usage, create'))
      or has_database_privilege(current_database(), 'create') as may_create,
    pg_is_in_recovery() as is_standby`;

function problemsIn({ version, encoding, now, may_create: mayCreate, is_standby: isStandby }: Facts): string[] {
  const apart = Math.abs(now - Date.now() / 1000);
  const found: [isSo: boolean, words: string][] = [
    [version < oldestVersion, `the server is Postgres ${version}. Use ${oldestVersion} or newer.`],
    [encoding !== "UTF8", `the database is encoded in ${encoding}. Make one with \`encoding 'UTF8'\`.`],
    [isStandby, "the server is a standby, which takes no writes. Name the primary."],
    [!isStandby && !mayCreate, "its role may not make tables. Run: grant create on database … to …"],
    [
      apart > largestClockDifference,
      `its clock and the one of this machine are ${Math.round(apart)} seconds apart. Let NTP set both.`,
    ],
  ];
  return found.flatMap(([isSo, words]) => (isSo ? [`DATABASE_URL: ${words}`] : []));
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);
