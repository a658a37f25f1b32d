import { sql, type SQL } from "drizzle-orm";
import { rowsOf } from "../../../db/transaction";
import type { Database } from "../../../db/types";
import { hours } from "../../time";

/** The webhooks that wait, as the database keeps them: each is taken by one replica at a time. */

/** While one replica sends, the webhook is not due for the others; longer than any try takes. */
const leaseSeconds = 30;
/** The longest that a webhook waits for its next try. */
const longestPauseHours = 6;
/** Once it is as old as this, the next try that comes to nothing is the last. */
const oldestDays = 3;

/** A webhook whose turn it is. */
export interface Due {
  id: string;
  type: string;
  about: string | null;
  /** When it happened, in ISO 8601, UTC. */
  at: string;
  tries: number;
}

const waits = sql`given_up_at is null`;
const first = (when: SQL) => sql`(select id from gatehouse.webhook where ${waits} and ${when}
  order by try_at limit 1 for update skip locked)`;
/**
 * The one that is due for the longest time. A time further ahead than any pause was written by a clock that has been
 * set back since. Each is looked for by itself: with an `or` between them Postgres would sort all that wait, which
 * after an import are many, for each that is taken.
 */
const due = sql`coalesce(${first(sql`try_at <= now()`)},
  ${first(sql`try_at > now() + make_interval(hours => ${2 * longestPauseHours})`)})`;

/** Takes the webhook that is due for the longest time, which has no `reason` meanwhile; undefined when none is. */
export async function takeNext({ orm }: Database): Promise<Due | undefined> {
  const [taken] = await rowsOf<Due>(
    orm,
    sql`update gatehouse.webhook
      set tries = tries + 1, reason = null, try_at = now() + make_interval(secs => ${leaseSeconds})
      where id = ${due}
      returning id, type, about, tries, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  );
  return taken;
}

/** The seconds until a webhook is due; undefined when none waits. */
export async function secondsToNext({ orm }: Database): Promise<number | undefined> {
  const [next] = await rowsOf<{ seconds: number | null }>(
    orm,
    sql`select (extract(epoch from min(try_at)) - extract(epoch from now()))::float8 as seconds
      from gatehouse.webhook where ${waits}`,
  );
  return next?.seconds == null ? undefined : Math.min(Math.max(0, next.seconds), longestPauseHours * hours);
}

/** It is out: whoever has it need not hear of it again. */
export async function takeOut({ orm }: Database, id: string): Promise<void> {
  await rowsOf(orm, sql`delete from gatehouse.webhook where id = ${id}`);
}

/** 2, 4, 8, … seconds after the first tries, up to six hours, and given up after three days; gives whether it is. */
export async function putOff({ orm }: Database, { id, tries }: Due, reason: string): Promise<boolean> {
  const seconds = Math.min(2 ** tries, longestPauseHours * hours);
  const [put] = await rowsOf<{ isGivenUp: boolean }>(
    orm,
    sql`update gatehouse.webhook set reason = ${reason}, try_at = now() + make_interval(secs => ${seconds}),
        given_up_at = case when created_at < now() - make_interval(days => ${oldestDays}) then now() end
      where id = ${id} returning given_up_at is not null as "isGivenUp"`,
  );
  return put?.isGivenUp ?? false;
}
