import { sql, type SQL } from "drizzle-orm";
import { rowsOf, type Statements } from "../../db/transaction";

/** The statements of the throttle: what is counted, closed and forgotten in `gatehouse.throttle`. */

/** A row that counts tries, and how long to wait after which of them, in seconds. */
export interface Room {
  key: string;
  waits: readonly number[];
  /** How many tries come before the first of the waits. */
  more: number;
}

/** A row that forgets one try, or all of them. */
export interface GivenBack {
  key: string;
  isOne: boolean;
}

/**
 * Counts a try in each row in turn, up to the first that has no room; gives how many were counted. One statement, and
 * so one round trip and one write to the disk.
 */
export async function countInTurn(on: Statements, rows: readonly Room[]): Promise<number> {
  const [now, later] = [rows.slice(0, names.length), rows.slice(names.length)];
  const isNext = (at: number) => (names[at - 1] ? sql`exists (select from ${names[at - 1]})` : sql`true`);
  const counted = await inTurn(
    on,
    now.map((row, at) => countingOne(row, isNext(at))),
  );
  return counted < now.length || later.length === 0 ? counted : counted + (await countInTurn(on, later));
}

/** How the parts of a statement are called. Only who has many secrets has more rows, which are another statement. */
const names = [sql`a`, sql`b`, sql`c`, sql`d`, sql`e`, sql`f`, sql`g`, sql`h`];

/** The statement's parts, each of which may ask what came of the one before; gives how many rows they wrote. */
async function inTurn(on: Statements, parts: readonly SQL[]): Promise<number> {
  const named = parts.map((part, at) => sql`${names[at]} as (${part})`);
  const counts = parts.map((_, at) => sql`(select count(*) from ${names[at]})`);
  const statement = sql`with ${sql.join(named, sql`, `)} select (${sql.join(counts, sql` + `)})::int as written`;
  const [row] = await rowsOf<{ written: number }>(on, statement);
  return row?.written ?? 0;
}

/**
 * Counts a try in a row, if it is its turn, and decides on it, under the row's lock: it gives a row when the try may be
 * made. A wait that is longer than the longest of `waits` was written by a clock that has been set back since, and does
 * not hold. Times are those of the moment, not of the transaction's begin: a try that had to wait for the row would
 * else find it closed by the try before.
 */
function countingOne({ key, waits, more }: Room, isNext: SQL): SQL {
  const longest = Math.max(...waits);
  const after = (tries: SQL) =>
    sql`clock_timestamp() + make_interval(secs =>
      (${sql.param(`{${waits.join()}}`)}::float8[])[
        greatest(least(${tries} - ${more}::int, ${waits.length}::int), 1)])`;
  const tries = sql`case when t.changed_at < clock_timestamp() - interval '1 hour' then 1 else t.tries + 1 end`;
  return sql`insert into gatehouse.throttle as t (key, tries, open_at, changed_at)
    select ${key}::text, 1, ${after(sql`1`)}, clock_timestamp() where ${isNext}
    on conflict (key) do update set
      tries = ${tries}, open_at = ${after(tries)}, changed_at = clock_timestamp(), turned_away = false
    where t.open_at <= clock_timestamp() or t.open_at > clock_timestamp() + make_interval(secs => ${longest}::float8)
    returning 1`;
}

/** A row without room. */
interface Closed {
  /** For how long, in whole seconds. */
  seconds: number;
  /** Whether this is the first try that finds it so. */
  isFirst: boolean;
  /** When the last try was counted in it. */
  lastAt: Date;
}

/** What is to be said of a row without room. */
export async function waitOf(on: Statements, key: string): Promise<Closed> {
  const [held] = await rowsOf<{ seconds: number; known: boolean; last: number }>(
    on,
    sql`select ceil(extract(epoch from open_at - clock_timestamp()))::int as seconds, turned_away as known,
      extract(epoch from changed_at)::float8 * 1000 as last
      from gatehouse.throttle where key = ${key}`,
  );
  const first = held?.known
    ? []
    : await rowsOf(
        on,
        sql`update gatehouse.throttle set turned_away = true where key = ${key} and not turned_away returning 1`,
      );
  const lastAt = new Date(held?.last ?? Date.now());
  return { seconds: Math.max(1, held?.seconds ?? 1), isFirst: first.length > 0, lastAt };
}

/**
 * Lets rows forget tries. Each waits for the one before, as in counting: so no two statements wait for each other in a
 * circle.
 */
export async function forgetTries(on: Statements, rows: readonly GivenBack[]): Promise<void> {
  const [now, later] = [rows.slice(0, names.length), rows.slice(names.length)];
  const isNext = (at: number) => (names[at - 1] ? sql`(select count(*) from ${names[at - 1]}) >= 0` : sql`true`);
  const parts = now.map(
    ({ key, isOne }, at) => sql`update gatehouse.throttle
      set tries = case when ${isOne}::boolean then greatest(tries - 1, 0) else 0 end, open_at = clock_timestamp()
      where key = ${key} and ${isNext(at)} returning 1`,
  );
  await inTurn(on, parts);
  if (later.length > 0) await forgetTries(on, later);
}
