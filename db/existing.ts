import type { Client } from "pg";
import { columnsOf, refuseColumns, type Found } from "./existing/columns";
import { look } from "./existing/look";
import { objectChecks } from "./existing/objects";
import { refusePart } from "./existing/part";
import { refusePlace } from "./existing/place";
import { misfitObjects, misfitRows, refuse } from "./existing/problem";
import { restrictions } from "./existing/restrictions";
import { rowChecks, sharedAddresses } from "./existing/rows";
import type { Finding } from "./existing/server";

/** What is known of a database before its migrations are applied. */
export interface Audit {
  /** Whether no migration was applied so far. */
  isFirst: boolean;
  /** Whether the tables of an existing app are there, which become Gatehouse's. */
  isTakeOver: boolean;
  findings: Finding[];
}

/**
 * Looks at the server, and before the first migration at the tables of an existing Better Auth app, which it makes do
 * with. Throws StartRefused, with all that was found and what to do, where it could not; nothing has been changed then.
 * `heeded` are the names of what restricts people there, and is taken over by a capability.
 */
export async function audit(client: Client, begin: number, heeded: ReadonlySet<string>): Promise<Audit> {
  const findings = await look(client);
  await refusePart(client);
  const isFirst = !(await isMigrated(client, begin));
  if (isFirst) await refusePlace(client);
  const columns = await columnsOf(client);
  if (isFirst) await refuseMisfit(client, columns, heeded);
  else if (!(await isLowered(client))) refuse(await misfitRows(client, [sharedAddresses], tablesOf(columns)));
  return { isFirst, isTakeOver: isFirst && columns.length > 0, findings };
}

async function refuseMisfit(client: Client, columns: Found[], heeded: ReadonlySet<string>) {
  refuseColumns(columns);
  const rows = await misfitRows(client, rowChecks(columns), tablesOf(columns));
  refuse([...rows, ...(await misfitObjects(client, objectChecks)), ...(await restrictions(client, columns, heeded))]);
}

const tablesOf = (columns: Found[]) => new Set(columns.map(({ table }) => table));

/**
 * Whether the record of migrations is ours and says that the first one, which is of that time, was applied. By the
 * catalog: the schema may be closed to this role.
 */
async function isMigrated(client: Client, begin: number): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_class record
       join pg_namespace on pg_namespace.oid = record.relnamespace
       join pg_attribute on attrelid = record.oid
     where nspname = 'gatehouse' and record.relname = 'migration'
       and attname = 'created_at' and atttypid = 'bigint'::regtype
       and has_schema_privilege(record.relnamespace, 'usage') and has_table_privilege(record.oid, 'select')
       and exists (select from pg_class event where event.relnamespace = record.relnamespace and relname = 'event')`,
  );
  return (
    rows.length > 0 &&
    (await client.query("select from gatehouse.migration where created_at = $1", [begin])).rows.length > 0
  );
}

/** Whether the database itself keeps capitals out of addresses already. */
const isLowered = async (client: Client) =>
  (await client.query("select from pg_constraint where conname = 'user_email_lower_case'")).rows.length > 0;
