import { and, desc, eq, isNotNull, lt, sql } from "drizzle-orm";
import type { Database } from "../../db/types";
import type { EventKey, OutcomeKey } from "../../views/words";
import { withDeadline } from "../../db/deadline";
import { event } from "../../db/own-tables";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../http/visit";
import { idOfUserWith } from "./statements";

/** All that can happen to an account: what there are words for in `views/words/`. */
export type EventKind = EventKey;

/** Done; refused, because the proof was wrong; held up, because of too many tries before it. */
export type Outcome = "done" | OutcomeKey;

/** Whom an event is about: by id where it is known, else by the address that was given, which may be nobody's. */
export type Owner = { userId: string } | { email: string };

/** Who acts when a verb is typed. */
export const operator = "operator";

/** Who did it, where that was somebody else: the id of a user, or `operator`; and why, in their words. */
interface By {
  actor: string;
  reason: string;
}

/** From where it was done: known of whoever acts on their own account, and not of everybody else. */
type Doer = { client: Client; by?: By } | { client?: Client; by: By };

type Happened = Doer & {
  kind: EventKind;
  outcome?: Outcome;
  /** What it was done to: the `User-Agent` of the device that was signed out. */
  subject?: string | null;
};

/**
 * Adds an event, on a transaction together with what it tells of. The same one statement whether the address is known
 * or not.
 */
export async function record(on: Statements, owner: Owner, happened: Happened): Promise<void> {
  await recordOwned(on, owner, happened);
}

/** The same; gives whether there is somebody whom the event is about. */
export async function recordOwned(
  on: Statements,
  owner: Owner,
  { kind, outcome = "done", client, subject = null, by }: Happened,
): Promise<boolean> {
  const userId = "userId" in owner ? sql`${owner.userId}` : idOfUserWith(owner.email);
  const [added] = await withDeadline(
    rowsOf<{ owned: boolean }>(
      on,
      sql`insert into gatehouse.event (kind, outcome, user_id, client_address, user_agent, country, subject, actor,
        reason)
      values (${kind}, ${outcome}, ${userId}, ${client?.ip || null}, ${client?.userAgent || null},
        ${client?.country ?? null}, ${subject}, ${by?.actor ?? null}, ${by?.reason ?? null})
      returning user_id is not null as owned`,
    ),
  );
  return added?.owned ?? false;
}

/** What may come again and again from one browser: a sign-in, and a proof by somebody who is signed in. */
export type Repeated = Extract<EventKind, "sign_in" | "proved">;

/**
 * Adds a sign-in or a proof, on a transaction that holds the user's lock. A second one from the same IP and browser
 * within the same hour of the clock, with no other event in between, adds no row: the time of the first one moves on.
 * So a script that signs in all day adds one row an hour, and every hour in which somebody signed in has its row.
 */
export async function recordRepeated(
  inner: Statements,
  { userId, kind }: { userId: string; kind: Repeated },
  { ip: address, userAgent, country }: Client,
): Promise<void> {
  await rowsOf(
    inner,
    sql`with newest as (select * from gatehouse.event where user_id = ${userId} order by id desc limit 1),
      again as (
        update gatehouse.event e set at = now() from newest n
        where e.id = n.id and n.kind = ${kind} and n.outcome = 'done'
          and date_trunc('hour', n.at) = date_trunc('hour', now())
          and n.client_address is not distinct from ${address || null}::text
          and n.user_agent is not distinct from ${userAgent || null}::text
        returning 1)
      insert into gatehouse.event (kind, outcome, user_id, client_address, user_agent, country)
      select ${kind}::text, 'done', ${userId}, ${address || null}, ${userAgent || null}, ${country ?? null}::text
      where not exists (select 1 from again)`,
  );
}

/** One event, as its owner sees it. */
export interface Activity {
  id: number;
  at: Date;
  kind: string;
  outcome: string;
  clientAddress: string | null;
  userAgent: string | null;
  country: string | null;
  subject: string | null;
  actor: string | null;
  reason: string | null;
}

/** A person's events, newest first, at most `count`; those before the event with the id `before`, when given. */
export function activityOf(
  { orm }: Database,
  userId: string,
  { count, before }: { count: number; before?: number },
): Promise<Activity[]> {
  const { id, at, kind, outcome, clientAddress, userAgent, country, subject, actor, reason } = event;
  const theirs = before === undefined ? eq(event.userId, userId) : and(eq(event.userId, userId), lt(event.id, before));
  return withDeadline(
    orm
      .select({ id, at, kind, outcome, clientAddress, userAgent, country, subject, actor, reason })
      .from(event)
      .where(theirs)
      .orderBy(desc(event.id))
      .limit(count),
  );
}

/** The countries of a person's addresses, as the newest event from each address has it. */
export async function countriesOf({ orm }: Database, userId: string): Promise<Map<string, string>> {
  const found = await withDeadline(
    orm
      .selectDistinctOn([event.clientAddress], { address: event.clientAddress, country: event.country })
      .from(event)
      .where(and(eq(event.userId, userId), isNotNull(event.clientAddress), isNotNull(event.country)))
      .orderBy(event.clientAddress, desc(event.id)),
  );
  return new Map(found.map(({ address, country }) => [address ?? "", country ?? ""]));
}
