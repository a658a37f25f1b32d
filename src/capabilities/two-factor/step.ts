import { and, eq, sql } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import { byArriving } from "../../account/act";
import type { Services } from "../../account/services";
import type { Proved } from "../../account/sessions";
import { warn } from "../../account/warn";
import type { FurtherStep } from "../../auth/gate";
import { randomToken, sha256 } from "../../guard/keys";
import { readSealedCookie, setCookie, setSealedCookie, type OwnCookie } from "../../http/cookies";
import type { Visit } from "../../http/visit";
import { done, refused, type Result } from "../../result";
import { minutes } from "../../time";
import { hasSamePassword, setUpAt, useFactor } from "./factor";
import { countGuess, endGuess } from "./guesses";
import { stopLoss } from "./loss";
import { codesLeft } from "./recovery-codes";
import { secondStep } from "./tables";
import type { FactorActing, FactorTools } from "./tools";

/** How long a sign-in waits for its second step, in seconds: an app that is not there yet has to be found first. */
const secondsFor = { code: 10 * minutes, set_up: 30 * minutes };
const stepCookie: OwnCookie = { name: "second-step", maxAgeSeconds: secondsFor.set_up };

/** What a sign-in leaves behind while it waits. */
interface Begun {
  userId: string;
  kind: "code" | "set_up";
  proved: Proved;
  passwordMark: string;
  rememberMe: boolean;
}

/** Lets a sign-in wait for its second step: the way back to it is in this browser's cookie, and nowhere else. */
export async function beginStep(
  { database, config }: Services,
  tools: FactorTools,
  { userId, kind, proved, passwordMark, rememberMe }: Begun,
): Promise<FurtherStep> {
  const token = randomToken();
  await withDeadline(
    database.orm.insert(secondStep).values({
      ...{ hash: sha256(token), userId, kind, passwordMark, remember: rememberMe, methods: proved.methods.join(" ") },
      expiresAt: sql`now() + make_interval(secs => ${secondsFor[kind]})`,
    }),
  );
  const cookies = [setSealedCookie(stepCookie, token, { keys: tools.keys("step"), secure: config.secure })];
  if (kind === "set_up")
    return {
      path: setUpPath,
      cookies,
      answer: { twoFactorRedirect: true, twoFactorMethods: [], twoFactorSetUp: true },
    };
  return { path: stepPath, cookies, answer: { twoFactorRedirect: true, twoFactorMethods: ["totp", "recovery"] } };
}

/** Where a sign-in goes on. */
export const stepPath = "/second-step";
/** Where it goes on for whoever has to set up a second factor first. */
export const setUpPath = "/second-step/set-up";

/** The `Set-Cookie` line with which a browser forgets the sign-in that waited. */
export const forgetStep = ({ config }: Pick<Services, "config">): string => setCookie(stepCookie, "", config);

/** A sign-in that waits for its second step. */
export interface Waiting {
  hash: string;
  userId: string;
  email: string;
  emailVerified: boolean;
  methods: readonly string[];
  remember: boolean;
  passwordMark: string;
}

/** The sign-in of a browser that waits for a step of a kind; undefined when there is none, or not any more. */
export async function waitingIn(
  visit: Visit,
  { database, config }: Services,
  { tools, kind }: { tools: FactorTools; kind: Begun["kind"] },
): Promise<Waiting | undefined> {
  const token = readSealedCookie(stepCookie, visit.cookies, { keys: tools.keys("step"), secure: config.secure });
  if (token === undefined) return undefined;
  const { hash, userId, methods, remember, passwordMark } = secondStep;
  const found = database.orm
    .select({ hash, userId, methods, remember, passwordMark, email: user.email, emailVerified: user.emailVerified })
    .from(secondStep)
    .innerJoin(user, eq(user.id, secondStep.userId))
    .where(and(isLive(sha256(token)), eq(secondStep.kind, kind)));
  const [row] = await withDeadline(found);
  return row && { ...row, methods: row.methods.split(" ") };
}

const isLive = (hash: string) => and(eq(secondStep.hash, hash), sql`${secondStep.expiresAt} > now()`);

/** Ends the wait of a sign-in; false when another request was quicker, or there is another password. */
export async function endWait(inner: Orm, waiting: Waiting): Promise<boolean> {
  if (!(await hasSamePassword(inner, waiting))) return false;
  return (await inner.delete(secondStep).where(isLive(waiting.hash)).returning({ hash: secondStep.hash })).length > 0;
}

/** What was proved by a second step, and whether it still is, asked under the user's lock. */
export interface Taken {
  proved: Proved;
  isStillProved(inner: Orm): Promise<boolean>;
}

/**
 * Takes the second step with a code: gives what is proved now. Used up are the code and the wait, both or neither.
 * Refused with `signed_out` when the sign-in is over: then no code is looked at.
 */
export async function takeStep(
  services: Services,
  tools: FactorTools,
  { visit, waiting, typed }: { visit: Visit; waiting: Waiting; typed: string },
): Promise<Result<Taken>> {
  const { userId } = waiting;
  if (!mayBeCode(typed)) return tools.refuse("factor_code_missing");
  const counted = await countGuess(services, tools, { visit, userId, typed });
  if (!counted.ok) return counted;
  const taken = await tools.act(services, { visit, subject: byArriving(userId) }, async (acting) => {
    const { inner, record } = acting;
    if (!(await endWait(inner, waiting))) return refused("signed_out");
    const method = await useFactor(inner, { userId, typed }, tools);
    if (method === undefined) return tools.refuse("factor_code_wrong");
    if (await stopLoss(inner, userId)) await record("factor_loss_stopped");
    if (method === "recovery") await noteRecovery(acting, userId);
    const proved: Proved = { factors: 2, methods: [...waiting.methods, method] };
    return done({ proved, isStillProved: isStillProved(waiting, await setUpAt(inner, userId)) });
  });
  await endGuess(services, tools, { visit, userId, typed, limits: counted.value, came: taken });
  return taken;
}

/** Whether a text may be a code at all: it is not empty, and no longer than any. */
export const mayBeCode = (typed: string): boolean => typed.trim() !== "" && typed.length <= 100;

/** Tells the owner that a recovery code was used, and how many are left. */
export async function noteRecovery({ inner, record, order }: FactorActing, userId: string): Promise<void> {
  await record("recovery_code_used");
  const [owner] = await inner.select({ email: user.email }).from(user).where(eq(user.id, userId));
  const facts = { left: String(await codesLeft(inner, userId)) };
  const kind = "recovery_code_used";
  if (owner) await warn({ inner, order }, { kind, recipient: owner.email, userId, facts });
}

/** Whether password and app are still those that were proved: what changes either signs out everywhere. */
export const isStillProved =
  (waiting: Waiting, appOf: number | undefined) =>
  async (inner: Orm): Promise<boolean> =>
    (await hasSamePassword(inner, waiting)) && (await setUpAt(inner, waiting.userId)) === appOf;
