import type { Client } from "pg";
import { StartRefused } from "./refusal";

const rights = ["select", "insert", "update", "delete"];

/**
 * Refuses a start whose role may not read and write each table: where another role migrates, the tables of a new
 * version are that role's alone until it grants them.
 */
export async function refuseWithoutRights(client: Client): Promise<void> {
  const { rows } = await client.query<{ role: string; name: string }>(
    `select quote_ident(current_user) as role, format('%I.%I', schemaname, tablename) as name
      from pg_tables
      where (schemaname = 'gatehouse' and tablename not like 'migration%'
          or schemaname = 'public' and tablename = any ($1))
        and not (has_schema_privilege(schemaname, 'usage')
          and (select bool_and(has_table_privilege(format('%I.%I', schemaname, tablename), may))
            from unnest($2::text[]) may))
      order by 2`,
    [["user", "session", "account", "verification"], rights],
  );
  const [first] = rows;
  if (!first) return;
  const granted = `${rights.join(", ")} on`;
  throw new StartRefused(
    `DATABASE_URL: its role may not read and write ${rows.map(({ name }) => name).join(", ")}. ` +
      "As the owner of the tables, run: grant usage on schema public, gatehouse to " +
      `${first.role}; grant ${granted} all tables in schema public, gatehouse to ${first.role}; ` +
      "and for the tables of later versions: alter default privileges in schema public, gatehouse " +
      `grant ${granted} tables to ${first.role};`,
  );
}
