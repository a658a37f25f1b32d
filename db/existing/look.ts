import type { Client } from "pg";
import { refuse } from "./problem";
import { refuseServer, type Finding } from "./server";

/**
 * Looks at the server alone, as every start does. Throws StartRefused where it, or what is set for this role, cannot
 * carry Gatehouse.
 */
export async function look(client: Client): Promise<Finding[]> {
  const findings = await refuseServer(client);
  await refuseOtherSchema(client);
  return findings;
}

/**
 * Throws StartRefused where a bare name would not find the table of that name in `public`, in which the migrations
 * make and look for them. At every start: somebody may set another `search_path` later.
 */
async function refuseOtherSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ schema: string; isThere: boolean }>(
    `select nspname as schema, to_regnamespace('public') is not null as "isThere"
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname <> 'public' and pg_class.oid in
       (to_regclass('"user"'), to_regclass('session'), to_regclass('account'), to_regclass('verification'))
     union all select array_to_string(current_schemas(false), ', '), to_regnamespace('public') is not null
     where not 'public' = any (current_schemas(false))`,
  );
  const [other] = rows;
  if (!other) return;
  const setPath = "let it be found first (alter role … set search_path = public).";
  if (!other.isThere)
    refuse([{ found: "there is no schema public", remedy: `Make it (create schema public), and ${setPath}` }]);
  refuse([
    {
      found: `this user works in the schema "${other.schema}", and Gatehouse in the schema public`,
      remedy: `Move the tables of Better Auth to public (alter table … set schema public), and ${setPath}`,
    },
  ]);
}
