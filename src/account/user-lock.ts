import { sql } from "drizzle-orm";
import { rowsOf, type Statements } from "../../db/transaction";

/**
 * Whatever is done to one person's account is done one after the other: every transaction that ends, changes or opens
 * something takes this lock before its first write, and looks again after it. So none meets another half done, and no
 * two wait for each other in a circle. False when there is no such person.
 */
export async function lockUser(inner: Statements, userId: string): Promise<boolean> {
  return (await rowsOf(inner, sql`select 1 from "user" where id = ${userId} for no key update`)).length > 0;
}

/**
 * The same for whoever acts with a session: false when it has ended since the request came in. Somebody who is being
 * signed out shall not get one last thing done.
 */
export async function lockSignedIn(
  inner: Statements,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<boolean> {
  if (!(await lockUser(inner, userId))) return false;
  return (await rowsOf(inner, sql`select 1 from session where id = ${sessionId} and user_id = ${userId}`)).length > 0;
}
