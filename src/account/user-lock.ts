import { and, eq } from "drizzle-orm";
import { session, user } from "../../db/auth-tables";
import type { Orm } from "../../db/types";

/**
 * What is done to one user's account is done one act after the other: every transaction that ends, changes or opens
 * something takes this lock before its first write, and looks again after it. So no act meets another half done, and
 * no two wait for each other in a circle. False when there is no such user.
 */
export async function lockUser(inner: Orm, userId: string): Promise<boolean> {
  const locked = await inner.select({ id: user.id }).from(user).where(eq(user.id, userId)).for("no key update");
  return locked.length > 0;
}

/**
 * The same for a user who acts with a session: false when the session has ended since the request came in. A device
 * that is being signed out shall not get one last thing done.
 */
export async function lockSignedIn(
  inner: Orm,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<boolean> {
  if (!(await lockUser(inner, userId))) return false;
  const theirs = and(eq(session.id, sessionId), eq(session.userId, userId));
  return (await inner.select({ id: session.id }).from(session).where(theirs)).length > 0;
}
