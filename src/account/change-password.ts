import { sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../http/client";
import { passwordLimits } from "../guard/throttle";
import { isKnownDevice, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { lockUser } from "./user-lock";
import { endOthers } from "./sessions";
import { endTokens } from "./tokens";
import { mayWarn, warn } from "./warn";

interface Change {
  userId: string;
  email: string;
  sessionId: string;
  current: string;
  next: string;
  signOutOthers: boolean;
}

/**
 * Changes a password, by whoever knows the current one. Of several at the same time one succeeds: the write is bound
 * to the hash that was checked. Links for a new password die, and the owner is told by mail.
 */
export async function changePassword(
  needs: AccountNeeds,
  change: Change,
  client: Client,
  device: Device,
): Promise<Refusal> {
  const { database, passwords, throttle } = needs;
  return passwords.admit(async () => {
    const limits = passwordLimits(
      change.email,
      client,
      (await isKnownDevice(needs, change.email, device)) ? device.hash : undefined,
    );
    const held = await throttle.take([...limits, { kind: "change", key: `password ${change.userId}` }]); // in here, so that being turned away as busy is no try
    if (held) return held;
    const [account] = await withDeadline(
      rowsOf<{ password: string | null }>(
        database.orm,
        sql`select password from account where user_id = ${change.userId} and provider_id = 'credential'`,
      ),
    );
    const stored = account?.password ?? "";
    if (!(await passwords.verify({ hash: stored, password: change.current }))) {
      await record(database.orm, change, { kind: "password_changed", outcome: "refused", client });
      return { problem: "password_wrong" };
    }
    if (change.next === change.current) return { problem: "password_same" };
    const written = await write(needs, { ...change, stored, hash: await passwords.hash(change.next) }, client, device);
    if (!written) return { problem: "password_wrong" }; // somebody else changed it meanwhile
    await throttle.forgive(limits);
    return undefined;
  });
}

async function write(
  needs: AccountNeeds,
  change: Change & { stored: string; hash: string },
  client: Client,
  device: Device,
): Promise<boolean> {
  const { userId, email, sessionId, stored, hash, signOutOthers } = change;
  const { database, outbox } = needs;
  const isWarned = await mayWarn(needs, "password_changed", change);
  const written = await inTransaction(database, async (inner) => {
    await lockUser(inner, userId);
    const changed = await rowsOf(
      inner,
      sql`update account set password = ${hash}, updated_at = now() where user_id = ${userId} and provider_id = 'credential' and password = ${stored} returning 1`,
    );
    if (changed.length === 0) return false;
    if (signOutOthers) await endOthers(inner, userId, { sessionId, device });
    await endTokens(inner, userId);
    await record(inner, { userId }, { kind: "password_changed", client });
    if (isWarned)
      await warn(needs, inner, { kind: "password_changed", recipient: email, language: client.language, userId });
    return true;
  });
  outbox.wake();
  return written;
}
