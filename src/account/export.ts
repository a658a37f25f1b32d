import { sql } from "drizzle-orm";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../client";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** Everything that is kept about a person, as one object: no hash, no token, nothing that would open the account. */
export async function exportOf({ database }: AccountNeeds, userId: string, client: Client): Promise<Record<string, unknown>> {
  return inTransaction(database, async (inner) => {
    await record(inner, { userId }, { kind: "data_exported", client });
    const rows = (statement: ReturnType<typeof sql>) => rowsOf<Record<string, unknown>>(inner, statement);
    const [profile] = await rows(sql`select id, name, email, email_verified as "emailVerified", image, created_at as "createdAt", updated_at as "updatedAt" from "user" where id = ${userId}`);
    const waysIn = await rows(sql`select provider_id as "provider", created_at as "createdAt", updated_at as "updatedAt" from account where user_id = ${userId}`);
    const sessions = await rows(sql`select id, created_at as "createdAt", updated_at as "lastSeenAt", expires_at as "expiresAt", ip_address as "clientAddress", user_agent as "userAgent" from session where user_id = ${userId} order by created_at`);
    const devices = await rows(sql`select created_at as "firstSeenAt", last_seen_at as "lastSeenAt" from gatehouse.device where user_id = ${userId} order by created_at`);
    const activity = await rows(sql`select at, kind, outcome, client_address as "clientAddress", user_agent as "userAgent" from gatehouse.event where user_id = ${userId} order by id`);
    const [deletion] = await rows(sql`select asked_at as "askedAt", due_at as "dueAt" from gatehouse.deletion where user_id = ${userId}`);
    return { exportedAt: new Date(), profile, waysIn, sessions, devices, activity, deletion: deletion ?? null };
  });
}
