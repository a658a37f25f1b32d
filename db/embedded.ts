import { types, type PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Checks, Database } from "./types";
import { budgetMilliseconds, within } from "./deadline";
import { listenEmbedded } from "./listen";
import { holdExclusively } from "./lock";
import { configsOf, migrations } from "./migration-records";
import { createDurable, engineMajor, provePersistence } from "./engine";
import { layEmptyCluster } from "./empty-cluster";
import { clusterIn, homeIn } from "./embedded-folders";
import { handingOver, refusalOfFiles } from "./folder-owner";
import { refuseFewFiles } from "./open-files";
import { StartRefused } from "./refusal";
import { refusalOfOpening, refuseHalf } from "./unopened";
import { sessionQuestion, type Texts } from "./checks/row";
import * as tables from "./auth-tables";

/**
 * Opens the database kept in `dataDirectory`, making it on the first start.
 * One process at a time: a second one is refused, because PGlite would let both write and lose committed rows.
 * Throws StartRefused when the directory cannot be used, is in use, or was written by another engine.
 */
export async function openEmbedded(dataDirectory: string): Promise<Database> {
  const { cluster, release } = holdEmbedded(dataDirectory);
  try {
    await layEmptyCluster(cluster);
    const { pglite, disk } = await createDurable(cluster);
    await provePersistence(pglite, disk);
    const close = async () => {
      await pglite.close();
      release();
    };
    const copyTo = async (folder: string) => {
      await pglite.query("checkpoint"); // so that whoever opens the copy has little to go through
      await pglite.runExclusive(() => cp(cluster, folder, { recursive: true, errorOnExist: true, force: false }));
    };
    return { ...databaseOn(pglite), copyTo, close };
  } catch (error) {
    release();
    if (error instanceof StartRefused) throw error;
    throw refusalOfFiles(dataDirectory) ?? refusalOfOpening(cluster, error) ?? error;
  }
}

/**
 * Takes the folder of the embedded database for this process alone, until `release`; `cluster` is where Postgres
 * keeps its files. Throws StartRefused as openEmbedded does.
 */
export function holdEmbedded(dataDirectory: string): { cluster: string; release(): void } {
  refuseFewFiles();
  const handOver = handingOver(dataDirectory);
  const home = prepareHome(dataDirectory);
  const lock = holdExclusively(join(home, "lock"));
  try {
    refuseOtherEngine(home);
    refuseHalf(clusterIn(dataDirectory));
    writeFileSync(join(home, "engine"), `${engineMajor}\n`, { mode: 0o600 });
    const release = () => {
      handOver();
      lock.release();
    };
    return { cluster: clusterIn(dataDirectory), release };
  } catch (error) {
    handOver();
    lock.release();
    throw error;
  }
}

/** The program's Database on an open PGlite, which the caller owns and has prepared. */
export function databaseOn(pglite: PGlite): Database {
  takeTurns(pglite);
  const orm = drizzle(pglite, { schema: tables });
  return {
    driver: "embedded",
    orm,
    checks: checksOn(pglite),
    namedStatements: true,
    migrate: async (sets = []) => {
      for (const config of [migrations, ...configsOf(sets)]) await migrate(orm, config);
      return [];
    },
    withoutDeadlines: (work) => work(orm),
    transactionWithoutDeadlines: (work) => orm.transaction(work),
    listen: (hear) => listenEmbedded(pglite, hear),
    close: () => pglite.close(),
  };
}

/** One connection is all there is, so session checks share it; no other deadline holds there. */
function checksOn(pglite: PGlite): Checks {
  const { text, read } = sessionQuestion();
  const ask = (question: string, values: string[] = []) =>
    within(budgetMilliseconds, pglite.query<Texts>(question, values, { rowMode: "array", parsers: asTexts }));
  return {
    async sessionByToken(token) {
      const [row] = (await ask(text, [token])).rows;
      return row && read(row);
    },
    ping: async () => void (await ask("select 1")),
  };
}

/** PGlite would parse what is no text. */
const asTexts = Object.fromEntries(
  [types.BOOL, types.INT4, types.TIMESTAMPTZ].map((type) => [type, (text: string) => text]),
);

/**
 * PGlite works on the program's own thread, and its promises follow one another without a pause: a flood of writes
 * would keep every socket waiting until it is through. Before each query the sockets get their turn.
 */
function takeTurns(pglite: PGlite) {
  const runOne = pglite._runExclusiveQuery.bind(pglite); // what every query goes through, in a transaction or not
  pglite._runExclusiveQuery = (query) =>
    runOne(async () => {
      await new Promise(setImmediate);
      return query();
    });
}

/** PGlite writes world-writable files whatever the umask, so the folder around them keeps everyone else out. */
function prepareHome(dataDirectory: string): string {
  const home = homeIn(dataDirectory);
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    chmodSync(home, 0o700);
    writeFileSync(join(home, "lock"), "", { flag: "a", mode: 0o600 });
    return home;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartRefused(
      `DATA_DIR: the folder cannot be written (${reason}). Make it writable for this user, or name another.`,
    );
  }
}

/** The engine's version stands beside the data; a first start that was killed has only the cluster's own note. */
function refuseOtherEngine(home: string) {
  const note = [join(home, "engine"), join(home, "cluster", "PG_VERSION")].find((path) => existsSync(path));
  const major = note ? readFileSync(note, "utf8").trim() : "";
  if (major === "" || major === String(engineMajor)) return;
  throw new StartRefused(
    `DATA_DIR: its database was written by PostgreSQL ${major}, ` +
      `and this version of Gatehouse brings PostgreSQL ${engineMajor}. ` +
      `Start the Gatehouse version that wrote it, or name an empty folder.`,
  );
}
