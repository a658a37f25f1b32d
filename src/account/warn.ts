import { sql } from "drizzle-orm";
import type { Orm } from "../../db/types";
import { rowsOf } from "../../db/transaction";
import type { MailKind, MailOrder } from "./outbox";
import { warningLimits } from "../guard/throttle";
import type { AccountNeeds } from "./needs";

/** Whom a warning is for. */
export interface Warned {
  userId: string;
  email: string;
}

/** Counts a warning before the transaction that it tells of; false when there were too many of its kind. */
export const mayWarn = async ({ throttle }: AccountNeeds, kind: MailKind, warned: Warned): Promise<boolean> =>
  !(await throttle.take(warningLimits(kind, warned)));

/** Orders a warning, unless the address never confirmed: it may be a stranger's, who has nothing to do with this. */
export async function warn({ outbox }: AccountNeeds, inner: Orm, order: MailOrder & { userId: string }): Promise<void> {
  const confirmed = await rowsOf(
    inner,
    sql`select 1 from "user" where id = ${order.userId} and email = ${order.recipient} and email_verified`,
  );
  if (confirmed.length > 0) await outbox.order(inner, order);
}
