import { sql, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Expired, LeftOver } from "../../db/kept";

const most = 500; // rows removed by one batch
const mostSeen = 5000; // rows looked at by one batch

/**
 * A statement that deletes the next few rows after a place, which is empty for the beginning. It gives one row: how
 * many it has `removed`, and the place it has `reached`, null at the end. So no batch goes again over what the ones
 * before it have removed, or found in use.
 */
export type Batch = (after: string) => SQL;

/** Of a table: the rows whose time is over, the oldest first. Rows that somebody holds are left to the next round. */
export const isOver =
  (table: PgTable, { column, before }: Expired): Batch =>
  (after) =>
    sql`
    with gone as (
      delete from ${table} where ctid = any(array(
        select ctid from ${table} where ${column} >= ${after || "-infinity"}::timestamptz and ${column} < ${before}
        order by ${column} limit ${most} for update skip locked))
      returning ${column} as at
    )
    select count(*)::int as removed, case when count(*) = ${most} then max(at)::text end as reached from gone`;

/** Of a table: the rows of which nothing tells but the condition, so that each is looked at. */
export const isLeftOver =
  (table: PgTable, { column, condition }: LeftOver): Batch =>
  (after) =>
    sql`
    with seen as (
      select ctid as place, ${column} as key, ${condition} as is_left_over from ${table}
      where ${column} > ${after} order by ${column} limit ${mostSeen}
    ), gone as (
      delete from ${table} where ctid = any(array(select place from seen where is_left_over)) returning 1
    )
    select (select count(*)::int from gone) as removed,
      (select case when count(*) = ${mostSeen} then max(key) end from seen) as reached`;

/**
 * The events of those whose week is over, but for the newest of each, which go with their user: whoever keeps the
 * account at this moment still has them. A limit in each subquery keeps it from being joined in another way.
 */
export const eventsOfDue: Batch = () => sql`
  with gone as (
    delete from gatehouse.event where id = any(array(
      select theirs.id from gatehouse.deletion due
      cross join lateral (
        select id from gatehouse.event where user_id = due.user_id order by id desc offset ${most} limit ${most}
      ) theirs
      where due.due_at < now() order by due.due_at limit ${most}))
    returning 1
  )
  select count(*)::int as removed, case when count(*) = ${most} then 'further' end as reached from gone`;

/**
 * Those whose week is over, after a place, at most so many. Whoever is about to keep the account holds its user, and is
 * not waited for.
 */
export const peopleDue = (after: string, most: number): SQL => sql`
  with gone as (
    delete from "user" where id = any(array(
      select somebody.id from gatehouse.deletion due
      cross join lateral (select id from "user" where id = due.user_id limit 1 for update skip locked) somebody
      where due.due_at < now() and due.user_id > ${after} order by due.user_id limit ${most}
      for update of due skip locked))
    returning id
  )
  select count(*)::int as removed, case when count(*) = ${most} then max(id) end as reached from gone`;

/** The place of the next of them. */
export const nextDue = (after: string): SQL =>
  sql`select min(user_id) as next from gatehouse.deletion where due_at < now() and user_id > ${after}`;
