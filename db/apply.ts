import { readMigrationFiles, type MigrationConfig } from "drizzle-orm/migrator";
import type { Client } from "pg";
import { audit, type Audit } from "./existing";
import { whoCannotSignIn } from "./existing/people";
import { rehearse } from "./existing/rehearsal";
import type { Finding } from "./existing/server";
import { configsOf, migrations, recordOf, type MigrationSet } from "./migration-records";
import { inWords, refusingInWords } from "./server-refusals";

/**
 * Applies each migration that is missing, all of them or none: an existing app's database is as it was when the start
 * is refused, without a trace of ours. Of the first ones it is proven that people can be served with them.
 */
export async function applyMissing(client: Client, sets: readonly MigrationSet[]): Promise<Finding[]> {
  const { isFirst, isTakeOver, findings } = await auditFor(client, sets);
  await client.query("begin");
  try {
    // Else a role that is named like our schema makes the four tables there.
    await client.query("set local search_path = public");
    for (const config of [migrations, ...configsOf(sets)]) await applyAll(client, config);
    await client.query("set local search_path to default");
    if (isFirst) await rehearse(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the connection may be lost: then so is the transaction
    throw inWords(error);
  }
  return [...findings, ...(isTakeOver ? await whoCannotSignIn(client) : [])];
}

/** The audit before these migrations. Throws StartRefused in words; changes nothing. */
export function auditFor(client: Client, sets: readonly MigrationSet[]): Promise<Audit> {
  const [first] = readMigrationFiles(migrations);
  const heeded = new Set(sets.flatMap(({ heeds = [] }) => heeds));
  return refusingInWords(() => audit(client, first?.folderMillis ?? 0, heeded));
}

/** As Drizzle's own migrator keeps the record, which makes its schema outside of the transaction. */
async function applyAll(client: Client, config: MigrationConfig) {
  const record = recordOf(client, config);
  await client.query("create schema if not exists gatehouse");
  await client.query(
    `create table if not exists ${record} (id serial primary key, hash text not null, created_at bigint)`,
  );
  const { rows } = await client.query<{ last: string | null }>(`select max(created_at) as last from ${record}`);
  const isMissing = ({ folderMillis }: { folderMillis: number }) => folderMillis > Number(rows[0]?.last ?? 0);
  for (const { sql, hash, folderMillis } of readMigrationFiles(config).filter(isMissing)) {
    for (const statement of sql) await client.query(statement);
    await client.query(`insert into ${record} (hash, created_at) values ($1, $2)`, [hash, folderMillis]);
  }
}
