import { sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { withDeadline } from "../../../../db/deadline";
import { readInstant } from "../../../../db/instant";
import type { OwnTable } from "../../../../db/kept";
import { rowsOf } from "../../../../db/transaction";
import type { Orm } from "../../../../db/types";
import { longestEmail } from "../../../guard/email-address";
import { done, type Result } from "../../../result";
import { isKeptOut, keptOutPeople } from "../../../account/suspension";
import type { Role } from "../roles";
import { refuse } from "./act";

/** Which people are listed. A filter that is left out lets everybody through. */
export interface Wanted {
  /** How an address or a name begins, in any case, or a whole id: every sign stands for itself. */
  search?: string;
  isConfirmed?: boolean;
  isSuspended?: boolean;
  hasSecondFactor?: boolean;
  role?: Role;
  /** Made at this time or later. */
  since?: Date;
  /** The place at which the page before ended, as it was given. */
  after?: string;
  /** At most 200; 50 when it is left out. */
  count?: number;
}

/** Somebody in the list. */
export interface Listed {
  id: string;
  email: string;
  name: string;
  isConfirmed: boolean;
  createdAt: Date;
  isSuspended: boolean;
  hasSecondFactor: boolean;
  roles: string[];
}

/** A page of people, and the place after which the next one begins; none on the last. */
export interface PageOfPeople {
  people: Listed[];
  next?: string;
}

/** The most that are on one page. */
export const mostPeople = 200;

/**
 * Lists people: the newest first, or where something is searched for in the order of what was found, an address or a
 * name. However many people there are, it reads not much more than it gives. Refused with `search_malformed` and
 * `place_malformed`.
 */
export async function listPeople(
  { orm, tables }: { orm: Orm; tables: readonly OwnTable[] },
  wanted: Wanted,
): Promise<Result<PageOfPeople>> {
  const search = wanted.search?.trim() ?? "";
  if (search.length > longestEmail || search.includes("\0") || !search.isWellFormed())
    return refuse("search_malformed");
  const after = placeIn(wanted.after);
  const isPlace = after === undefined ? !wanted.after : search !== "" || isTime(after.place);
  if (!isPlace) return refuse("place_malformed");
  const count = Math.min(Math.max(1, Math.trunc(wanted.count ?? 50)), mostPeople);
  const secondFactor = secondFactorIn(tables);
  const few = wanted.isSuspended === true ? await suspendedIfFew(orm) : undefined;
  const { from, before } = few ?? everybody;
  const filters = filtersOf(few ? { ...wanted, isSuspended: undefined } : wanted, secondFactor);
  const asked = { from, filters, after, limit: count + 1 };
  const found = search === "" ? newest(asked) : matching(search, asked);
  const rows = await withDeadline(
    rowsOf<Row>(orm, withFacts({ before, found, secondFactor, isSearch: search !== "" })),
  );
  const page = rows.slice(0, count);
  const last = rows.length > count ? page.at(-1) : undefined;
  return done({
    people: page.map(({ place: _, createdAt, roles, ...person }) => ({
      ...person,
      createdAt: readInstant(createdAt),
      roles: roles === "" ? [] : roles.split(" "),
    })),
    next: last && Buffer.from(JSON.stringify([last.place, last.id])).toString("base64url"),
  });
}

interface Row extends Omit<Listed, "createdAt" | "roles"> {
  place: string;
  createdAt: string;
  roles: string;
}

/** Where a page ended: what the list is ordered by, and the id. */
interface Place {
  place: string;
  id: string;
}

function placeIn(text = ""): Place | undefined {
  const read = z.tuple([z.string(), z.string()]).safeParse(parsed(Buffer.from(text, "base64url").toString()));
  if (!read.success || read.data.some((one) => one.includes("\0") || one.length > 1000)) return undefined;
  const [place, id] = read.data;
  return { place, id };
}

/** A time of UTC as PostgreSQL writes it, whatever else it may read: up to its end, before our era too, or infinite. */
function isTime(text: string): boolean {
  const [, year, rest, era] = /^(\d{4,6})-(\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)( BC)?$/.exec(text) ?? [];
  const [number, last] = [Number(year), era ? 4713 : 294_276];
  // One of the same length stands for the year: dates are judged up to the year 9999.
  const like = 2000 + ((((era ? 1 - number : number) % 400) + 400) % 400);
  const isDay = z.iso.datetime({ local: true }).safeParse(`${like}-${rest?.replace(" ", "T")}`).success;
  return /^-?infinity$/.test(text) || (number >= 1 && number <= last && isDay);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whoever made it up gets no page
  }
}

/** Whether a user has a second factor in any of these tables, as a condition on the `user` that is called `u`. */
export function secondFactorIn(tables: readonly OwnTable[]): SQL {
  const there = tables
    .filter(({ isSecondFactor }) => isSecondFactor)
    .map(({ table }) => sql`exists (select from ${table} f where f.user_id = u.id)`);
  return there.length === 0 ? sql`false` : sql`(${sql.join(there, sql` or `)})`;
}

