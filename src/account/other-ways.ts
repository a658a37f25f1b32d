import { and, eq } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import type { Orm } from "../../db/types";
import type { Language } from "../http/language";
import type { Visit } from "../http/visit";
import type { Result } from "../result";
import type { Removal } from "./act";
import type { Services, WithScripts } from "./services";
import type { Proved } from "./sessions";
import { hasPassword } from "./statements";

/** A way, other than the password, to prove who one is where nobody is signed in. */
export interface OtherWay {
  /** `opens`: it signs in by itself, in place of a password. `backs`: it helps whoever has lost such a way. */
  role: "opens" | "backs";
  /** The field of a form that carries it. */
  field: string;
  /** Whether a user has it. */
  isThere(on: Orm, userId: string): Promise<boolean>;
  /** Whether a user has enough of it to do without a password; without this, having it is enough. */
  isEnough?(on: Orm, userId: string): Promise<boolean>;
  /** Where it is made, for whoever does not have enough of it. */
  lacking(language: Language): Lacking;
  /** What it adds to a form, for a user who has it. */
  view(services: WithScripts, visit: Visit): JSX.Element;
  /** Checks what was given, and uses it up. */
  check(services: Services, visit: Visit, given: { userId: string; value: string }): Promise<Result<Shown>>;
  /** How an administrator takes it off somebody's account. */
  removal: Removal;
}

/** What is missing, in a sentence, and the link to where it is made. */
export interface Lacking {
  text: string;
  href: string;
  label: string;
}

/** What was proved in another way than by the password. */
export interface Shown {
  proved: Proved;
  /** Whether it still holds, asked under the user's lock. */
  isStillGood(inner: Orm): Promise<boolean>;
}

type Ways = readonly OtherWay[];

/** What is shown works with the ways, too. */
export interface WithWays extends WithScripts {
  /** The ways, other than the password, to prove who one is where nobody is signed in. */
  ways: Ways;
}

/** Whether a user has enough of the ways of a role to do without a password. */
export const hasEnough = async (on: Orm, { userId, ways, role }: Asked & Pick<OtherWay, "role">): Promise<boolean> =>
  some(ways.filter((way) => way.role === role).map(({ isThere, isEnough = isThere }) => isEnough(on, userId)));

interface Asked {
  userId: string;
  ways: Ways;
}

/**
 * Whether a mailed link is not enough to give a user a password: a user without one who gets in another way is asked
 * for that way, or one that backs it. Else whoever reads the mailbox would open an account that passwords do not open.
 * An address that was never confirmed is another matter: there its reader has the better right to the account.
 */
export async function needsMoreThanMail(on: Orm, { userId, ways }: Asked): Promise<boolean> {
  if (!(await isConfirmed(on, userId)) || (await hasPassword(on, userId))) return false;
  return some(ways.filter(({ role }) => role === "opens").map(({ isThere }) => isThere(on, userId)));
}

/** The ways that a user has. */
export async function waysOf(on: Orm, { userId, ways }: Asked): Promise<OtherWay[]> {
  const there = await Promise.all(ways.map(({ isThere }) => isThere(on, userId)));
  return ways.filter((_, place) => there[place]);
}

/** Whether the address of a user is confirmed. */
export async function isConfirmed(on: Orm, userId: string): Promise<boolean> {
  const confirmed = and(eq(user.id, userId), eq(user.emailVerified, true));
  return (await withDeadline(on.select({ id: user.id }).from(user).where(confirmed))).length > 0;
}

const some = async (asked: Promise<boolean>[]): Promise<boolean> => (await Promise.all(asked)).includes(true);
