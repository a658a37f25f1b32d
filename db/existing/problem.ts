import type { Client } from "pg";
import { counted } from "../counted";
import { StartRefused } from "../refusal";

/** One thing that does not fit, and what to do about it, in words for the operator. */
export interface Problem {
  found: string;
  remedy: string;
}

/** What is said behind a number: of one, and of many. */
type Counted = readonly [one: string, many: string];

/**
 * Objects of the database that do not fit: the query gives each by `name`, and the statement that would `mend` it
 * where there is one.
 */
export interface ObjectCheck {
  query: string;
  what: Counted;
  remedy: string;
}

/** Rows that do not fit. They are counted and never shown, because their values belong to people. */
export interface RowCheck {
  /** Asked only where these tables are there. */
  tables: string[];
  query: string;
  what: Counted;
  remedy: string;
}

/** The names of the four tables, as SQL. */
export const fourNames = "('user', 'session', 'account', 'verification')";
/** The ids of those of the four tables that are there, as SQL. */
export const fourTables = `(
    select four.oid from pg_class four join pg_namespace home on home.oid = four.relnamespace
    where home.nspname = 'public' and four.relname in ${fourNames})`;

/** What an operator writes as the comment of a column or table that restricts nobody, or is none of Better Auth's. */
export const notHeeded = "not heeded by Gatehouse";

/** Asks for each kind of object; a problem for each that was found. */
export async function misfitObjects(client: Client, checks: ObjectCheck[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { query, what, remedy } of checks) {
    const { rows } = await client.query<{ name: string; mend?: string | null }>(query);
    if (rows.length === 0) continue;
    const mending = [...new Set(rows.flatMap(({ mend }) => mend ?? []))];
    problems.push({
      found: `${counted(rows.length, ...what)}: ${listed(rows.map(({ name }) => name))}`,
      remedy: [`${remedy}${mending.length > 0 ? ":" : "."}`, ...mending].join(" "),
    });
  }
  return problems;
}

const mostNames = 10;
const listed = (names: string[]) =>
  names.slice(0, mostNames).join(", ") + (names.length > mostNames ? ` and ${names.length - mostNames} more` : "");

/** Counts the rows of each kind; a problem for each kind there is. */
export async function misfitRows(client: Client, checks: RowCheck[], present: Set<string>): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { tables, query, what, remedy } of checks) {
    if (!tables.every((table) => present.has(table))) continue;
    const { rows } = await client.query(`select count(*)::int as number from (${query}) as found`);
    if (rows[0]?.number > 0)
      problems.push({
        found: counted(rows[0].number, ...what),
        remedy: `${remedy}; this finds them: ${query.replace(/\s+/g, " ")};`,
      });
  }
  return problems;
}

/** Throws StartRefused when there is a problem, with all of them. */
export function refuse(problems: Problem[]): void {
  if (problems.length === 0) return;
  const found = problems.map((each) => each.found).join("; ");
  const remedies = problems.map((each) => each.remedy).join(" ");
  throw new StartRefused(
    `DATABASE_URL: the tables in this database do not fit: ${found}. Nothing was changed. ${remedies}`,
  );
}