const suspended = isKeptOut(sql`u.id`);

/** Whom to look among: what stands in their place as `u`, and what must stand before the whole statement for it. */
interface Among {
  from: SQL;
  before: SQL;
}

const everybody: Among = { from: sql`"user" u`, before: sql`` };

/** More than so many are not looked up one by one. */
const mostLookedUp = 2000;

/**
 * Those who are suspended, where they are few, each looked up by their id, once: the limit keeps the planner from
 * reading everybody whose address begins with what is searched for in place of a few of them.
 */
async function suspendedIfFew(orm: Orm): Promise<Among | undefined> {
  const ids = await keptOutPeople(orm);
  const some = sql`select from (${ids}) ids limit ${mostLookedUp + 1}::int`;
  const [counted] = await withDeadline(rowsOf<{ all: number }>(orm, sql`select count(*)::int as all from (${some}) s`));
  if (!counted || counted.all > mostLookedUp) return undefined;
  const before = sql`suspended_people as materialized (
    select u.* from (${ids}) s cross join lateral
      (select id, email, name, email_verified, created_at from "user" where id = s.id limit 1) u),`;
  return { from: sql`suspended_people u`, before };
}

function filtersOf({ isConfirmed, isSuspended, hasSecondFactor, role, since }: Wanted, secondFactor: SQL): SQL {
  const wanted = (condition: SQL, is: boolean | undefined) =>
    is === undefined ? [] : [is ? condition : sql`not ${condition}`];
  return sql.join(
    [
      sql`true`,
      ...wanted(sql`u.email_verified`, isConfirmed),
      ...wanted(suspended, isSuspended),
      ...wanted(secondFactor, hasSecondFactor),
      ...(role ? [sql`exists (select from gatehouse.role r where r.user_id = u.id and r.role = ${role})`] : []),
      ...(since ? [sql`u.created_at >= ${since.toISOString()}::timestamptz`] : []),
    ],
    sql` and `,
  );
}

interface Asked {
  /** Whom to look among, as `u`. */
  from: SQL;
  filters: SQL;
  after?: Place;
  limit: number;
}

function newest({ from, filters, after, limit }: Asked): SQL {
  const isAfter = after
    ? sql`(u.created_at, u.id) < (${after.place}::timestamp at time zone 'UTC', ${after.id})`
    : sql`true`;
  return sql`select u.id, (u.created_at at time zone 'UTC')::text as place, row_number() over () as number from (
    select u.id, u.created_at from ${from} where ${filters} and ${isAfter}
    order by u.created_at desc, u.id desc limit ${limit}::int) u`;
}

/**
 * By the order of bytes, where what begins with a text is a range of an index; so no list is longer than what is asked
 * for. Whoever is found by their address is not found by their name once more.
 */
function matching(search: string, { from, filters, after, limit }: Asked): SQL {
  const [email, name] = [sql`u.email collate "C"`, sql`lower(u.name) collate "C"`];
  const last = "\u{10FFFF}";
  const begins = (value: SQL, text: SQL) => sql`${value} >= ${text} and ${value} < ${text} || ${last}`;
  const byEmail = begins(email, sql`${search.toLowerCase()}::text`);
  const byName = begins(name, sql`lower(${search}::text)`);
  const branch = (place: SQL, condition: SQL) => {
    const isAfter = after ? sql`(${place}, u.id) > (${after.place}::text, ${after.id})` : sql`true`;
    return sql`(select u.id, ${place} as place from ${from} where ${condition} and ${filters} and ${isAfter}
      order by ${place}, u.id limit ${limit}::int)`;
  };
  const byId = sql`(select u.id, '' collate "C" as place from ${from}
    where u.id = ${search} and not (${byEmail}) and not (${byName}) and ${filters} and ${after === undefined})`;
  return sql`select id, place, row_number() over () as number from (
    select * from (${branch(email, byEmail)} union all ${branch(name, sql`${byName} and not (${byEmail})`)}
    union all ${byId}) either order by place, id limit ${limit}::int) ordered`;
}

interface Shown {
  before: SQL;
  found: SQL;
  secondFactor: SQL;
  isSearch: boolean;
}

/** What is shown of those that were found, in the same order. */
const withFacts = ({ before, found, secondFactor, isSearch }: Shown): SQL => sql`
  with ${before} found as materialized (${found})
  select u.id, u.email, u.name, u.email_verified as "isConfirmed", to_json(u.created_at) #>> '{}' as "createdAt",
    found.place, ${suspended} as "isSuspended", ${secondFactor} as "hasSecondFactor",
    coalesce((select string_agg(r.role, ' ' order by r.role) from gatehouse.role r where r.user_id = u.id), '') as roles
  from found join "user" u on u.id = found.id
  order by ${isSearch ? sql`found.place collate "C", found.id` : sql`u.created_at desc, u.id desc`}`;
