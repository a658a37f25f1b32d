import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Client } from "pg";
import { within } from "./deadline";
import { look } from "./existing/look";
import type { Finding } from "./existing/server";
import { NoConnection } from "./failure";
import { configsOf, migrations, recordOf, type MigrationSet } from "./migration-records";
import { noDeadlines } from "./pool";
import { StartRefused } from "./refusal";
import { poolerRefusal, refusalOf, refusingInWords } from "./server-refusals";

/** The advisory lock of whoever migrates. "gate": any number will do that nobody else uses. */
export const lockNumber = 0x6761_7465;

/**
 * Migrates a server under a lock that all replicas share, on the one connection that holds it: whoever comes second
 * waits, and finds the work done. A lock that two connections get is no lock: then a pooler stands in between, and the
 * start is refused. Gives what the log should know. Throws NoConnection when the server cannot be reached now.
 */
export async function migrateUnderLock(open: () => Client, sets: readonly MigrationSet[]): Promise<Finding[]> {
  return onOwnConnection(open, async (client) => {
    await refuseBetween(client, open);
    await client.query(ownSettings);
    if (await isComplete(client, sets)) return refusingInWords(() => look(client));
    await takeTurn(client);
    return (await import("./apply")).applyMissing(client, sets); // not loaded where nothing is missing
  });
}

/**
 * Whoever holds the tables is waited for by asking again, so that nobody queues behind us meanwhile. A time without a
 * zone in an existing app's table is UTC, as Better Auth writes it.
 */
const ownSettings = `${noDeadlines}; set lock_timeout = '5s'; set timezone = 'UTC'`;

/**
 * Whether every migration is recorded, as at most starts: then there is nothing to be locked for. By the catalog first,
 * because the records may not be there, or be closed to this role; what is odd in any way is left to the long way.
 */
async function isComplete(client: Client, sets: readonly MigrationSet[]): Promise<boolean> {
  const records = [migrations, ...configsOf(sets)];
  const there = await client.query(
    `select from pg_class record
       join pg_namespace on pg_namespace.oid = record.relnamespace
       join pg_attribute on attrelid = record.oid
     where nspname = 'gatehouse' and record.relname = any ($1)
       and attname = 'created_at' and atttypid = 'bigint'::regtype
       and has_schema_privilege(record.relnamespace, 'usage') and has_table_privilege(record.oid, 'select')
       and exists (select from pg_constraint where conname = 'user_email_lower_case')`,
    [records.map(({ migrationsTable }) => migrationsTable)],
  );
  if (there.rows.length < records.length) return false;
  const counts = records.map((config) => {
    const times = readMigrationFiles(config).map(({ folderMillis }) => folderMillis);
    const isOurs = `created_at = any (array[${times}]::bigint[])`;
    return `(select count(distinct created_at) from ${recordOf(client, config)} where ${isOurs}) = ${times.length}`;
  });
  const { rows } = await client.query<{ complete: boolean }>(`select ${counts.join(" and ")} as complete`);
  return rows[0]?.complete === true;
}

/**
 * Does work on a connection of its own, and ends it. Whatever goes wrong with connecting is NoConnection, or a
 * StartRefused that says what to change.
 */
export async function onOwnConnection<AnyClient extends Client, Result>(
  open: () => AnyClient,
  work: (client: AnyClient) => Promise<Result>,
): Promise<Result> {
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
    await within(closeMilliseconds, client.end()).catch(() => undefined); // Neon's never ends when it never began
  }
}

/**
 * Waits for whoever migrates. Rejects with NoConnection when that takes long, so that the start says what it waits for,
 * and tries again: a program that hangs, or whose machine is gone, keeps the lock for as long as its connection.
 */
async function takeTurn(client: Client) {
  for (const began = performance.now(); !(await take(client, lockNumber)); await Bun.sleep(lockPauseMilliseconds))
    if (performance.now() - began > longestTurnMilliseconds) throw new NoConnection("Another program migrates.");
}

const lockPauseMilliseconds = 200;
const longestTurnMilliseconds = 5000;
const closeMilliseconds = 1000;
const patience = { query_timeout: 3000 }; // milliseconds; pg takes it with a question, its types do not know

async function take(client: Client, lock: number): Promise<boolean> {
  const { rows } = await client.query({
    text: "select pg_try_advisory_lock($1) as taken",
    values: [lock],
    ...patience,
  });
  return rows[0]?.taken === true;
}

/** Looks at a server as `migrateUnderLock` does, and stops where that would begin to change it. */
export const auditOnly = (open: () => Client, sets: readonly MigrationSet[]): Promise<void> =>
  onOwnConnection(open, async (client) => {
    await client.query(ownSettings);
    if (await isComplete(client, sets)) await refusingInWords(() => look(client));
    else await (await import("./apply")).auditFor(client, sets);
  });

/** Throws StartRefused where a pooler stands in between, which a start would refuse. Changes nothing. */
export const refusePooler = (open: () => Client): Promise<void> =>
  onOwnConnection(open, (client) => refuseBetween(client, open));

function refuseBetween(client: Client, open: () => Client) {
  const witness = open();
  return onOwnConnection(
    () => witness,
    () => compare(client, witness),
  );
}

/** A pooler gives itself away by an invented process id, or by handing one lock to two connections. */
async function compare(client: Client, witness: Client) {
  const probe = Math.floor(Math.random() * 0x7fff_ffff);
  const asked = { text: "select pg_backend_pid() as pid, pg_try_advisory_lock($1) as taken", values: [probe] };
  const { rows } = await client.query({ ...asked, ...patience });
  const { processID } = client as unknown as { processID: number | null };
  const both = rows[0]?.taken === true && (await take(witness, probe));
  await Promise.all([client, witness].map((each) => each.query("select pg_advisory_unlock_all()")));
  if (both || rows[0]?.pid !== processID) throw new StartRefused(poolerRefusal);
}
