import { sql, type SQL } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import type { Orm } from "../../../db/types";
import { keptOutPeople } from "../../account/suspension";
import { days, inMilliseconds } from "../../time";

/** The numbers of the overview. */

/** What a day had, by the calendar of UTC. */
export interface DayCount {
  day: Date;
  signIns: number;
  refusals: number;
  newPeople: number;
}

/** How many days are shown, the present one with them. */
export const shownDays = 14;

/** Sign-ins, refusals and new people of each of the last days, the oldest first. */
export async function dayCounts(orm: Orm, now: Date): Promise<DayCount[]> {
  const since = new Date(now.getTime() - (shownDays - 1) * dayMilliseconds);
  since.setUTCHours(0, 0, 0, 0);
  const from = sql`${since.toISOString()}::timestamptz`;
  const signIns = sql`select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, outcome, count(*)::int as count
    from gatehouse.event where kind = 'sign_in' and at >= ${from} group by 1, 2`;
  const people = sql`select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as count
    from "user" where created_at >= ${from} group by 1`;
  const [tries, made] = await Promise.all([
    withDeadline(rowsOf<{ day: string; outcome: string; count: number }>(orm, signIns)),
    withDeadline(rowsOf<{ day: string; count: number }>(orm, people)),
  ]);
  return Array.from({ length: shownDays }, (_, place) => {
    const date = new Date(since.getTime() + place * dayMilliseconds);
    const is = (row: { day: string }) => row.day === date.toISOString().slice(0, 10);
    const ofDay = tries.filter(is);
    return {
      day: date,
      signIns: sum(ofDay.filter(({ outcome }) => outcome === "done")),
      refusals: sum(ofDay.filter(({ outcome }) => outcome !== "done")),
      newPeople: sum(made.filter(is)),
    };
  });
}

const dayMilliseconds = inMilliseconds(1 * days);
const sum = (rows: { count: number }[]) => rows.reduce((total, { count }) => total + count, 0);

/** What is the case now: each number is counted to `most` at most, however many rows there are. */
export interface Standing {
  people: number;
  suspended: number;
  mailsWaiting: number;
  mailsGivenUp: number;
  /** For how long the database took, in milliseconds. */
  milliseconds: number;
}

/** Where counting ends. */
export const most = 100_000;

/** Counts people, suspensions and mails. */
export async function standing(orm: Orm): Promise<Standing> {
  const count = (rows: SQL) => sql`(select count(*)::int from (select from ${rows} limit ${most + 1}::int) counted)`;
  const began = performance.now();
  const suspended = await keptOutPeople(orm);
  const [row] = await withDeadline(
    rowsOf<Omit<Standing, "milliseconds">>(
      orm,
      sql`select ${count(sql`"user"`)} as people,
        ${count(sql`(${suspended}) suspended`)} as suspended,
        ${count(sql`gatehouse.outbox`)} as "mailsWaiting", ${count(sql`gatehouse.given_up_mail`)} as "mailsGivenUp"`,
    ),
  );
  const none = { people: 0, suspended: 0, mailsWaiting: 0, mailsGivenUp: 0 };
  return { ...(row ?? none), milliseconds: performance.now() - began };
}
