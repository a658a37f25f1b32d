import { sql } from "drizzle-orm";
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
/** A time further ahead than any pause was written by a clock that has been set back since. */
const isDue = sql`(try_at <= now() or try_at > now() + make_interval(hours => ${2 * longestPauseHours}))`;

/** Takes the webhook that is due for the longest time, which has no `reason` meanwhile; undefined when none is. */
export async function takeNext({ orm }: Database): Promise<Due | undefined> {
  const [due] = await rowsOf<Due>(
    orm,
    sql`update gatehouse.webhook
      set tries = tries + 1, reason = null, try_at = now() + make_interval(secs => ${leaseSeconds})
      where id = (select id from gatehouse.webhook where ${waits} and ${isDue}
        order by least(try_at, now()) limit 1 for update skip locked)
      returning id, type, about, tries, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  );
  return due;
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
