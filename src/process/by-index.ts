import { sql, type SQL } from "drizzle-orm";

/** What Postgres may do in place of following an index. */
const ways = ["seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"];

/**
 * For the rest of a transaction rows are found by indexes, whatever the statistics of the tables say: they may be old,
 * and no table is to be read as a whole for a few rows. To be selected.
 */
export const byIndex: SQL = sql.join(
  ways.map((way) => sql`set_config(${`enable_${way}`}, 'off', true)`),
  sql`, `,
);
