import { sql } from "drizzle-orm";
import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../http/client";
import { wordsOf } from "../http/language";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { lockUser, lockSignedIn } from "./user-lock";
import { endOthers } from "./sessions";
import { mayWarn, warn } from "./warn";

/** How long an account waits for its owner to think again. */
const daysToThink = 7;

/** Closes an account: everybody is signed out, the owner is told, and in a week it is gone unless they sign in and keep it. */
export async function scheduleDeletion(
  needs: AccountNeeds,
  by: { userId: string; sessionId: string; email: string },
  client: Client,
): Promise<Refusal> {
  const { database, outbox } = needs;
  const { userId, email } = by;
  const isWarned = await mayWarn(needs, "deletion_asked", by);
  const asked = await inTransaction(database, async (inner) => {
    if (!(await lockSignedIn(inner, by))) return false;
    const [row] = await rowsOf<{ due: string }>(
      inner,
      sql`insert into gatehouse.deletion (user_id, due_at) values (${userId}, now() + make_interval(days => ${daysToThink}))
        on conflict (user_id) do update set user_id = excluded.user_id returning due_at as due`,
    );
    await endOthers(inner, userId);
    await record(inner, { userId }, { kind: "deletion_asked", client });
    const due = wordsOf(client.language).date(new Date(row?.due ?? Date.now()));
    if (isWarned)
      await warn(needs, inner, {
        kind: "deletion_asked",
        recipient: email,
        language: client.language,
        userId,
        facts: { due },
      });
    return true;
  });
  outbox.wake();
  return asked ? undefined : { problem: "signed_out" };
}

/** Keeps an account that was to be deleted. */
export async function stopDeletion({ database }: AccountNeeds, userId: string, client: Client): Promise<void> {
  await inTransaction(database, async (inner) => {
    await lockUser(inner, userId);
    const stopped = await rowsOf(inner, sql`delete from gatehouse.deletion where user_id = ${userId} returning 1`);
    if (stopped.length > 0) await record(inner, { userId }, { kind: "deletion_stopped", client });
  });
}

/** When an account will be gone; undefined when it stays. */
export async function deletionOf({ orm }: Database, userId: string): Promise<Date | undefined> {
  const [row] = await withDeadline(
    rowsOf<{ dueAt: string }>(orm, sql`select due_at as "dueAt" from gatehouse.deletion where user_id = ${userId}`),
  );
  return row && new Date(row.dueAt);
}

/** Whether the account with an address is to be deleted. */
export async function isToBeDeleted({ orm }: Database, email: string): Promise<boolean> {
  const rows = await withDeadline(
    rowsOf(orm, sql`select 1 from gatehouse.deletion where user_id = (select id from "user" where email = ${email})`),
  );
  return rows.length > 0;
}
