import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { answerInTime } from "../../db/deadline";
import { event } from "../../db/service";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../client";

/** All that can happen to an account; the words for each are in `views/messages/`. */
export type EventKind =
  | "sign_up"
  | "sign_in"
  | "sign_out"
  | "name_changed"
  | "email_verified"
  | "password_changed"
  | "password_reset_asked"
  | "password_reset"
  | "email_change_asked"
  | "email_changed"
  | "email_change_undone"
  | "sessions_ended"
  | "account_secured"
  | "data_exported"
  | "deletion_asked"
  | "deletion_stopped";

/** Done; refused, because the proof was wrong; held up, because of too many tries before it. */
export type Outcome = "done" | "refused" | "held_up";

/** Whom an event is about: by id where it is known, else by the address that was given, which may be nobody's. */
export type Owner = { userId: string } | { email: string };

interface Happened {
  kind: EventKind;
  outcome?: Outcome;
  client: Client;
}

/** Adds an event, on a transaction together with what it tells of. The same one statement whether the address is known or not. */
export async function record(on: Statements, owner: Owner, { kind, outcome = "done", client }: Happened): Promise<void> {
  const userId = "userId" in owner ? sql`${owner.userId}` : sql`(select id from "user" where email = ${owner.email})`;
  await answerInTime(
    rowsOf(on, sql`insert into gatehouse.event (kind, outcome, user_id, client_address, user_agent)
      values (${kind}, ${outcome}, ${userId}, ${client.address || null}, ${client.userAgent || null})`),
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
}

/** A person's events, newest first, at most `count`; those before the event with the id `before`, when given. */
export function activityOf({ orm }: Database, userId: string, { count, before }: { count: number; before?: number }): Promise<Activity[]> {
  const { id, at, kind, outcome, clientAddress, userAgent } = event;
  const theirs = before === undefined ? eq(event.userId, userId) : and(eq(event.userId, userId), lt(event.id, before));
  return answerInTime(orm.select({ id, at, kind, outcome, clientAddress, userAgent }).from(event).where(theirs).orderBy(desc(event.id)).limit(count));
}
