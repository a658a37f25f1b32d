import { eq, sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { deletion } from "../../db/own-tables";
import type { Database, Orm } from "../../db/types";
import type { Client, Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { act, bySession } from "./act";
import { isLastAdmin } from "./last-admin";
import type { Services } from "./services";
import { endOthers, type Current } from "./sessions";
import { cancelDeletion, idOfUserWith } from "./statements";
import { warnCounted } from "./warn";

/** How long an account waits for its owner to think again. */
const daysToThink = 7;

/**
 * Closes an account: every session ends, the owner is told, and in a week the account is gone, unless its owner signs
 * in and keeps it. Refused with `own_admin_last` while nobody else administers.
 */
export async function scheduleDeletion(
  services: Services,
  visit: Visit,
  { current, email }: { current: Current; email: string },
): Promise<Result> {
  const { userId } = current;
  return act(services, { visit, subject: bySession(current) }, async (acting) => {
    if (await isLastAdmin(acting.inner, userId)) return refused("own_admin_last");
    const dueAt = await markForDeletion(acting.inner, userId);
    await acting.record("deletion_asked");
    const due = visit.words.instant(dueAt, visit.timeZone);
    await warnCounted(services, acting, { kind: "deletion_asked", recipient: email, userId, facts: { due } });
    return done();
  });
}

/** Notes that an account is to be deleted in a week, and ends every session; gives when it is due. */
export async function markForDeletion(inner: Orm, userId: string): Promise<Date> {
  const [row] = await inner
    .insert(deletion)
    .values({ userId, dueAt: sql`now() + make_interval(days => ${daysToThink})` })
    .onConflictDoUpdate({ target: deletion.userId, set: { userId } }) // asked twice: the first day holds
    .returning({ dueAt: deletion.dueAt });
  await endOthers(inner, userId);
  return row?.dueAt ?? new Date();
}

/** Keeps an account that was to be deleted. */
export function stopDeletion(
  services: Pick<Services, "database" | "outbox">,
  visit: Client,
  current: Current,
): Promise<Result> {
  return act(services, { visit, subject: bySession(current) }, async ({ inner, who: { userId }, record }) => {
    if (await cancelDeletion(inner, userId)) await record("deletion_stopped");
    return done();
  });
}

/** When an account will be gone; undefined when it stays. */
export async function deletionOf({ orm }: Database, userId: string): Promise<Date | undefined> {
  const due = orm.select({ dueAt: deletion.dueAt }).from(deletion).where(eq(deletion.userId, userId));
  const [row] = await withDeadline(due);
  return row?.dueAt;
}

/** Whether the account with an email address is to be deleted. */
export async function isToBeDeleted({ orm }: Database, email: string): Promise<boolean> {
  const due = orm
    .select({ dueAt: deletion.dueAt })
    .from(deletion)
    .where(eq(deletion.userId, idOfUserWith(email)));
  return (await withDeadline(due)).length > 0;
}
