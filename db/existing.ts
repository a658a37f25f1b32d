import { getTableColumns, getTableName } from "drizzle-orm";
import type { Client } from "pg";
import { StartRefused } from "./refusal";
import { account, session, user, verification } from "./tables";

/**
 * Looks at the tables of an existing Better Auth app before the first migration, which makes do with them. Throws
 * StartRefused, with what was found and what to do, where it could not; nothing has been changed then.
 */
export async function refuseMisfit(client: Client): Promise<void> {
  if (await isMigrated(client)) return;
  await refuseOtherSchema(client);
  const columns = await columnsOf(client);
  refuseOtherNames(columns);
  refuseOtherColumns(columns);
  for (const trouble of troubles) await refuseRows(client, trouble, columns);
}

async function isMigrated(client: Client): Promise<boolean> {
  const { rows } = await client.query("select to_regclass('gatehouse.migration') is not null as begun");
  return rows[0]?.begun === true && (await client.query("select 1 from gatehouse.migration limit 1")).rows.length > 0;
}

/** What is asked for by its bare name must be what the migrations make, which is in the schema `public`. */
async function refuseOtherSchema(client: Client) {
  const { rows } = await client.query(
    `select nspname as schema from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where pg_class.oid in (to_regclass('"user"'), to_regclass('session'), to_regclass('account'), to_regclass('verification')) and nspname <> 'public'
     union all select array_to_string(current_schemas(false), ', ') where not 'public' = any (current_schemas(false))`,
  );
  if (rows.length === 0) return;
  throw refusal(
    `this user works in the schema "${rows[0].schema}", and Gatehouse in the schema public`,
    "Move the tables of Better Auth to public (alter table … set schema public), and let it be found first (alter role … set search_path = public).",
  );
}

/** A column of the four tables, as it was found. */
interface Found {
  table: string;
  column: string;
  type: string;
  /** Whether a row without it cannot be written. */
  demanded: boolean;
}

const four = [user, session, account, verification];

async function columnsOf(client: Client): Promise<Found[]> {
  const { rows } = await client.query<Found>({
    text: `select table_name as "table", column_name as "column", data_type as type,
             is_nullable = 'NO' and column_default is null and is_identity = 'NO' and is_generated = 'NEVER' as demanded
           from information_schema.columns where table_schema = 'public' and table_name = any ($1)`,
    values: [four.map(getTableName)],
  });
  return rows;
}

/** Every column that one of the tables found should have, with the name that Better Auth's own migrator would give it. */
const wantedOf = (found: Found[]) =>
  four.filter((table) => found.some((each) => each.table === getTableName(table))).flatMap((each) =>
    Object.entries(getTableColumns(each)).map(([camelCase, column]) => {
      const [table, name] = [getTableName(each), column.name];
      return { table, name, camelCase, type: column.getSQLType(), found: found.find((there) => there.table === table && there.column === name) };
    }),
  );

function refuseOtherNames(columns: Found[]) {
  const misnamed = wantedOf(columns).filter(({ table, camelCase, found }) => !found && columns.some((each) => each.table === table && each.column === camelCase));
  if (misnamed.length === 0) return;
  throw refusal(
    `their columns have names like "${misnamed[0]?.camelCase}", as Better Auth's own migrator gives them, and Gatehouse's have names like ${misnamed[0]?.name}`,
    `Rename them, and tell the app that uses them: ${misnamed.map(({ table, camelCase, name }) => `alter table "${table}" rename "${camelCase}" to ${name};`).join(" ")}`,
  );
}

/** What does as well: the migration turns timestamps into those with a zone. */
const alsoFits: Record<string, string> = { text: "character varying", "timestamp with time zone": "timestamp without time zone" };

function refuseOtherColumns(columns: Found[]) {
  const wanted = wantedOf(columns);
  const isWanted = ({ table, column }: Found) => wanted.some((each) => each.table === table && each.name === column);
  const problems = wanted.flatMap(({ table, name, type, found }) => {
    if (!found) return [`"${table}" has no column ${name}`];
    return found.type === type || found.type === alsoFits[type] ? [] : [`"${table}".${name} is of type ${found.type}, not ${type}`];
  });
  for (const found of columns) if (found.demanded && !isWanted(found)) problems.push(`"${found.table}"."${found.column}" must be filled in and has no default`);
  if (problems.length > 0) throw refusal(problems.join("; "), "Make them Better Auth's own tables, or name another database.");
}

/** Rows that the rules of Gatehouse do not allow. */
interface Trouble {
  tables: string[];
  /** Gives a row for each of them. */
  query: string;
  what: string;
  remedy: string;
}

const orphans = (table: string): Trouble => ({
  tables: [table, "user"],
  query: `select id from "${table}" where not exists (select from "user" where "user".id = "${table}".user_id)`,
  what: `rows of "${table}" belong to nobody`,
  remedy: "Delete them",
});

const troubles: Trouble[] = [
  {
    tables: ["user"],
    query: `select lower(email collate "C") as email from "user" group by 1 having count(*) > 1`,
    what: "addresses belong to several users, when upper and lower case are one, as they are here",
    remedy: "Give each to one user",
  },
  {
    tables: ["account"],
    query: "select provider_id, account_id from account group by 1, 2 having count(*) > 1",
    what: `pairs of provider_id and account_id are in "account" several times`,
    remedy: "Keep one of each",
  },
  { tables: ["session"], query: "select min(id) as id from session group by token having count(*) > 1", what: `tokens are in "session" several times`, remedy: "Delete those sessions" },
  orphans("account"),
  orphans("session"),
  {
    tables: ["user"],
    query: `select conrelid::regclass::text as "table", conname from pg_constraint where contype = 'f' and confdeltype <> 'c'
            and conrelid in (to_regclass('public.session'), to_regclass('public.account')) and confrelid = to_regclass('public."user"')`,
    what: "foreign keys would keep an account from being deleted",
    remedy: "Make them `on delete cascade`",
  },
];

async function refuseRows(client: Client, { tables, query, what, remedy }: Trouble, columns: Found[]) {
  if (!tables.every((table) => columns.some((each) => each.table === table))) return;
  const { rows } = await client.query(`select count(*)::int as number from (${query}) as found`);
  if (rows[0]?.number > 0) throw refusal(`${rows[0].number} ${what}`, `${remedy}; this finds them: ${query.replace(/\s+/g, " ")}`);
}

const refusal = (found: string, remedy: string) =>
  new StartRefused(`DATABASE_URL: the tables in this database do not fit: ${found}. Nothing was changed. ${remedy}`);
