import { asc, desc, eq } from "drizzle-orm";
import { deletion, device, event } from "../../db/service";
import { account, session, user } from "../../db/tables";
import { inTransaction } from "../../db/transaction";
import type { Client } from "../client";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** More than anybody does in the time for which events are kept; the newest first. */
const mostEvents = 10_000;

/** Everything that is kept about a person, as one object: no hash, no token, nothing that would open the account. */
export async function exportOf({ database }: AccountNeeds, userId: string, client: Client): Promise<Record<string, unknown>> {
  return inTransaction(database, async (inner) => {
    await record(inner, { userId }, { kind: "data_exported", client });
    const [profile] = await inner.select().from(user).where(eq(user.id, userId));
    const waysIn = await inner.select({ provider: account.providerId, createdAt: account.createdAt, updatedAt: account.updatedAt }).from(account).where(eq(account.userId, userId));
    const { id, createdAt, updatedAt, expiresAt, ipAddress, userAgent } = session;
    const sessions = await inner.select({ id, createdAt, lastSeenAt: updatedAt, expiresAt, clientAddress: ipAddress, userAgent }).from(session).where(eq(session.userId, userId)).orderBy(asc(createdAt));
    const devices = await inner.select({ firstSeenAt: device.createdAt, lastSeenAt: device.lastSeenAt }).from(device).where(eq(device.userId, userId)).orderBy(asc(device.createdAt));
    const { at, kind, outcome, clientAddress } = event;
    const activity = await inner.select({ at, kind, outcome, clientAddress, userAgent: event.userAgent }).from(event).where(eq(event.userId, userId)).orderBy(desc(event.id)).limit(mostEvents);
    const [closing] = await inner.select({ askedAt: deletion.askedAt, dueAt: deletion.dueAt }).from(deletion).where(eq(deletion.userId, userId));
    return { exportedAt: new Date(), profile, waysIn, sessions, devices, activity, deletion: closing ?? null };
  });
}
