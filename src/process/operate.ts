import { sql } from "drizzle-orm";
import { backUp, moveTo, restore } from "../../db/archive";
import { openDatabase } from "../../db/database";
import { RefusedForNow } from "../../db/refusal";
import type { OwnTable } from "../../db/kept";
import type { MigrationSet } from "../../db/migrate";
import { rowsOf } from "../../db/transaction";
import type { Database, DatabaseSettings } from "../../db/types";
import { readConfig } from "../settings/config";
import { loadEnvFile } from "../settings/env-file";
import type { Settings } from "../settings/settings";
import { whenAsked } from "./leave";

/** What an operator does to the data, besides serving it. Each gives a sentence about what was done. */
export interface Operator {
  /** Writes the embedded database into a new file. */
  backUpTo(file: string): Promise<string>;
  /** Puts the database of a backup into the folder `DATA_DIR`, which must have none. */
  restoreFrom(file: string): Promise<string>;
  /** Copies the embedded database to the empty one at `DATABASE_URL`, wholly or not at all. */
  moveToServer(): Promise<Done<{ rows: number }>>;
  /** Signs one user out everywhere, by email, or with `all` everybody. */
  endSessions(email: string): Promise<Done<{ sessions: number }>>;
  /** Lists the mails that wait to be sent; with `isRetry` each is due now. */
  mails(isRetry: boolean): Promise<Done<{ mails: WaitingMail[] }>>;
  /** Does what a capability offers to operators. */
  run(verb: OwnVerb | undefined, ...values: string[]): Promise<string>;
}

/** What was done, as text, and the facts of it for programs. */
export interface Done<Facts extends Record<string, unknown>> {
  said: string;
  facts: Facts;
}

/** A mail that waits in the outbox. */
interface WaitingMail {
  id: string;
  kind: string;
  recipient: string;
  tries: number;
  /** When it is tried next, in ISO 8601. */
  due: string;
}

/** What a capability lets an operator do to what it keeps. */
type OwnVerb = (database: Database, ...values: string[]) => Promise<string>;

type Environment = Record<string, string | undefined>;

/**
 * The operator of what the environment names. Throws StartRefused with a sentence about why not: for one, while the
 * program runs on the embedded database.
 */
export function operatorOf(environment: Environment, { settings, migrations, tables }: Kept): Operator {
  const database = databaseOf(environment, settings);
  return {
    async backUpTo(file) {
      await backUp(embeddedFolderOf(database), file);
      return `${file} holds the database.`;
    },
    async restoreFrom(file) {
      await restore(embeddedFolderOf(database), file);
      return `The database of ${file} is in place.`;
    },
    async moveToServer() {
      if (database.driver === "embedded") throw new RefusedForNow("DATABASE_URL: say where to move to.");
      const move = (target: Database) => moveTo(target, database.dataDirectory, { migrations, tables });
      const rows = await onDatabase(database, move);
      const next = "Start with DATABASE_URL set, and with the same BETTER_AUTH_SECRET.";
      return { said: `${rows} rows are in the new database. ${next}`, facts: { rows } };
    },
    endSessions: (email) => onDatabase(database, (opened) => endSessions(opened, email)),
    mails: (isRetry) => onDatabase(database, (opened) => listMails(opened, isRetry)),
    async run(verb, ...values) {
      if (!verb) throw new RefusedForNow("This version has no capability that knows this verb.");
      return onDatabase(database, (opened) => verb(opened, ...values));
    },
  };
}

/** What is kept: the settings that say where, and what makes and holds it. */
interface Kept {
  settings: Settings;
  migrations: readonly MigrationSet[];
  tables: readonly OwnTable[];
}

/** Works on the database that the settings name, which is closed again whatever comes of it. */
async function onDatabase<Value>(settings: DatabaseSettings, work: (database: Database) => Promise<Value>) {
  const database = await openDatabase(settings, () => undefined);
  return work(database).finally(() => database.close());
}

async function endSessions(database: Database, email: string) {
  const owner = sql`select id from "user" where email = ${email.toLowerCase()}`;
  const theirs = email === "all" ? sql`true` : sql`user_id = (${owner})`;
  const ended = await database.transactionWithoutDeadlines(async (inner) => {
    if (email !== "all" && (await rowsOf(inner, owner)).length === 0)
      throw new RefusedForNow("Nobody has this email address.");
    // The next sign-in is mailed as from a new device.
    await rowsOf(inner, sql`delete from gatehouse.device where ${theirs}`);
    return rowsOf(inner, sql`delete from session where ${theirs} returning 1`);
  });
  return { said: `${ended.length} sessions are ended.`, facts: { sessions: ended.length } };
}

/** The newest ones of many: whoever has more than this looks into the table. */
const mostListed = 1000;

async function listMails(database: Database, isRetry: boolean) {
  const mails = await database.transactionWithoutDeadlines(async (inner) => {
    if (isRetry) await rowsOf(inner, sql`update gatehouse.outbox set try_at = least(try_at, now())`);
    return rowsOf<WaitingMail>(
      inner,
      sql`select id, kind, recipient, tries, to_json(try_at) #>> '{}' as due
            from gatehouse.outbox order by created_at desc limit ${mostListed}`,
    );
  });
  const lines = mails.map(({ kind, recipient, tries, due }) => `${due}  ${kind}  ${recipient}  tries: ${tries}`);
  const head =
    mails.length === 0 ? "No mail waits." : `${mails.length} mails wait${isRetry ? ", and are due now" : ""}:`;
  return { said: [head, ...lines].join("\n"), facts: { mails } };
}

function embeddedFolderOf({ driver, dataDirectory }: DatabaseSettings): string {
  if (driver === "embedded") return dataDirectory;
  throw new RefusedForNow("DATABASE_URL: backup and restore are for the embedded database. Use pg_dump, or unset it.");
}

function databaseOf(environment: Environment, settings: Settings): DatabaseSettings {
  // Half a backup is no success, as process 1 either.
  whenAsked((signal) => process.exit(signal === "SIGINT" ? 130 : 143));
  loadEnvFile(environment);
  return readConfig(environment, settings).database;
}
