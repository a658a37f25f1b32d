import { sql } from "drizzle-orm";
import { counted } from "../db/counted";
import { openDatabase } from "../db/database";
import { refuseEmpty } from "../db/embedded-folders";
import { RefusedForNow } from "../db/refusal";
import { refusingVerb } from "../db/server-refusals";
import { readShort } from "../db/short-file";
import { rowsOf } from "../db/transaction";
import type { Database } from "../db/types";
import type { Capability } from "./capability";
import type { Outcome } from "./check";
import { keepFactorsOf, migrationsOf, readWholeConfig } from "./contributions";
import { readFirebaseParameters } from "./guard/foreign/sources";
import { formats } from "./import/formats";
import type { Format, HashParameters } from "./import/formats/format";
import { takeIn, type Counts } from "./import/take-in";
import { endWhenAsked } from "./process/leave";
import { secretsOf } from "./process/local-secret";
import { loadEnvFile } from "./settings/env-file";
import type { Config } from "./settings/config";
import type { Environment } from "./settings/setting";
import type { Secrets } from "./settings/values";

/** What is to be imported, as it was typed. */
interface Asked {
  format: string;
  file: string;
  isDry: boolean;
  /** The file of the project's parameters of hashing, for the format that needs one. */
  parametersFile?: string;
  /** Is given a line for each problem. */
  tell(line: string): void;
}

/**
 * Imports people into the database of the settings, which no program may have open where it is embedded. Throws
 * RefusedForNow in words where the file or the database will not do; what is wrong with single entries is told, and
 * counted in the outcome.
 */
export async function importPeople(
  environment: Environment,
  capabilities: readonly Capability[],
  { format: name, file, isDry, parametersFile, tell }: Asked,
): Promise<Outcome> {
  const format = formats.get(name);
  if (!format)
    throw new RefusedForNow(`There is no format "${name}". These are known: ${[...formats.keys()].join(", ")}.`);
  const parameters = parametersFor(format, parametersFile);
  endWhenAsked();
  loadEnvFile(environment);
  const config = readWholeConfig(environment, capabilities);
  if (isDry && config.database.driver === "embedded") refuseEmpty(config.database.dataDirectory);
  const database = await openDatabase(config.database, () => undefined);
  const keepFactors = keepFactorsOf(capabilities, () => secretsFor(config));
  const source = { file, format, name, parameters, tell };
  return refusingVerb(async () => {
    if (isDry) await refuseUnmigrated(database);
    else await database.migrate(migrationsOf(capabilities, config));
    // A real one is refused through a pooler, which would give each transaction another connection.
    const inPlace = isDry ? database.transactionWithoutDeadlines : database.withoutDeadlines;
    const counts = await inPlace((own) => takeIn(own, source, { isDry, keepFactors }));
    return told(counts, { isDry, hasMail: config.mail.isOn });
  }).finally(() => database.close());
}

/**
 * The secrets under which authenticator apps are encrypted. Throws RefusedForNow where that would be the one of local
 * mode on this machine, and a program elsewhere serves the database: nobody with an app could sign in there.
 */
function secretsFor(config: Config): Secrets {
  if (config.database.driver === "embedded" || config.secrets) return secretsOf(config);
  throw new RefusedForNow(
    "BETTER_AUTH_SECRET: the file has authenticator apps, which are encrypted under it. " +
      "Set it to the secret of the program that uses this database.",
  );
}

/** A dry run makes no tables either. */
async function refuseUnmigrated({ orm }: Database) {
  const found = await rowsOf(orm, sql`select 1 where to_regclass('gatehouse.suspension') is not null`);
  if (found.length === 0)
    throw new RefusedForNow(
      "The database has no tables of this version yet: start the program once, or leave --dry-run out.",
    );
}

function parametersFor({ needsParameters = false }: Format, file: string | undefined): HashParameters | undefined {
  if (needsParameters !== (file !== undefined))
    throw new RefusedForNow(
      needsParameters
        ? "These hashes are of no use without the project's parameters: name their file by --hash-parameters FILE."
        : "This format takes no --hash-parameters.",
    );
  if (file === undefined) return undefined;
  const given = Object.fromEntries(
    [...textOf(file).matchAll(/"?(\w+)"?\s*[:=]\s*"?([\w+/=-]+)"?/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (given.algorithm !== undefined && given.algorithm !== "SCRYPT")
    throw new RefusedForNow(`${file}: names another algorithm than SCRYPT.`);
  if (!readFirebaseParameters(given))
    throw new RefusedForNow(`${file}: needs base64_signer_key, base64_salt_separator, rounds and mem_cost.`);
  return given;
}

function textOf(file: string): string {
  try {
    return readShort(file, largestParameters) ?? "";
  } catch {
    throw new RefusedForNow(`${file}: cannot be read.`);
  }
}

const largestParameters = 64 * 1024; // bytes; what is larger has none of them

/** Without mails there is no other way to a password. */
function noPassword(count: number, hasMail: boolean): string {
  const who = counted(count, "of them has no password here, and", "of them have no password here, and");
  if (!hasMail) return `${who} while MAIL=off no way to choose one:`;
  return `${who} ${count === 1 ? "chooses" : "choose"} one by mail:`;
}

/** The outcome in words; it has failed where anybody is left behind. */
function told(counts: Counts, { isDry, hasMail }: { isDry: boolean; hasMail: boolean }): Outcome {
  const { imported, alreadyThere, refused, skipped, suspended, withoutFactor, withoutPassword } = counts;
  const reasons = Object.entries(withoutPassword);
  const withoutAny = reasons.reduce((sum, [, count]) => sum + count, 0);
  const would = (count: number, one: string, many: string) =>
    isDry ? `${counted(count, one, many)} would be` : counted(count, `${one} is`, `${many} are`);
  const lines: [count: number, line: string][] = [
    [1, `${would(imported, "person", "people")} imported.`],
    [alreadyThere, `${counted(alreadyThere, "was", "were")} there already.`],
    [refused, `${would(refused, "entry", "entries")} left out: see the lines above.`],
    [skipped, `${counted(skipped, "entry is", "entries are")} about nobody.`],
    [suspended, `${counted(suspended, "of them is", "of them are")} suspended.`],
    [withoutFactor, `${withoutFactor} of them had a second factor that cannot come along: they sign in without one.`],
    [withoutAny, noPassword(withoutAny, hasMail)],
    ...reasons.map(([reason, count]): [number, string] => [count, `  ${count}: ${reason}`]),
  ];
  const said = lines.flatMap(([count, line]) => (count > 0 ? [line] : [])).join("\n");
  return { said, facts: { dryRun: isDry, ...counts }, failed: refused > 0 };
}
