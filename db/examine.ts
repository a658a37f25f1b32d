import { sql, type SQL } from "drizzle-orm";
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { clockDifference, largestClockDifference } from "./clock";
import { openDatabase } from "./database";
import { withDeadline } from "./deadline";
import { reasonOf } from "./failure";
import { demandedSettings, oldestVersion, settingProblem, standby, type Told } from "./existing/server";
import type { MigrationSet } from "./migration-records";
import { refusalOf } from "./server-refusals";
import { StartRefused } from "./refusal";
import { rowsOf } from "./transaction";
import type { DatabaseSettings, Orm } from "./types";

/**
 * What is wrong with the database that these settings name, a line for each; nothing is changed. What the role
 * may make is asked where a start migrates, at the direct address; what is set for it at both. The embedded database is
 * not opened: a program may have it in use. `sets` are the migrations that a start would apply.
 */
export async function examine(settings: DatabaseSettings, sets: readonly MigrationSet[] = []): Promise<string[]> {
  if (settings.driver === "embedded") return examineFolder(settings.dataDirectory);
  const database = await openDatabase(settings, () => undefined);
  const direct = settings.directUrl === settings.url ? "DATABASE_URL" : "DATABASE_URL_DIRECT";
  const ask = <Row>(orm: Orm, asked: SQL) => withDeadline(rowsOf<Row>(orm, asked));
  try {
    const ofUrl = await linesOf("DATABASE_URL", async () => [
      ...clockProblems(await clockDifference(database.orm)),
      ...roleProblems(await ask<Facts>(database.orm, question)),
    ]);
    const ofDirect = await linesOf(direct, async () => {
      await database.refusePooler?.();
      const facts = await database.withoutDeadlines((own) => ask<Facts>(own, question));
      const problems = [...placeProblems(facts), ...roleProblems(facts)];
      if (problems.length === 0) await database.audit?.(sets); // which would say the same in other words
      return problems;
    });
    return [...new Set([...ofUrl, ...ofDirect])]; // nobody listens at either, where they are one
  } finally {
    await database.close();
  }
}

/** The problems of an address, or the one that nothing could be asked there, as lines. */
async function linesOf(setting: string, problems: () => Promise<string[]>): Promise<string[]> {
  try {
    return (await problems()).map((words) => `${setting}: ${words}`);
  } catch (error) {
    const refused = error instanceof StartRefused ? error : (refusalOf(error) ?? refusalOf(causeOf(error)));
    const reason = reasonOf(error) ?? "no reason was given";
    if (reason === "standby") return [`${setting}: ${standby}`];
    const unreached = `${setting}: the database cannot be reached (${reason}). See docs/log.md.`;
    return [refused?.message.replace(/^DATABASE_URL:/, `${setting}:`) ?? unreached];
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

interface Facts extends Told {
  version: number;
  encoding: string;
  may_create: boolean;
  is_standby: boolean;
  finds_public: boolean;
}

const question = sql`select current_setting('server_version_num')::int / 10000 as version,
    current_setting('server_encoding') as encoding,
    (to_regnamespace('gatehouse') is not null and has_schema_privilege('gatehouse', 'usage, create'))
      or has_database_privilege(current_database(), 'create') as may_create,
    pg_is_in_recovery() as is_standby, 'public' = any (current_schemas(false)) as finds_public,
    current_database() as database, current_user::text as role,
    (select json_object_agg(setting, current_setting(setting))
      from unnest(${sql.param(demandedSettings)}::text[]) as setting) as settings`;

/** What is wrong with the server, the database and what the role may make there. */
function placeProblems([facts]: Facts[]): string[] {
  if (!facts) return [];
  const { version, encoding, may_create: mayCreate, is_standby: isStandby } = facts;
  const found: [isSo: boolean, words: string][] = [
    [version < oldestVersion, `the server is Postgres ${version}. Use ${oldestVersion} or newer.`],
    [encoding !== "UTF8", `the database is encoded in ${encoding}. Make one with \`encoding 'UTF8'\`.`],
    [!isStandby && !mayCreate, "its role may not make tables. Run: grant create on database … to …"],
  ];
  return found.flatMap(([isSo, words]) => (isSo ? [words] : []));
}

/** What is wrong for whoever serves or migrates; of a standby, which only reads, nothing else is told. */
function roleProblems([facts]: Facts[]): string[] {
  if (!facts) return [];
  if (facts.is_standby) return [standby];
  const ofSettings = settingProblem(facts);
  const isLost = "its role does not find the schema public. Set its search_path to public, and let it use that schema.";
  return [...(ofSettings ? [ofSettings] : []), ...(facts.finds_public ? [] : [isLost])];
}

function clockProblems(difference: number): string[] {
  const apart = Math.round(Math.abs(difference));
  return apart > largestClockDifference
    ? [`its clock and the one of this machine are ${apart} seconds apart. Let NTP set both.`]
    : [];
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);
