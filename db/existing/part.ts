import type { Client } from "pg";
import { StartRefused } from "../refusal";

interface Facts {
  /** Whether the schema `gatehouse` is Gatehouse's, by its tables. */
  isOurs: boolean;
  /** The role that it belongs to, where this one may not read it. */
  owner: string | null;
  /** This role. */
  role: string;
  /** Those of the four tables that are not there. */
  missing: string[];
  /** Whether the four tables were Gatehouse's once, by what its first migration adds to them. */
  wereOurs: boolean;
}

/** By the catalog: the schema may be closed to this role. */
const question = `
  with own as (
    select record.oid, record.relnamespace, record.relowner from pg_class record
    join pg_namespace on pg_namespace.oid = record.relnamespace
    where nspname = 'gatehouse' and record.relname = 'migration'
      and 3 = (select count(*) from pg_class known
        where known.relnamespace = record.relnamespace and known.relname in ('event', 'outbox', 'device'))
  ), four as (
    select four.oid, relname::text as name from pg_class four join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public'
  )
  select exists (select from own) as "isOurs", current_user::text as role,
    (select pg_get_userbyid(relowner)::text from own
      where not (has_schema_privilege(relnamespace, 'usage') and has_table_privilege(oid, 'select'))) as owner,
    array(select unnest(array['user', 'session', 'account', 'verification']) except select name from four) as missing,
    exists (select from pg_constraint join four on four.oid = conrelid
      where name = 'user' and conname = 'user_email_lower_case') as "wereOurs"`;

/**
 * Throws StartRefused where a database that Gatehouse used is there only in part, or by another role than its own, as a
 * dump leaves it that is restored in part or as another user: what is missing would be made anew, and empty.
 */
export async function refusePart(client: Client): Promise<void> {
  const { rows } = await client.query<Facts>(question);
  const [{ isOurs = false, owner, role, missing, wereOurs } = { missing: [] as string[] }] = rows;
  if (owner)
    throw new StartRefused(
      `DATABASE_URL: the schema gatehouse is of Gatehouse, and belongs to another role, ${owner}. ` +
        `Name that one, or restore the database as this one: pg_restore --no-owner --role=${role}.`,
    );
  const lost = isOurs ? missing.sort().map((name) => `the table "${name}"`) : wereOurs ? ["the schema gatehouse"] : [];
  if (lost.length === 0) return;
  throw new StartRefused(
    `DATABASE_URL: a part of what Gatehouse kept in this database is missing: ${lost.join(", ")}. ` +
      "Restore all of it, the schemas public and gatehouse, into an empty database.",
  );
}
