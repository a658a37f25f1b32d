import { sql } from "drizzle-orm";
import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../http/client";
import { forgetDevices, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { lockSignedIn } from "./user-lock";

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
  const rows = await withDeadline(
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
export async function endSessions(
  { database }: AccountNeeds,
  by: Here & { userId: string },
  which: { id: string } | "others",
  client: Client,
): Promise<Refusal> {
  const { userId } = by;
  return inTransaction(database, async (inner) => {
    if (!(await lockSignedIn(inner, by))) return { problem: "signed_out" };
    const ended =
      which === "others" ? await endOthers(inner, userId, by) : await endOne(inner, userId, { ...by, id: which.id });
    if (ended > 0) await record(inner, { userId }, { kind: "sessions_ended", client });
    return undefined;
  });
}

/** From where somebody ends sessions: what stays. */
export interface Here {
  sessionId: string;
  device: Device;
}

/**
 * Ends every session of a person but the one in use, or all of them, and forgets each device but this browser: whoever
 * was thrown out causes a mail when they come back, and has no count of guesses to themselves. Gives their number.
 */
export async function endOthers(inner: Statements, userId: string, here?: Here): Promise<number> {
  const ended = await rowsOf(
    inner,
    sql`delete from session where user_id = ${userId} and id <> ${here?.sessionId ?? ""} returning 1`,
  );
  await forgetDevices(inner, userId, here?.device);
  return ended.length;
}

/** Ends one session of a person. Nothing tells which device it is on, so each but this browser is forgotten with it. */
async function endOne(
  inner: Statements,
  userId: string,
  { id, device }: { id: string; device: Device },
): Promise<number> {
  const ended = await rowsOf(inner, sql`delete from session where user_id = ${userId} and id = ${id} returning 1`);
  if (ended.length > 0) await forgetDevices(inner, userId, device);
  return ended.length;
}
