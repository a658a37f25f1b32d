import type { SQL } from "drizzle-orm";
import type { Database, Orm } from "./types";
import { withDeadline } from "./deadline";

/** What a statement can run on: the database, or a transaction in it. */
export type Statements = Pick<Orm, "execute">;

/**
 * All of the work or none of it, within the deadline of the request. Throws an error that `isUnavailable` tells from
 * others when the database cannot be had.
 */
export function inTransaction<Result>(
  { orm }: Pick<Database, "orm">,
  work: (inner: Orm) => Promise<Result>,
): Promise<Result> {
  return withDeadline(orm.transaction(work));
}

/** The rows a statement gives. All three drivers answer with `rows`; Drizzle's common type does not say so. */
export async function rowsOf<Row>(on: Statements, statement: SQL): Promise<Row[]> {
  const { rows } = (await on.execute(statement)) as unknown as { rows: Row[] };
  return rows;
}
