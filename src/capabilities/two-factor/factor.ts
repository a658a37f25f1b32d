import { and, eq, lt, sql } from "drizzle-orm";
import type { Orm } from "../../../db/types";
import { withDeadline } from "../../../db/deadline";
import { passwordHashOf } from "../../account/statements";
import type { Removal } from "../../account/act";
import { sha256 } from "../../guard/keys";
import { sixDigitsIn } from "../../guard/six-digits";
import { days } from "../../time";
import { codesLeft, hashOf, newRecoveryKey, replaceCodes, useCode } from "./recovery-codes";
import { opened, recoveryPurpose, secretPurpose } from "./seals";
import { authenticatorApp, factorLoss, recoveryCode, secondStep, trustedBrowser } from "./tables";
import type { FactorTools } from "./tools";

type Seals = Pick<FactorTools, "seals">;

/** The second factor of a user. */
export interface FactorState {
  setUpAt: Date;
  codesLeft: number;
  /** When it is to be taken off, because it is lost. */
  lossDueAt: Date | null;
}

/** The second factor of a user; undefined when there is none. */
export async function factorOf(on: Orm, userId: string): Promise<FactorState | undefined> {
  const found = on
    .select({ setUpAt: authenticatorApp.createdAt, lossDueAt: factorLoss.dueAt })
    .from(authenticatorApp)
    .leftJoin(factorLoss, eq(factorLoss.userId, authenticatorApp.userId))
    .where(eq(authenticatorApp.userId, userId));
  const [app] = await withDeadline(found);
  return app && { ...app, codesLeft: await withDeadline(codesLeft(on, userId)) };
}

/** Whether a user has an app, asked under the user's lock. */
export async function hasApp(inner: Orm, userId: string): Promise<boolean> {
  return (await setUpAt(inner, userId)) !== undefined;
}

/** When a user's app was set up: another time tells that another app took its place. Undefined when there is none. */
export async function setUpAt(inner: Orm, userId: string): Promise<number | undefined> {
  const { createdAt } = authenticatorApp;
  const [app] = await inner.select({ createdAt }).from(authenticatorApp).where(eq(authenticatorApp.userId, userId));
  return app?.createdAt.getTime();
}

/** What the password of a user was when something was allowed: with another one it is allowed no more. */
export async function passwordMarkOf(on: Orm, userId: string): Promise<string> {
  return markOf((await passwordHashOf(on, userId)) ?? "");
}

/** Whether the password of a user is still the one of a mark. */
export const hasSamePassword = async (on: Orm, { userId, passwordMark }: { userId: string; passwordMark: string }) =>
  (await passwordMarkOf(on, userId)) === passwordMark;

/** The mark of a password by its hash, which has a salt of its own. */
export const markOf = (passwordHash: string): string => sha256(`password ${passwordHash}`);

/** How a code proved that somebody has the second factor. */
export type FactorMethod = "totp" | "recovery";

/** How it is noted that no code was asked for, in a browser that its owner trusts. */
export const trusted = "trusted-browser";

/** For how long no code is asked for there, from the last one on. */
export const trustSeconds = 30 * days;

/** The browsers of a user that are trusted now: with the very password of a mark. */
export const trustedBy = ({ userId, passwordMark }: { userId: string; passwordMark: string }) =>
  and(eq(trustedBrowser.userId, userId), eq(trustedBrowser.passwordMark, passwordMark), sql`until > now()`);

/** In how many browsers of a user no code is asked for. */
export async function countTrusted(on: Orm, userId: string): Promise<number> {
  const passwordMark = await withDeadline(passwordMarkOf(on, userId));
  return withDeadline(on.$count(trustedBrowser, trustedBy({ userId, passwordMark })));
}

/**
 * Uses a code of the app up, or a recovery code, under the user's lock: of any number at the same time, one gets the
 * method. Undefined when it is none, or was used before.
 */
