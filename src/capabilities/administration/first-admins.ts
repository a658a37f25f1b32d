import { and, eq, inArray, sql } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withRequestBudget } from "../../../db/deadline";
import { role } from "../../../db/own-tables";
import { inTransaction } from "../../../db/transaction";
import type { Database, Orm } from "../../../db/types";
import { operator, record, type EventKind } from "../../account/events";
import { mayAdminister } from "../../account/last-admin";
import type { Services } from "../../account/services";
import type { Worker } from "../../capability";
import { isEmailAddress } from "../../guard/email-address";
import { createScheduler } from "../../mail/scheduler";
import { reject } from "../../settings/setting";

/** Reads `GATEHOUSE_ADMINS`: addresses with commas between them. */
export function addresses(text: string): readonly string[] {
  const all = text.split(",").map((one) => one.trim());
  return all.every(isEmailAddress)
    ? all.map((one) => one.toLowerCase())
    : reject("must be email addresses with commas between them");
}

/**
 * Makes the owners of these addresses administrators, once they have confirmed, and only while there is none: nobody
 * becomes one by being the first to sign up, and whoever lost the role does not get it back by a restart. Whoever is
 * kept out, or has closed the account, is passed over: others would wait for an administrator who may do nothing.
 */
export async function appointFirst(database: Database, wanted: readonly string[] = []): Promise<void> {
  if (wanted.length > 0) await database.transactionWithoutDeadlines((inner) => appoint(inner, wanted));
}

const retrySeconds = 5;

/**
 * The same while the program serves: whoever confirms does so by a form, and after each form it is looked whether it
 * was one of these. Once there is an administrator, nothing is looked for until the next start. Undefined where nobody
 * is named.
 */
export function appointLater(
  { database, log }: Pick<Services, "database" | "log">,
  wanted: readonly string[] = [],
): Worker | undefined {
  if (wanted.length === 0) return undefined;
  let isThere = false;
  const scheduler = createScheduler(async () => {
    try {
      isThere = await withRequestBudget(() => inTransaction(database, (inner) => appoint(inner, wanted)));
      return undefined;
    } catch (error) {
      log("warn", "admins.waiting", { error }); // the database cannot be asked right now
      return retrySeconds;
    }
  });
  const wake = () => void (!isThere && scheduler.wake());
  const { idle, stop } = scheduler;
  return { wake, wakeAfterPost: wake, pollIfDue: () => undefined, idle, stop };
}

/** Gives whether there is an administrator now. */
async function appoint(inner: Orm, wanted: readonly string[]): Promise<boolean> {
  const isOne = eq(role.role, "admin");
  if ((await inner.select({ id: role.userId }).from(role).where(isOne).limit(1)).length > 0) return true;
  const confirmed = and(inArray(user.email, [...wanted]), eq(user.emailVerified, true), mayAdminister(user.id));
  const people = await inner.select({ id: user.id }).from(user).where(confirmed).for("no key update");
  for (const { id } of people) {
    const set = { userId: id, role: "admin", by: operator, at: sql`now()` };
    const given = await inner.insert(role).values(set).onConflictDoNothing().returning({ role: role.role });
    if (given.length === 0) continue; // another replica, at the same time
    const by = { actor: operator, reason: "GATEHOUSE_ADMINS" };
    await record(inner, { userId: id }, { kind: "role_given" as EventKind, subject: "admin", by });
  }
  return people.length > 0;
}
