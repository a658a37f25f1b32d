import { sql } from "drizzle-orm";
import { counted } from "./counted";
import { kindOf } from "./existing/restrictions";
import { blockedColumn } from "./own-tables";
import { StartRefused } from "./refusal";
import { rowsOf } from "./transaction";
import type { Database, Orm } from "./types";

/** Columns of Better Auth's own plugin, as its adapters name them: heeded wherever they are. */
const banned = "banned";
const banEnds = ["ban_expires", "banExpires"];

/** What the first start makes do with in an existing app's database, besides the columns that the settings name. */
export const heededAlways: readonly string[] = [banned, ...banEnds].map((name) => `user.${name}`);

interface Column {
  name: string;
  isTime: boolean;
}

type Blocked = typeof blockedColumn.$inferInsert;

/**
 * Sees to it that whoever a column of `user` keeps out in an existing app is kept out here: notes the columns that are
 * named, and `banned` where there is one, for the gate and for a trigger, and ends the sessions of whoever is kept out
 * already. At each start. Throws StartRefused for a column that is not there, or whose values do not tell.
 */
export function heedBlockedColumns({ withoutDeadlines }: Database, named: readonly string[]): Promise<void> {
  return withoutDeadlines(async (own) => {
    const columns = await columnsOfUser(own);
    const read = named.map((name) => readable(name, columns));
    const unread = read.filter((each) => "why" in each);
    if (unread.length > 0) throw new StartRefused(await refusalWith(own, unread, columns));
    const heeded = [...banColumns(columns), ...read.filter((each) => "kind" in each)];
    if (heeded.length > 0 || (await own.$count(blockedColumn)) > 0)
      await own.transaction((inner) => note(inner, heeded));
  });
}

/** One after the other: replicas that start together write the same. */
async function note(inner: Orm, heeded: Blocked[]): Promise<void> {
  await rowsOf(inner, sql`lock table gatehouse.blocked_column in share row exclusive mode`);
  await inner.delete(blockedColumn);
  if (heeded.length === 0) return;
  await inner.insert(blockedColumn).values(heeded);
  await rowsOf(
    inner,
    sql`delete from session using "user" u where u.id = user_id and gatehouse.is_blocked(to_jsonb(u))`,
  );
}

const columnsOfUser = (own: Orm): Promise<Column[]> =>
  rowsOf<Column & Record<string, unknown>>(
    own,
    sql`select attname as name, format_type(atttypid, null) ~ '^(timestamp|date)' as "isTime" from pg_attribute
      where attrelid = 'public."user"'::regclass and attnum > 0 and not attisdropped`,
  );

/** A ban whose end cannot be read as a time holds for ever. */
function banColumns(columns: readonly Column[]): Blocked[] {
  const ends = columns.find(({ name, isTime }) => banEnds.includes(name) && isTime)?.name;
  const hasBan = columns.some(({ name }) => name === banned);
  if (hasBan) return [{ name: banned, kind: "set", ends }];
  return ends === undefined ? [] : [{ name: ends, kind: "until" }];
}

interface Unread {
  name: string;
  why: string;
}

/** How a column is read, or why it cannot be. Whatever its name does not tell is read as: kept out by any value. */
function readable(name: string, columns: readonly Column[]): Blocked | Unread {
  const column = columns.find((each) => each.name === name);
  if (!column) return { name, why: `the table user has no column "${name}"` };
  const kind = kindOf(name) ?? "set";
  if (kind === "set" || kind === "unset") return { name, kind };
  if (kind === "until" && column.isTime) return { name, kind };
  return { name, why: `what "${name}" says about who may sign in cannot be read` };
}

async function refusalWith(own: Orm, unread: readonly Unread[], columns: readonly Column[]): Promise<string> {
  const present = unread.filter(({ name }) => columns.some((each) => each.name === name));
  const names = present.map(({ name }) => name).join();
  const [row] = await rowsOf<{ people: number }>(
    own,
    sql`select count(*)::int as people from "user" u
      where exists (
        select from unnest(string_to_array(${names}, ',')) as wanted where to_jsonb(u) ->> wanted is not null)`,
  );
  return (
    `GATEHOUSE_BLOCKED_COLUMNS: ${unread.map(({ why }) => why).join(", and ")} ` +
    `(${counted(row?.people ?? 0, "person has", "people have")} a value there). ` +
    "Name columns that are true, false or a time until when, such as banned, is_active or locked_until; or suspend " +
    "these people in Gatehouse: insert into gatehouse.suspension (user_id) select id from …"
  );
}
