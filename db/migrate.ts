import type { MigrationConfig } from "drizzle-orm/migrator";
import { join } from "node:path";
import type { Client } from "pg";
import { refuseMisfit } from "./existing";
import { NoConnection, sqlState, tlsRefusal } from "./failure";
import { StartRefused } from "./refusal";

/**
 * Where the migrations are and where the database remembers which were applied. The record is in our own schema, so
 * that an app which keeps its own migrations in the same database with Drizzle's default name is not disturbed.
 */
export const migrations: MigrationConfig = {
  migrationsFolder: join(import.meta.dir, "migrations"),
  migrationsSchema: "gatehouse",
  migrationsTable: "migration",
};

const lockNumber = 0x6761_7465; // "gate": any number will do that nobody else uses

/**
 * Migrates a server under a lock that all replicas share, on the one connection that holds it: whoever comes second
 * waits, and finds the work done. A lock that two connections get is no lock: then a pooler stands in between, and the
 * start is refused. Throws NoConnection when the server cannot be reached now.
 */
export async function migrateUnderLock<AnyClient extends Client>(open: () => AnyClient, apply: (client: AnyClient) => Promise<void>): Promise<void> {
  const witness = open();
  await onOwnConnection(open, async (client) => {
    await onOwnConnection(() => witness, () => refusePooler(client, witness));
    while (!(await take(client, lockNumber))) await Bun.sleep(lockPauseMilliseconds);
    await client.query("set statement_timeout = 0; set lock_timeout = 0"); // those of a role are for visitors
    await refuseMisfit(client);
    await client.query("set search_path = public"); // else a role that is named like our schema makes the four tables there
    await apply(client);
  });
}

/** Does work on a connection of its own, and ends it. Whatever goes wrong with connecting is NoConnection, or a StartRefused that says what to change. */
export async function onOwnConnection<AnyClient extends Client, Result>(open: () => AnyClient, work: (client: AnyClient) => Promise<Result>): Promise<Result> {
  const client = open();
  client.on("error", () => undefined); // a lost connection fails its query, which is heard
  try {
    await client.connect().catch((error) => {
      throw refusalOf(error) ?? new NoConnection("No connection to the database.", { cause: error });
    });
    return await work(client).catch((error) => {
      throw refusalOf(error) ?? error;
    });
  } finally {
    await Promise.race([client.end().catch(() => undefined), Bun.sleep(1000)]); // Neon's never ends when it never began
  }
}

const lockPauseMilliseconds = 200;
const patience = { query_timeout: 3000 }; // milliseconds; pg takes it with a question, its types do not know

/** What no waiting will mend: the server was reached and says no. */
function refusalOf(error: unknown): StartRefused | undefined {
  const state = sqlState(error) ?? "";
  if (state === "28000") return new StartRefused(`DATABASE_URL: ${notFromHere}`);
  if (state.startsWith("28")) return new StartRefused(`DATABASE_URL: the server refuses this user or password (${state}).`);
  if (state === "3D000") return new StartRefused("DATABASE_URL: the server has no database of this name. Make it, or name another.");
  if (state === "") return tlsRefusal(error);
  return state === "42501" ? new StartRefused("DATABASE_URL: this user may not make tables in the database. Make it the owner.") : undefined;
}

const notFromHere =
  "the server does not let this user in from here (28000). See its pg_hba.conf; " +
  "where that asks for TLS, add `?sslmode=require`.";

async function take(client: Client, lock: number): Promise<boolean> {
  const { rows } = await client.query({ text: "select pg_try_advisory_lock($1) as taken", values: [lock], ...patience });
  return rows[0]?.taken === true;
}

/** A pooler gives itself away by an invented process id, or by handing one lock to two connections. */
async function refusePooler(client: Client, witness: Client) {
  const { rows } = await client.query({ text: "select pg_backend_pid() as pid", ...patience });
  const { processID } = client as unknown as { processID: number | null };
  const probe = Math.floor(Math.random() * 0x7fff_ffff);
  const both = (await take(client, probe)) && (await take(witness, probe));
  for (const each of [client, witness]) await each.query("select pg_advisory_unlock_all()");
  if (both || rows[0]?.pid !== processID) throw new StartRefused(poolerRefusal);
}

/** What to do when migrations would run through a pooler. */
export const poolerRefusal =
  "DATABASE_URL_DIRECT: the database is reached through a pooler, which cannot hold the lock that migrations need. Set it to the database's direct address.";
