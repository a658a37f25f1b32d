import { sql } from "drizzle-orm";
import { isDuplicate } from "../../db/failure";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../http/client";
import type { Problem } from "../http/problem";
import { clientLimits } from "../guard/throttle";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { lockSignedIn } from "./user-lock";
import { endAccess, clearPassword, startReset } from "./recover";
import { endOthers, type Here } from "./sessions";
import { consume } from "./tokens";
import { warn } from "./warn";

interface Asked {
  userId: string;
  sessionId: string;
  newEmail: string;
}

/** Asks the new address to confirm; nothing changes before it does. The answer is the same when the address is somebody else's. */
export async function requestEmailChange(
  { database, throttle, outbox }: AccountNeeds,
  { userId, sessionId, newEmail }: Asked,
  client: Client,
): Promise<Refusal> {
  const held = await throttle.take([
    ...clientLimits(client),
    { kind: "accountMail", key: userId },
    { kind: "mail", key: newEmail },
  ]);
  if (held) return held;
  const ordered = await inTransaction(database, async (inner) => {
    if (!(await lockSignedIn(inner, { userId, sessionId }))) return false;
    await record(inner, { userId }, { kind: "email_change_asked", client });
    await outbox.order(inner, { kind: "confirm_email", recipient: newEmail, language: client.language, userId });
    return true;
  });
  outbox.wake();
  return ordered ? undefined : { problem: "signed_out" };
}

/**
 * Changes the address, with the link that went to the new one, by somebody who is signed in to the account: a mistyped
 * address cannot be confirmed by whoever has it. It changes this account, from the address it had then, to that very
 * address, and nothing else. Other sessions end, and the old address, if it was confirmed, is told and can undo it for a week.
 */
export async function confirmNewEmail(
  needs: AccountNeeds,
  token: string,
  by: Here & { userId: string },
  client: Client,
): Promise<Refusal> {
  const { database, outbox } = needs;
  const changed = await unlessTaken(() =>
    inTransaction(database, async (inner) => {
      const granted = (await lockSignedIn(inner, by))
        ? await consume(inner, "confirm_email", token, by.userId)
        : undefined;
      if (!granted?.otherEmail) return false;
      const { userId, email, otherEmail } = granted;
      // Before the address changes: only one that was confirmed is told, and can undo it.
      await warn(needs, inner, {
        kind: "email_changed",
        recipient: otherEmail,
        language: client.language,
        userId,
        facts: { newEmail: email },
      });
      if (!(await setAddress(inner, userId, { from: otherEmail, to: email }))) return false;
      await endOthers(inner, userId, by);
      await rowsOf(
        inner,
        sql`delete from gatehouse.mail_token where user_id = ${userId} and purpose in ('verify', 'reset', 'not_me')`,
      ); // they went to the old address
      await record(inner, { userId }, { kind: "email_changed", client });
      return true;
    }),
  );
  outbox.wake();
  return changed ? undefined : { problem: "link_dead" };
}

/**
 * Gives an account its former address back, with the link that went there. Whoever changed it is out, and a reset
 * starts: gives its token. What later changes made, links and mails under way, ends; a link that undoes an earlier
 * change stays, or a thief could end the owner's. Somebody may have made an account with the freed address to keep it
 * from coming back; one that never confirmed the address has no right to it, and goes.
 */
export async function undoEmailChange(
  { database, keys }: AccountNeeds,
  token: string,
  client: Client,
): Promise<{ resetToken: string } | Problem> {
  const resetToken = await unlessTaken(() =>
    inTransaction(database, async (inner) => {
      const granted = await consume(inner, "undo_email", token);
      if (!granted) return false;
      const { userId, email, createdAt } = granted;
      await rowsOf(
        inner,
        sql`delete from "user" where email = ${email} and email_verified = false and id <> ${userId}`,
      );
      await setAddress(inner, userId, { to: email });
      await endAccess(inner, userId);
      await clearPassword(inner, userId);
      await rowsOf(
        inner,
        sql`delete from gatehouse.mail_token where user_id = ${userId} and (purpose <> 'undo_email' or created_at > ${createdAt}::timestamptz)`,
      );
      await rowsOf(
        inner,
        sql`delete from gatehouse.outbox where user_id = ${userId} and recipient <> ${email} and created_at > ${createdAt}::timestamptz`,
      );
      await rowsOf(inner, sql`delete from gatehouse.deletion where user_id = ${userId}`);
      await record(inner, { userId }, { kind: "email_change_undone", client });
      return startReset(inner, { userId, email }, keys);
    }),
  );
  return resetToken === false ? { problem: "link_dead" } : { resetToken };
}

/** Sets an address that its reader has proved; with `from`, only when that is still the current one. */
async function setAddress(
  inner: Statements,
  userId: string,
  { from, to }: { from?: string; to: string },
): Promise<boolean> {
  const unchanged = from === undefined ? sql`true` : sql`email = ${from}`;
  const set = await rowsOf(
    inner,
    sql`update "user" set email = ${to}, email_verified = true, updated_at = now() where id = ${userId} and ${unchanged} returning 1`,
  );
  return set.length > 0;
}

/** An address that somebody else has by now: the link changes nothing, like any that is too late. */
async function unlessTaken<Result>(work: () => Promise<Result>): Promise<Result | false> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
