import { and, eq, sql } from "drizzle-orm";
import { account, user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { device } from "../../db/own-tables";
import type { Database, Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import { signUpLimits } from "../guard/throttle";
import { done, type Result } from "../result";
import { act, byEmail } from "./act";
import { deviceOf, noteDevice } from "./devices";
import type { Services } from "./services";
import { signUpProof } from "./sign-up-proof";
import { isNone, keptPasswordOf, stillHasHash } from "./statements";
import { lockUser } from "./user-lock";

/** Counts an account that somebody wants to make, before it is known whether there is one. */
export const beginSignUp = ({ throttle }: Services, visit: Visit): Promise<Result> =>
  throttle.take(signUpLimits(visit));

const shortest = new WeakMap<Database, number>();

/** How far the database is: the shortest that a question to it took so far, in milliseconds. Asks one about nobody. */
export async function distanceOf(database: Database): Promise<number> {
  const asked = performance.now();
  await withDeadline(database.orm.execute(sql`select 1`));
  const distance = Math.min(performance.now() - asked, shortest.get(database) ?? Infinity);
  shortest.set(database, distance);
  return distance;
}

interface SignedUp {
  email: string;
  /** The id that was answered: the new account's, or nobody's when the address had an account before. */
  userId: string;
  password: string;
  /** The hash that was made of the password. */
  hash: string;
  /** Whether the account was begun without a password: nobody knows this one. */
  withoutPassword?: boolean;
}

/**
 * Notes a sign-up and orders its mail, the same for an address that had an account before: only its owner learns which.
 * The browser that made the account is known to it from now on, and stays so when the same password is typed there once
 * more (a double click). With another password it is known no more: that one is another person's, perhaps. Gives the
 * `Set-Cookie` line by which the browser proves what was typed, in each of these cases.
 */
export async function completeSignUp(services: Services, visit: Visit, signedUp: SignedUp): Promise<string> {
  const { database, throttle } = services;
  const { email, userId } = signedUp;
  const here = deviceOf(visit, services);
  const found = database.orm.select({ madeAt: user.createdAt }).from(user).where(eq(user.id, userId));
  const [created] = await withDeadline(found);
  const isNew = created !== undefined;
  const known = isNew ? undefined : await passwordKnownHere(services, visit, signedUp);
  const isForgotten = known?.isTyped === false;
  const mail = { kind: "mail", key: email } as const;
  // What was asked for while nobody had the address keeps no first mail from its owner; but accounts made again and
  // again are counted, and one mail is enough where another sign-up, of the same moment, has found the account and
  // asked for it. The count stays as it is: whoever asks for a mail afterwards would learn by the wait whose it was.
  const isFirst = isNew && (await throttle.take([{ kind: "firstMail", key: email }])).ok;
  const counted = await throttle.take([mail]); // refused in silence: a mail has just been sent
  const isMailed = counted.ok || (isFirst && counted.lastAt < created.madeAt);
  await act(services, { visit, subject: byEmail(email) }, async ({ inner, record, order }) => {
    await record("sign_up", isNew ? "done" : "refused"); // whoever has the account was not its maker, perhaps
    // By now its owner may have taken the account over, with another password: then the browser is a stranger's.
    if (isNew && (await isStillTheirs(inner, signedUp))) await noteDevice(inner, userId, here);
    if (isForgotten) await inner.delete(device).where(and(eq(device.hash, here.hash), isOfUnconfirmed(email)));
    if (isMailed) await order({ kind: "verify", recipient: email, facts: { device: here.hash } });
    return done();
  });
  return signUpProof(services, { email, hash: known?.isTyped ? known.hash : signedUp.hash });
}

/** Whether an account is as its sign-up made it, asked under its lock. */
const isStillTheirs = async (inner: Orm, { userId, hash }: SignedUp): Promise<boolean> =>
  (await lockUser(inner, userId)) && stillHasHash(userId, hash)(inner);

const isOfUnconfirmed = (email: string) =>
  sql`${device.userId} = (select id from "user" where email = ${email} and not email_verified)`;

/**
 * The hash of an unconfirmed account's password, and whether that is what was typed, in a browser that the account
 * knows; undefined in any other. The password is looked at for such a browser alone: nobody else learns by the time it
 * takes that there is an account.
 */
async function passwordKnownHere(
  services: Services,
  visit: Visit,
  { email, password, withoutPassword }: SignedUp,
): Promise<{ hash: string; isTyped: boolean } | undefined> {
  const { database, passwords } = services;
  const { hash: browser } = deviceOf(visit, services);
  const [known] = await withDeadline(
    database.orm
      .select({ hash: account.password })
      .from(user)
      .innerJoin(device, eq(device.userId, user.id))
      .leftJoin(account, keptPasswordOf(user.id))
      .where(and(eq(user.email, email), eq(user.emailVerified, false), eq(device.hash, browser))),
  );
  if (!known) return undefined;
  const hash = known.hash ?? "";
  if (withoutPassword) return { hash, isTyped: isNone(hash) };
  return { hash, isTyped: hash !== "" && (await passwords.verify({ hash, password })) };
}
