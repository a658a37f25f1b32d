import { and, asc, eq, sql, type SQL, type SQLWrapper } from "drizzle-orm";
import { role } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import { isKeptOut } from "./suspension";

const isAdmin = eq(role.role, "admin");

/** Whoever is kept out, or has closed the account, which is gone in a week, administers nothing. */
export const mayAdminister = (userId: SQLWrapper): SQL => sql`not ${isKeptOut(userId)}
  and not exists (select from gatehouse.deletion d where d.user_id = ${userId})`;

/**
 * Whether somebody is the only administrator who is there: without them the pages would be nobody's. Asked under their
 * lock. The rows of all administrators are locked, so that two acts at once do not take the last two away.
 */
export async function isLastAdmin(inner: Orm, userId: string): Promise<boolean> {
  if ((await inner.$count(role, and(isAdmin, eq(role.userId, userId)))) === 0) return false;
  await inner.select({ id: role.userId }).from(role).where(isAdmin).orderBy(asc(role.userId)).for("update");
  const there = await inner
    .select({ id: role.userId })
    .from(role)
    .where(and(isAdmin, mayAdminister(role.userId)));
  return there.length === 1 && there[0]?.id === userId;
}