export async function useFactor(
  inner: Orm,
  { userId, typed }: { userId: string; typed: string },
  { seals }: Seals,
): Promise<FactorMethod | undefined> {
  const found = inner.select().from(authenticatorApp).where(eq(authenticatorApp.userId, userId));
  const [app] = await found;
  if (!app) return undefined;
  const digits = timeCodeIn(typed);
  if (digits !== undefined) {
    const secret = opened(seals, app.secret, secretPurpose(userId));
    const { stepOf } = await import("./time-code");
    return (await useStep(inner, userId, stepOf(secret, digits))) ? "totp" : undefined;
  }
  const key = opened(seals, app.recoveryKey, recoveryPurpose(userId));
  return (await useCode(inner, userId, { typed, key })) ? "recovery" : undefined;
}

/** What a code is by its looks. */
export const kindOf = (typed: string): FactorMethod => (timeCodeIn(typed) === undefined ? "recovery" : "totp");

/** A recovery code has letters, or more digits. */
const timeCodeIn = (typed: string) => (/\p{L}/u.test(typed) ? undefined : sixDigitsIn(typed));

/** One statement compares and sets the last step, so that a code works once, and none before it does any more. */
async function useStep(inner: Orm, userId: string, step: number | undefined): Promise<boolean> {
  if (step === undefined) return false;
  const isLater = and(eq(authenticatorApp.userId, userId), lt(authenticatorApp.lastStep, step));
  const used = await inner
    .update(authenticatorApp)
    .set({ lastStep: step })
    .where(isLater)
    .returning({ userId: authenticatorApp.userId });
  return used.length > 0;
}

interface Codes {
  codes: string[];
  /** How a code is kept: as one of ours, unless it is another program's. */
  hash?: (code: string, key: string) => string;
}

interface NewApp extends Codes {
  userId: string;
  secret: string;
  /** The step of the code with which it was set up; 0 when that is not known. */
  step: number;
}

/** Puts an app and its recovery codes in the place of whatever a user had; no browser is trusted any more. */
export async function writeApp(inner: Orm, { userId, secret, step, ...about }: NewApp, { seals }: Seals) {
  const app = {
    secret: seals.seal(secret, secretPurpose(userId)),
    recoveryKey: await codesInPlace(inner, userId, { seals, ...about }),
    lastStep: step,
    createdAt: sql`now()`,
  };
  await inner
    .insert(authenticatorApp)
    .values({ userId, ...app })
    .onConflictDoUpdate({ target: authenticatorApp.userId, set: app });
  await forgetSteps(inner, userId);
}

/** Puts new recovery codes in the place of all that a user has. */
export async function writeCodes(inner: Orm, userId: string, about: Seals & Codes): Promise<void> {
  const recoveryKey = await codesInPlace(inner, userId, about);
  await inner.update(authenticatorApp).set({ recoveryKey }).where(eq(authenticatorApp.userId, userId));
}

/** The codes alone, under a new key, which is given sealed. */
async function codesInPlace(inner: Orm, userId: string, { seals, codes, hash = hashOf }: Seals & Codes) {
  const key = newRecoveryKey();
  const hashes = codes.map((code) => hash(code, key));
  await replaceCodes(inner, userId, hashes);
  return seals.seal(key, recoveryPurpose(userId));
}

/** Removes all of a user's second factor; false when there was none. */
export async function removeFactor(inner: Orm, userId: string): Promise<boolean> {
  const removed = await inner
    .delete(authenticatorApp)
    .where(eq(authenticatorApp.userId, userId))
    .returning({ userId: authenticatorApp.userId });
  await inner.delete(recoveryCode).where(eq(recoveryCode.userId, userId));
  await forgetSteps(inner, userId);
  return removed.length > 0;
}

/** How it is taken off somebody's account, and what is told of it. */
export const factorRemoval = {
  remove: removeFactor,
  event: "second_factor_off",
  mail: "second_factor_off",
} satisfies Removal;

/** What was allowed or begun with the former factor ends: trust, sign-ins under way, and that it was lost. */
async function forgetSteps(inner: Orm, userId: string) {
  await inner.delete(trustedBrowser).where(eq(trustedBrowser.userId, userId));
  await inner.delete(secondStep).where(eq(secondStep.userId, userId));
  await inner.delete(factorLoss).where(eq(factorLoss.userId, userId));
}
