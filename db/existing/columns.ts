import { getTableColumns, getTableName } from "drizzle-orm";
import type { Client } from "pg";
import { account, session, user, verification } from "../auth-tables";
import { fourTables, refuse, type Problem } from "./problem";

/** A column of the four tables, as it was found. */
export interface Found {
  table: string;
  column: string;
  type: string;
  /** Whether a row without it cannot be written. */
  demanded: boolean;
  isGenerated: boolean;
  comment: string;
}

const four = [user, session, account, verification];

/** Every column of those of the four tables that are there. */
export async function columnsOf(client: Client): Promise<Found[]> {
  const { rows } = await client.query<Found>(
    `select relname as "table", attname as "column", format_type(atttypid, atttypmod) as type,
       attgenerated <> '' as "isGenerated", coalesce(col_description(attrelid, attnum), '') as comment,
       (attnotnull or typnotnull) and not atthasdef and typdefault is null and attidentity = '' as demanded
     from pg_attribute join pg_class on pg_class.oid = attrelid join pg_type on pg_type.oid = atttypid
     where attrelid in ${fourTables} and attnum > 0 and not attisdropped order by attrelid, attnum`,
  );
  return rows;
}

/**
 * Throws StartRefused where a column has another name or type than it should, or one that is not ours must be filled
 * in.
 */
export function refuseColumns(columns: Found[]): void {
  refuse(otherNames(columns));
  refuse([...missing(columns), ...otherTypes(columns), ...notFilledIn(columns)]);
}

/**
 * Every column that one of the tables found should have, with the name that Better Auth's own migrator would give it.
 */
const wantedOf = (found: Found[]) =>
  four
    .filter((table) => found.some((each) => each.table === getTableName(table)))
    .flatMap((each) =>
      Object.entries(getTableColumns(each)).map(([camelCase, column]) => {
        const [table, name] = [getTableName(each), column.name];
        return {
          table,
          name,
          camelCase,
          type: column.getSQLType(),
          notNull: column.notNull,
          found: found.find((there) => there.table === table && there.column === name),
        };
      }),
    );

/** Of the columns found, those that are Better Auth's own. */
export const ownColumns = (columns: Found[]) =>
  wantedOf(columns).flatMap(({ found, notNull }) => (found ? [{ ...found, notNull }] : []));

/** Of the columns found, those that an app or a plugin added. */
export function addedColumns(columns: Found[]): Found[] {
  const own = ownColumns(columns);
  return columns.filter((found) => !own.some((each) => each.table === found.table && each.column === found.column));
}

function otherNames(columns: Found[]): Problem[] {
  const misnamed = wantedOf(columns).filter(
    ({ table, camelCase, found }) =>
      !found && columns.some((each) => each.table === table && each.column === camelCase),
  );
  const [first] = misnamed;
  if (!first) return [];
  const renames = misnamed.map(
    ({ table, camelCase, name }) => `alter table "${table}" rename "${camelCase}" to ${name};`,
  );
  return [
    {
      found:
        `their columns have names like "${first.camelCase}", as Better Auth's own migrator gives them, ` +
        `and Gatehouse's have names like ${first.name}`,
      remedy: `Rename them, and tell the app that uses them: ${renames.join(" ")}`,
    },
  ];
}

const makeThem = "Make them Better Auth's own tables, or name another database.";

const missing = (columns: Found[]): Problem[] =>
  wantedOf(columns).flatMap(({ table, name, found }) =>
    found ? [] : [{ found: `"${table}" has no column ${name}`, remedy: makeThem }],
  );

/** The types that fit as well as the column's own: the migration turns timestamps into those with a zone. */
const alsoFits: Record<string, RegExp> = {
  text: /^(text|character varying)$/,
  "timestamp with time zone": /^timestamp(\(\d\))? with(out)? time zone$/,
};
/** Types that are text by another name: no value changes when the column becomes `text`. */
const isText = /^(character( varying)?\(\d+\)|citext|uuid)$/;

function otherTypes(columns: Found[]): Problem[] {
  return wantedOf(columns).flatMap(({ table, name, type, found }) => {
    if (!found) return [];
    if (found.isGenerated)
      return [
        {
          found: `"${table}".${name} is computed by the database`,
          remedy: `Make it an ordinary column (alter table "${table}" alter ${name} drop expression).`,
        },
      ];
    if (alsoFits[type]?.test(found.type) ?? found.type === type) return [];
    const remedy =
      type === "text" && isText.test(found.type)
        ? `Change it: alter table "${table}" alter ${name} type text;`
        : makeThem;
    return [{ found: `"${table}".${name} is of type ${found.type}, not ${type}`, remedy }];
  });
}

const notFilledIn = (columns: Found[]): Problem[] =>
  addedColumns(columns)
    .filter(({ demanded }) => demanded)
    .map(({ table, column }) => ({
      found: `"${table}"."${column}" must be filled in and has no default`,
      remedy: `Let it be empty, or give it a default: alter table "${table}" alter "${column}" drop not null;`,
    }));
