import { PGlite } from "@electric-sql/pglite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openDatabase } from "../../db/database";
import type { Database } from "../../db/types";
import { databaseOn } from "../../db/embedded";
import { emptyCluster } from "../../db/empty-cluster";
import { useNeonBridge } from "./postgres/neon-bridge";

/** A database for one Gatehouse, and what a test may do to it behind its back. */
export interface TestDatabase {
  database: Database;
  /** The rows a statement gives; without values it may be several statements. */
  rows<Row = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<Row[]>;
  /** Makes the database unreachable for good. */
  takeAway(): Promise<void>;
  remove(): Promise<void>;
}

/** Which kind of database this run is about; the test command goes through all of them. */
export const testDriver = process.env.TEST_DRIVER ?? "embedded";

const gone = new WeakSet<Database>();

/** Whether a test has taken a database away: what cannot be known then is not asked again. */
export const isTakenAway = (database: Database): boolean => gone.has(database);

/** A new, migrated database of this run's kind. */
export async function newTestDatabase(): Promise<TestDatabase> {
  const made = await (testDriver === "embedded" ? newEmbedded() : newOnServer());
  const takeAway = () => {
    gone.add(made.database);
    return made.takeAway();
  };
  return { ...made, takeAway };
}

let template: Promise<Blob> | undefined;

/** With as little shared memory as the program gives it: to take more takes time for each database. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"];
const initialMemory = 128 * 1024 * 1024;

/** A migrated database in memory, from the cluster that first starts on the embedded database unpack. */
export async function newEmbedded(): Promise<TestDatabase & { pglite: PGlite }> {
  template ??= makeTemplate();
  const pglite = await PGlite.create({ loadDataDir: await template, startParams, initialMemory });
  const rows = async <Row>(statement: string, values?: unknown[]) =>
    values
      ? (await pglite.query<Row>(statement, values)).rows
      : (((await pglite.exec(statement)).at(-1)?.rows ?? []) as Row[]);
  const close = async () => {
    if (!pglite.closed) await pglite.close();
  };
  return { database: databaseOn(pglite), pglite, rows, takeAway: close, remove: close };
}

async function makeTemplate() {
  const archive = await emptyCluster();
  if (!archive) throw new Error("The empty cluster could not be made: bun scripts/empty-cluster.ts FILE says why.");
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-template-"));
  await new Bun.Archive(archive).extract(folder);
  const first = await PGlite.create(folder, { startParams, initialMemory });
  // Those that nobody opens are a third of what each database of a test would be filled with.
  await first.query("update pg_database set datistemplate = false");
  for (const name of ["template0", "template1"]) await first.query(`drop database ${name}`);
  const dump = await first.dumpDataDir("none");
  await first.close();
  rmSync(folder, { recursive: true });
  return dump;
}

let serverTemplate: Promise<string> | undefined;

async function newOnServer(): Promise<TestDatabase> {
  const from = await (serverTemplate ??= makeServerTemplate());
  const name = newName();
  await onServer("postgres", `create database ${name} template ${from}`);
  const database = await openOnServer(name);
  const rows = <Row>(statement: string, values?: unknown[]) => onServer<Row>(name, statement, values);
  const takeAway = async () => {
    await onServer("postgres", `alter database ${name} allow_connections false`);
    // Not the server's own processes, such as an autovacuum that has just begun: they are a superuser's.
    const clients = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = $1 and backend_type = 'client backend'`;
    await onServer("postgres", clients, [name]);
  };
  return { database, rows, takeAway, remove: () => database.close() };
}

async function makeServerTemplate() {
  const bridge = Number(process.env.NEON_BRIDGE_PORT);
  if (bridge) useNeonBridge(bridge);
  const name = newName();
  await onServer("postgres", `create database ${name}`);
  const database = await openOnServer(name, server()); // a pooler would stay connected, and a template must be nobody's
  await database.migrate();
  await database.close();
  return name;
}

const newName = () => `test_${crypto.randomUUID().replaceAll("-", "")}`;

/** The server that the test command started, `postgres://…:port/`. */
const server = () => {
  const address = process.env.TEST_SERVER;
  if (!address) throw new Error("TEST_SERVER is not set: run the suites through the test command.");
  return address;
};

/** Pages may be led through a pooler, as in production; then migrations go past it. */
function openOnServer(name: string, way = process.env.TEST_POOLER ?? server()): Promise<Database> {
  const driver = testDriver === "neon" ? "neon" : "postgres";
  const url = way + name;
  return openDatabase({ driver, url, directUrl: server() + name, dataDirectory: "" }, () => undefined);
}

async function onServer<Row>(name: string, statement: string, values?: unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: server() + name });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const result = await client.query(statement, values);
    return ([result].flat().at(-1)?.rows ?? []) as Row[];
  } finally {
    await client.end();
  }
}
