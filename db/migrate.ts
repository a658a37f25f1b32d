import type { MigrationConfig } from "drizzle-orm/migrator";
import { join } from "node:path";
import type { Client } from "pg";
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
 * start is refused.
 */
export async function migrateUnderLock<AnyClient extends Client>(open: () => AnyClient, apply: (client: AnyClient) => Promise<void>): Promise<void> {
  const [client, witness] = [open(), open()];
  for (const each of [client, witness]) each.on("error", () => undefined); // a lost connection fails its query, which is heard
  try {
    await Promise.all([client.connect(), witness.connect()]);
    await refusePooler(client, witness);
    await client.query("select pg_advisory_lock($1)", [lockNumber]);
    await apply(client);
  } finally {
    await Promise.allSettled([client.end(), witness.end()]); // and the lock with it
  }
}

async function refusePooler(client: Client, witness: Client) {
  const probe = Math.floor(Math.random() * 0x7fff_ffff);
  const take = async (by: Client) => (await by.query("select pg_try_advisory_lock($1) as taken", [probe])).rows[0]?.taken === true;
  const both = (await take(client)) && (await take(witness));
  for (const each of [client, witness]) await each.query("select pg_advisory_unlock_all()");
  if (both) throw new StartRefused(poolerRefusal);
}

/** What to do when migrations would run through a pooler. */
export const poolerRefusal =
  "DATABASE_URL_DIRECT: DATABASE_URL leads through a pooler, which cannot hold the lock that migrations need. Set it to the same database's direct address.";
