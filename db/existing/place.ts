import type { Client } from "pg";
import { fourNames, fourTables, misfitObjects, notHeeded, refuse, type ObjectCheck, type Problem } from "./problem";

/** Throws StartRefused where the four tables are not where they should be, are no tables, or are not this role's. */
export async function refusePlace(client: Client): Promise<void> {
  refuse([...(await misfitObjects(client, places)), ...(await tablesElsewhere(client))]);
}

const unfit = ", and what Gatehouse needs cannot be added";

const places: ObjectCheck[] = [
  {
    query: `select quote_ident(relname) as name from pg_class
            where oid in ${fourTables} and (relkind <> 'r' or relispartition
              or oid in (select inhparent from pg_inherits) or oid in (select inhrelid from pg_inherits))`,
    what: [
      `table is no ordinary one (but a view, partitioned, foreign or inherited)${unfit}`,
      `tables are no ordinary ones (but views, partitioned, foreign or inherited)${unfit}`,
    ],
    remedy: "Make ordinary tables of them",
  },
  {
    query: `select quote_ident(relname) as name, format('alter table %I set logged;', relname) as mend
            from pg_class where oid in ${fourTables} and relkind = 'r' and relpersistence = 'u'`,
    what: [
      "table is unlogged, and would be empty after a crash",
      "tables are unlogged, and would be empty after a crash",
    ],
    remedy: "Make them safe",
  },
  {
    query: `select quote_ident(relname) as name from pg_class
            where oid in ${fourTables} and relname in ('session', 'account')
              and to_regclass('public."user"') is null`,
    what: [
      `table is there, and "user", to which it belongs, is not`,
      `tables are there, and "user", to which they belong, is not`,
    ],
    remedy: `Bring "user" back, or name another database`,
  },
  {
    query: `select quote_ident(relname) as name,
              format('alter table %I owner to %I;', relname, current_user) as mend
            from pg_class where oid in ${fourTables} and not pg_has_role(current_user, relowner, 'usage')`,
    what: [
      "table belongs to another role than this one, which may therefore add nothing to it",
      "tables belong to another role than this one, which may therefore add nothing to them",
    ],
    remedy: "Name its owner in DATABASE_URL, or give them to this role",
  },
  {
    query: `select 'schema public' as name,
              format('grant usage, create on schema public to %I;', current_user) as mend
            where not has_schema_privilege('public', 'usage, create') or not has_schema_privilege('public', 'create')
            union all select format('database %I', current_database()),
              format('grant create on database %I to %I;', current_database(), current_user)
            where to_regnamespace('gatehouse') is null and not has_database_privilege(current_database(), 'create')
            union all select 'schema gatehouse',
              format('grant usage, create on schema gatehouse to %I;', current_user)
            from pg_namespace where nspname = 'gatehouse'
              and not (has_schema_privilege(oid, 'usage') and has_schema_privilege(oid, 'create'))`,
    what: [
      "place is closed to this role, which may make nothing there",
      "places are closed to this role, which may make nothing there",
    ],
    remedy: "Make this role the owner, or let it",
  },
  {
    query: `select 'gatehouse.' || quote_ident(relname) as name from pg_class
            where relnamespace = to_regnamespace('gatehouse') and relkind in ('r', 'p', 'v', 'm', 'f')
              and relname <> 'migration'
            union all select 'gatehouse.' || quote_ident(proname) from pg_proc
            where pronamespace = to_regnamespace('gatehouse')
            union all select 'gatehouse.migration' from pg_class
            where relnamespace = to_regnamespace('gatehouse') and relname = 'migration'
              and array(
                select attname || ' ' || format_type(atttypid, null) from pg_attribute
                where attrelid = pg_class.oid and attnum > 0 and not attisdropped order by 1
              ) <> array['created_at bigint', 'hash text', 'id integer']`,
    what: [
      "object is in the schema gatehouse that Gatehouse did not make",
      "objects are in the schema gatehouse that Gatehouse did not make",
    ],
    remedy:
      "Give that schema another name (alter schema gatehouse rename to …), " +
      "because Gatehouse keeps its own tables under this one, or name another database",
  },
];

/** Better Auth's tables by their columns, however these are spelt. */
const shapes = `(values
    ('user', array['email', 'emailverified']),
    ('session', array['token', 'expiresat', 'userid']),
    ('account', array['providerid', 'accountid', 'userid']),
    ('verification', array['identifier', 'value', 'expiresat'])
  ) as shape (role, wanted)`;

interface Elsewhere {
  schema: string;
  table: string;
  role: string;
}

/**
 * Tables that are Better Auth's by their columns, under another name or in another schema: beside them Gatehouse
 * would make four empty ones.
 */
async function tablesElsewhere(client: Client): Promise<Problem[]> {
  const { rows } = await client.query<Elsewhere>(
    `select nspname as schema, relname as "table", role
     from pg_class table_ join pg_namespace on pg_namespace.oid = relnamespace cross join ${shapes}
     where relkind in ('r', 'p', 'v', 'm', 'f')
       and nspname !~ '^pg_' and nspname not in ('information_schema', 'gatehouse')
       and not (nspname = 'public' and relname in ${fourNames})
       and wanted <@ array(
         select lower(replace(attname, '_', '')) from pg_attribute
         where attrelid = table_.oid and attnum > 0 and not attisdropped)
       and to_regclass('public.' || quote_ident(role)) is null
       and coalesce(obj_description(table_.oid, 'pg_class'), '') not like '%${notHeeded}%'
     order by 1, 2`,
  );
  const { rows: known } = await client.query(`select from pg_class where oid in ${fourTables}`);
  const has = (role: string) => rows.some((row) => row.role === role);
  if (known.length === 0 && !has("account") && !(has("session") && has("user"))) return [];
  if (rows.length === 0) return [];
  const nameOf = ({ schema, table }: Elsewhere) => `${JSON.stringify(schema)}.${JSON.stringify(table)}`;
  const renames = rows.flatMap((row) => [
    ...(row.table === row.role ? [] : [`alter table ${nameOf(row)} rename to "${row.role}";`]),
    ...(row.schema === "public" ? [] : [`alter table ${nameOf({ ...row, table: row.role })} set schema public;`]),
  ]);
  const alike = rows.map((row) => `${nameOf(row)} looks like Better Auth's "${row.role}"`).join(", ");
  return [
    {
      found: `${alike}, and Gatehouse would make an empty one beside it`,
      remedy:
        `Where they are not Better Auth's, say so (comment on table … is '${notHeeded}'). ` +
        `Where they are, name them as it does by default, and tell the app that uses them: ${renames.join(" ")}`,
    },
  ];
}
