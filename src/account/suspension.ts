import { sql, type SQL, type SQLWrapper } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { readInstant } from "../../db/instant";
import { blockedColumn } from "../../db/own-tables";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Orm } from "../../db/types";
import { readSealedCookie, setSealedCookie, suspendedCookie } from "../http/cookies";
import type { Visit } from "../http/visit";
import type { Services } from "./services";

/** The page on which somebody who is suspended reads why. */
export const suspendedPath = "/suspended";

/** Why somebody is kept out, as they are told it. */
export interface Suspended {
  /** The operator's words; empty where there are none. */
  reason: string;
  /** Until when; null where nobody has said. */
  until: Date | null;
}

type SealServices = Pick<Services, "keys" | "config">;
const sealOf = ({ keys, config }: SealServices) => ({ keys: keys.suspended, secure: config.secure });

/** The `Set-Cookie` line by which that page knows somebody who has proved who they are. */
export const tellSuspended = (services: SealServices, userId: string): string =>
  setSealedCookie(suspendedCookie, userId, sealOf(services));

/** The id of whom that page knows by it; undefined for everybody else. */
export const toldSuspended = ({ cookies }: Pick<Visit, "cookies">, services: SealServices): string | undefined =>
  readSealedCookie(suspendedCookie, cookies, sealOf(services));

/** Whether a row of `gatehouse.suspension` keeps somebody out now. */
export const isHeld = sql`(until is null or until > now())`;

/** Whether such a row keeps a user out now, by the id or by the column that has it. */
export const hasSuspension = (userId: string | SQLWrapper): SQL =>
  sql`exists (select from gatehouse.suspension s where s.user_id = ${userId} and ${isHeld})`;

/** Until when such a row does; null for ever, which may be written as `infinity` too. */
export const heldUntil = sql`nullif(until, 'infinity')`;

interface Row extends Record<string, unknown> {
  reason: string | null;
  until: string | null;
}

/** The function is planned anew for each statement that calls it: it is called where there is a column to heed. */
const isBlocked = sql`case when exists (select from gatehouse.blocked_column)
  then gatehouse.is_blocked(person) else false end`;

/** Whether a column of an existing app's `user` keeps a user out now, by the id or by the column that has it. */
export const isBlockedByColumn = (userId: string | SQLWrapper): SQL => sql`exists (
  select from (select to_jsonb(its) as person from "user" its where its.id = ${userId}) as whole where ${isBlocked})`;

/** Whether either does. */
export const isKeptOut = (userId: SQLWrapper): SQL => sql`(${hasSuspension(userId)} or ${isBlockedByColumn(userId)})`;

/**
 * Whom either keeps out now, as a table of their ids, each once. Where a column may, everybody is read: what lets the
 * many in is seen before the function is called, which takes long.
 */
export async function keptOutPeople(on: Orm): Promise<SQL> {
  const columns = await withDeadline(on.select().from(blockedColumn).where(isThere));
  const held = sql`select user_id as id from gatehouse.suspension where ${isHeld}`;
  if (columns.length === 0) return held;
  const value = (name: string) => sql`coalesce(u.${sql.identifier(name)}::text, '')`;
  const mayBlock = columns.map(({ name, kind }) =>
    kind === "unset" ? sql`${value(name)} <> 'true'` : sql`${value(name)} not in ('', 'false')`,
  );
  return sql`${held} union all select u.id from "user" u where (${sql.join(mayBlock, sql` or `)})
    and gatehouse.is_blocked(to_jsonb(u)) and not ${hasSuspension(sql`u.id`)}`;
}

/** The app may have dropped a column since the start. */
const isThere = sql`exists (select from pg_attribute
  where attrelid = 'public."user"'::regclass and attname = ${blockedColumn.name} and not attisdropped)`;

/**
 * Whether somebody is kept out, and why: by a row of `gatehouse.suspension` whose time is not over, or by a column of
 * an existing app's `user`. Undefined for everybody else.
 */
export async function suspensionOf(on: Statements, userId: string): Promise<Suspended | undefined> {
  const [row] = await withDeadline(
    rowsOf<Row>(
      on,
      sql`select coalesce(nullif(s.reason, ''), person ->> 'ban_reason', person ->> 'banReason') as reason,
          to_json(s.until) #>> '{}' as until
        from "user" u cross join lateral (select to_jsonb(u) as person) as whole
          left join (select user_id, reason, ${heldUntil} as until from gatehouse.suspension where ${isHeld}) s
            on s.user_id = u.id
        where u.id = ${userId} and (s.user_id is not null or ${isBlocked})`,
    ),
  );
  return row && { reason: row.reason ?? "", until: row.until === null ? null : readInstant(row.until) };
}
