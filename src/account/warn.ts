import { and, eq } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import type { Orm } from "../../db/types";
import { warningLimits } from "../guard/throttle";
import type { MailOrder } from "./outbox";
import type { Services } from "./services";

type Warning<Kind> = Omit<MailOrder, "language" | "kind"> & { kind: Kind; userId: string };

/** The parts of an act that warn: of the core's, or of a capability's with mails of its own. */
interface Warner<Kind> {
  inner: Orm;
  order(mail: Warning<Kind>): Promise<void>;
}

/** Orders a warning, unless the address never confirmed: it may be a stranger's, who has nothing to do with this. */
export async function warn<Kind extends string>({ inner, order }: Warner<Kind>, mail: Warning<Kind>): Promise<void> {
  if (await isConfirmed(inner, mail)) await order(mail);
}

/** The same in an act that holds the user's lock, of what can be done again and again: no more than a few an hour. */
export async function warnCounted<Kind extends string>(
  { throttle }: Pick<Services, "throttle">,
  { inner, order }: Warner<Kind>,
  mail: Warning<Kind>,
): Promise<void> {
  const limits = warningLimits(mail.kind, { userId: mail.userId, email: mail.recipient });
  if ((await isConfirmed(inner, mail)) && (await throttle.take(limits, inner)).ok) await order(mail);
}

async function isConfirmed(inner: Orm, { userId, recipient }: Pick<Warning<string>, "userId" | "recipient">) {
  const confirmed = and(eq(user.id, userId), eq(user.email, recipient), eq(user.emailVerified, true));
  return (await inner.select({ id: user.id }).from(user).where(confirmed)).length > 0;
}
