import { sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { answerInTime } from "../../db/deadline";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../client";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { lockSignedIn } from "./person";

/** Where somebody is signed in, as they see it: never the token. */
export interface SessionEntry {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  clientAddress: string | null;
  userAgent: string | null;
}

/** Where a person is signed in, the most recently seen first. */
export async function sessionsOf({ orm }: Database, userId: string): Promise<SessionEntry[]> {
  const rows = await answerInTime(
    rowsOf<SessionEntry>(
      orm,
      sql`select id, created_at as "createdAt", updated_at as "lastSeenAt", nullif(ip_address, '') as "clientAddress", nullif(user_agent, '') as "userAgent"
        from session where user_id = ${userId} and expires_at > now() order by updated_at desc`,
    ),
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt), lastSeenAt: new Date(row.lastSeenAt) }));
}

/**
 * Ends one session of a person by its id, or all but the one that asks. Somebody else's session is nobody's: nothing
 * happens, and the answer is the same.
 */
export async function endSessions({ database }: AccountNeeds, by: { userId: string; sessionId: string }, which: { id: string } | "others", client: Client): Promise<Refusal> {
  const { userId, sessionId } = by;
  return inTransaction(database, async (inner) => {
    if (!(await lockSignedIn(inner, by))) return { problem: "signed_out" };
    const those = which === "others" ? sql`id <> ${sessionId}` : sql`id = ${which.id}`;
    const ended = await rowsOf(inner, sql`delete from session where user_id = ${userId} and ${those} returning 1`);
    if (ended.length > 0) await record(inner, { userId }, { kind: "sessions_ended", client });
    return undefined;
  });
}
