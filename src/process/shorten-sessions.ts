import { sql } from "drizzle-orm";
import { sessionLength } from "../../db/own-tables";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Database, Orm } from "../../db/types";

/** The advisory lock of a step. "leng": any number will do that nobody else uses. */
const lock = 0x6c65_6e67;
const most = 2000; // sessions shortened in one step
/** After the setting fell, a process that still has the longer one says so within its next round of housekeeping. */
const untilAgain = sql`now() + interval '2 hours'`;

/**
 * Shortens the sessions that were made when they were allowed to last longer, so that an expiry in the table is the
 * truth. They are walked when the setting fell, once for all processes, and once more two hours later, for what a
 * process with the former setting wrote meanwhile. To be called at each start and about once an hour; ends after the
 * current step once `goesOn` gives false. Gives the number of sessions shortened.
 */
export function shortenSessions(
  { withoutDeadlines }: Pick<Database, "withoutDeadlines">,
  longestSeconds: number,
  goesOn = () => true,
): Promise<number> {
  return withoutDeadlines(async (own) => {
    let shortened = 0;
    for (let isUnderWay = true; isUnderWay && goesOn(); ) {
      const step = await own.transaction((inner) => walkOn(inner, longestSeconds));
      [shortened, isUnderWay] = [shortened + step.shortened, step.isUnderWay];
    }
    return shortened;
  });
}

/** One step of a walk, if one is due. Processes that are at it together take the steps in turn. */
async function walkOn(inner: Orm, longestSeconds: number) {
  // No index can find them: the table is read once, in its own order from its beginning.
  const inOrder = sql`set_config('synchronize_seqscans', 'off', true)`;
  await inner.execute(sql`select pg_advisory_xact_lock(${lock}), ${inOrder}`);
  const walkedTo = await dueFrom(inner, longestSeconds);
  if (walkedTo === null) return { shortened: 0, isUnderWay: false };
  const { shortened, reached } = await shortenNext(inner, walkedTo, longestSeconds);
  await inner.update(sessionLength).set({ walkedTo: reached });
  return { shortened, isUnderWay: reached !== null };
}

/** After which place in the table a walk goes on; null when there is nothing to do. */
async function dueFrom(inner: Orm, longestSeconds: number): Promise<string | null> {
  const isDueAgain = sql<boolean>`coalesce(again_at <= now(), false)`;
  const [known] = await inner
    .select({ longest: sessionLength.longestSeconds, walkedTo: sessionLength.walkedTo, isDueAgain })
    .from(sessionLength);
  if (known?.longest === longestSeconds && !known.isDueAgain) return known.walkedTo;
  const hasRisen = known !== undefined && known.longest < longestSeconds;
  const walkedTo = hasRisen ? null : "(0,0)";
  const againAt = hasRisen || known?.longest === longestSeconds ? null : untilAgain;
  await inner
    .insert(sessionLength)
    .values({ longestSeconds, walkedTo, againAt })
    .onConflictDoUpdate({ target: sessionLength.only, set: { longestSeconds, walkedTo, againAt } });
  return walkedTo;
}

/** Sessions that somebody holds at this moment are left to the second walk: nobody waits for anybody. */
async function shortenNext(inner: Statements, after: string, longestSeconds: number) {
  // No session begins in the future; and of a time at the end of what Postgres has, none would be later.
  const last = sql`least(created_at, now()) + make_interval(secs => ${longestSeconds})`;
  const [step] = await rowsOf<{ shortened: number; reached: string | null }>(
    inner,
    sql`with seen as (
        select ctid as place from session where ctid > ${after}::tid and expires_at > ${last} limit ${most}
      ), shortened as (
        update session set expires_at = ${last} where ctid = any(array(
          select ctid from session where ctid = any(array(select place from seen)) for update skip locked))
        returning 1
      )
      select (select count(*)::int from shortened) as shortened, (
        select place::text from seen where (select count(*) from seen) = ${most} order by place desc limit 1
      ) as reached`,
  );
  return step ?? { shortened: 0, reached: null };
}
