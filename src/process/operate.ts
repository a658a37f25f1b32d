import { backUp, backUpCopy, moveTo, refuseExisting, restore } from "../../db/archive";
import { counted } from "../../db/counted";
import { openDatabase } from "../../db/database";
import { refuseEmpty } from "../../db/embedded-folders";
import { tellSomethingIsDue } from "../../db/listen";
import { InUse } from "../../db/lock";
import { NoAnswerNow, RefusedForNow } from "../../db/refusal";
import { refusingVerb } from "../../db/server-refusals";
import type { OwnTable } from "../../db/kept";
import type { MigrationSet } from "../../db/migration-records";
import type { Database, DatabaseSettings } from "../../db/types";
import { readConfig, type Config } from "../settings/config";
import { loadEnvFile } from "../settings/env-file";
import type { Environment, Settings } from "../settings/setting";
import { doneOf, noSuchVerb, type Act, type Acts, type Done, type Given } from "./acts";
import { askProgram, controlSocketIn, copyVerb } from "./control-socket";
import { endWhenAsked } from "./leave";
import { knownSecretsOf } from "./local-secret";

/** What an operator does to the data, besides serving it. Each gives a sentence about what was done. */
export interface Operator {
  /** Writes the embedded database into a new file. */
  backUpTo(file: string): Promise<string>;
  /** Puts the database of a backup into the folder `DATA_DIR`, which must have none. */
  restoreFrom(file: string): Promise<string>;
  /** Copies the embedded database to the empty one at `DATABASE_URL`, wholly or not at all. */
  moveToServer(): Promise<Done>;
  /** Does what is done to an open database: by the program that has it open, where one does. */
  act(verb: string, ...values: string[]): Promise<Done>;
  /**
   * The same for what is asked again and again: nobody but the program opens the embedded database for it, which would
   * keep the program from its next start. Throws NoAnswerNow where none runs.
   */
  ask(verb: string, ...values: string[]): Promise<Done>;
}

/** The operator of what the environment names. Throws StartRefused with a sentence about why not. */
export function operatorOf(environment: Environment, kept: Kept): Operator {
  const { settings, migrations, tables } = kept;
  const config = configOf(environment, settings);
  const { database } = config;
  return {
    async backUpTo(file) {
      const folder = embeddedFolderOf(database);
      refuseExisting(file);
      const copied = await askRunning(database, copyVerb, []);
      await (copied ? backUpCopy(String(copied.facts.folder), file) : backUp(folder, file).catch(refusedBeside));
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
      return { said: `${counted(rows, "row is", "rows are")} in the new database. ${next}`, facts: { rows } };
    },
    ...actingOn(config, kept),
  };
}

/** Has the program that runs do it; undefined where none does, and where it is not needed for it. */
const askRunning = async ({ driver, dataDirectory }: DatabaseSettings, verb: string, values: string[]) =>
  driver === "embedded" ? askProgram(controlSocketIn(dataDirectory), { verb, values }) : undefined;

/** Throws why a verb that needs no program stopped cannot be done: one has the database open, and is silent. */
function refusedBeside(error: unknown): never {
  if (!(error instanceof InUse)) throw error;
  throw new RefusedForNow(
    `DATA_DIR: the database in it is in use by process ${error.holder}, which cannot be asked now: it is starting or ` +
      "ending, is another verb, or has no control socket, as its log says. Type this again in a moment, or stop it.",
  );
}

function actingOn(config: Config, { tables, eventKinds, acts }: Kept): Pick<Operator, "act" | "ask"> {
  const { database } = config;
  async function act(verb: string, ...values: string[]) {
    const act = acts[verb];
    if (!act) throw noSuchVerb();
    const answer = await askRunning(database, verb, values);
    if (answer) return answer;
    if (database.driver === "embedded") refuseEmpty(database.dataDirectory);
    return onDatabase(database, (opened) =>
      actOn(act, { database: opened, tables, eventKinds, config, secrets: () => knownSecretsOf(config) }, values),
    ).catch(refusedBeside);
  }
  return {
    act,
    async ask(verb, ...values) {
      if (database.driver !== "embedded") return act(verb, ...values);
      const answer = await askRunning(database, verb, values);
      if (!answer) throw new NoAnswerNow("No program runs with this database. Ask again when one does.");
      return answer;
    },
  };
}

/** What is kept: the settings that say where, and what makes, holds and names it. */
interface Kept {
  settings: Settings;
  migrations: readonly MigrationSet[];
  tables: readonly OwnTable[];
  eventKinds(): readonly string[];
  acts: Acts;
}

/** Works on the database that the settings name, which is closed again whatever comes of it. */
async function onDatabase<Value>(settings: DatabaseSettings, work: (database: Database) => Promise<Value>) {
  const database = await openDatabase(settings, () => undefined);
  return refusingVerb(() => work(database)).finally(() => database.close());
}

/** Does it in this process; the programs that run on the same server hear of the mails that it ordered. */
async function actOn(act: Act, given: Omit<Given, "wake">, values: string[]): Promise<Done> {
  let hasOrdered = false;
  const done = doneOf(await act({ ...given, wake: () => void (hasOrdered = true) }, ...values));
  if (hasOrdered) await given.database.withoutDeadlines(tellSomethingIsDue);
  return done;
}

function embeddedFolderOf({ driver, dataDirectory }: DatabaseSettings): string {
  if (driver === "embedded") return dataDirectory;
  throw new RefusedForNow("DATABASE_URL: backup and restore are for the embedded database. Use pg_dump, or unset it.");
}

function configOf(environment: Environment, settings: Settings): Config {
  endWhenAsked();
  loadEnvFile(environment);
  return readConfig(environment, settings);
}
