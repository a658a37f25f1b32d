import { and, eq } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import type { Orm } from "../../db/types";
import { warningLimits } from "../guard/throttle";
import type { MailOrder } from "./outbox";
import type { Services } from "./services";

/** Whom a warning is for. */
export interface Warned {
  userId: string;
  email: string;
}

/** Counts a warning before the act that it tells of; false when there were too many of its kind. */
export const mayWarn = async ({ throttle }: Services, kind: string, warned: Warned): Promise<boolean> =>
  (await throttle.take(warningLimits(kind, warned))).ok;

type Warning<Kind> = Omit<MailOrder, "language" | "kind"> & { kind: Kind; userId: string };

/** The parts of an act that warn: of the core's, or of a capability's with mails of its own. */
interface Warner<Kind> {
  inner: Orm;
  order(mail: Warning<Kind>): Promise<void>;
}

/** Orders a warning, unless the address never confirmed: it may be a stranger's, who has nothing to do with this. */
export async function warn<Kind extends string>({ inner, order }: Warner<Kind>, mail: Warning<Kind>): Promise<void> {
  const confirmed = and(eq(user.id, mail.userId), eq(user.email, mail.recipient), eq(user.emailVerified, true));
  if ((await inner.select({ id: user.id }).from(user).where(confirmed)).length > 0) await order(mail);
}
