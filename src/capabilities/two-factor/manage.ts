import { eq, sql } from "drizzle-orm";
import { byArriving, bySession, byUser } from "../../account/act";
import { deviceOf, hasUsed } from "../../account/devices";
import type { Services } from "../../account/services";
import { byPasskey, endOthers, rotateSession } from "../../account/sessions";
import type { Current, Proved, Rotated } from "../../account/sessions";
import { warnCounted } from "../../account/warn";
import type { Visit } from "../../http/visit";
import { done, refused, type Result } from "../../result";
import { hasApp, passwordMarkOf, removeFactor, setUpAt, trusted, useFactor, writeApp } from "./factor";
import { trustSeconds, writeCodes, type FactorMethod } from "./factor";
import { countGuess, endGuess } from "./guesses";
import { stopLoss } from "./loss";
import { newCodes } from "./recovery-codes";
import { endWait, isStillProved, mayBeCode, noteRecovery, type Taken, type Waiting } from "./step";
import { trustedBrowser } from "./tables";
import { stepOf } from "./time-code";
import type { FactorActing, FactorMail, FactorTools } from "./tools";

/** Who changes their second factor, and from where. */
export interface Manager {
  visit: Visit;
  current: Current;
  email: string;
  /** What was proved for the session in use. */
  methods: readonly string[];
}

/** What came of a change: the session in place of the one in use, and recovery codes to be shown once. */
export interface Changed {
  rotated?: Rotated;
  codes?: string[];
}

/** Proves with a code that somebody has the second factor, and does something by it: the code is used up with it. */
export async function withCode<Value>(
  services: Services,
  tools: FactorTools,
  { visit, current, typed, work }: Pick<Manager, "visit" | "current"> & { typed: string; work: Work<Value> },
): Promise<Result<Value>> {
  const { userId } = current;
  if (!mayBeCode(typed)) return tools.refuse("factor_code_missing");
  const counted = await countGuess(services, tools, { visit, userId, typed });
  if (!counted.ok) return counted;
  const worked = await tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const method = await useFactor(acting.inner, { userId, typed }, tools);
    return method === undefined ? tools.refuse("factor_code_wrong") : work(acting, method);
  });
  await endGuess(services, tools, { visit, userId, typed, limits: counted.value, came: worked });
  return worked;
}

/** What is done in the transaction in which it was proved who asks for it: by a code of a kind, or otherwise. */
export type Work<Value> = (acting: FactorActing, method?: FactorMethod) => Promise<Result<Value>>;

/** An app to be set up: its secret, and the code that was typed. */
interface Setup {
  secret: string;
  code: string;
}

/**
 * Sets up an app, in place of any that there was: every other session ends, and the one in use is replaced by one for
 * which both factors are proved.
 */
export async function setUpApp(
  services: Services,
  tools: FactorTools,
  { secret, code, ...manager }: Manager & Setup,
): Promise<Result<Changed>> {
  const { visit, current } = manager;
  const { userId } = current;
  const counted = await countChange(services, userId);
  if (!counted.ok) return counted;
  const right = await rightStep(services, tools, { visit, userId, secret, code });
  if (!right.ok) return right;
  return tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const codes = newCodes();
    const isNew = !(await removeFactor(acting.inner, userId));
    await writeApp(acting.inner, { userId, secret, step: right.value, codes }, tools);
    const kind = isNew ? "second_factor_on" : "second_factor_changed";
    await tell(services, acting, { kind, userId, email: manager.email });
    return rotated(services, acting, { ...manager, proved: withApp(manager.methods), codes });
  });
}

/**
 * The same where a second factor is required, for whoever has no session yet: gives what is proved, and the codes.
 * Refused with `signed_out` when the sign-in is over: whoever knows a former password sets nothing up, nor does whoever
 * was suspended meanwhile.
 */
export async function setUpAtSignIn(
  services: Services,
  tools: FactorTools,
  { visit, waiting, secret, code }: Setup & { visit: Visit; waiting: Waiting },
): Promise<Result<Taken & { codes: string[] }>> {
  const { userId, email, methods } = waiting;
  const right = await rightStep(services, tools, { visit, userId, secret, code });
  if (!right.ok) return right;
  return tools.act(services, { visit, subject: byArriving(userId) }, async (acting) => {
    if (!(await endWait(acting.inner, waiting))) return refused("signed_out");
    const codes = newCodes();
    await writeApp(acting.inner, { userId, secret, step: right.value, codes }, tools);
    await endOthers(acting.inner, userId, { device: deviceOf(visit, services) });
    await tell(services, acting, { kind: "second_factor_on", userId, email });
    const isStillSo = isStillProved(waiting, await setUpAt(acting.inner, userId));
    return done({ codes, proved: withApp(methods), isStillProved: isStillSo });
  });
}

/** The step of the code that was typed for a new app; every try counts as a guess. */
async function rightStep(
  services: Services,
  tools: FactorTools,
  { visit, userId, secret, code }: Setup & { visit: Visit; userId: string },
): Promise<Result<number>> {
  const counted = await countGuess(services, tools, { visit, userId, typed: code });
  if (!counted.ok) return counted;
  const step = stepOf(secret, code);
  if (step === undefined) return tools.refuse("factor_code_wrong");
  await services.throttle.forgive(counted.value);
  return done(step);
}

/** Lets another app be set up; the other recovery codes stay until it is. */
export const allowChange =
  ({ current }: Manager): Work<Changed> =>
  async (acting, method) => {
    if (method === "recovery") await noteRecovery(acting, current.userId);
    return done({});
  };

/** Turns the second factor off, in the transaction in which it was proved. */
export function turnOff(services: Services, manager: Manager): Work<Changed> {
  const { userId } = manager.current;
  return async (acting) => {
    if (!(await removeFactor(acting.inner, userId))) return done({});
    await tell(services, acting, { kind: "second_factor_off", userId, email: manager.email });
    return rotated(services, acting, { ...manager, proved: withoutApp(manager.methods) });
  };
}

/** Makes new recovery codes in place of the old ones; none where the second factor was turned off meanwhile. */
export function renewCodes(services: Services, tools: FactorTools, manager: Manager): Work<Changed> {
  const { userId } = manager.current;
  return async (acting) => {
    if (!(await hasApp(acting.inner, userId))) return done({});
    const codes = newCodes();
    await writeCodes(acting.inner, userId, { seals: tools.seals, codes });
    await tell(services, acting, { kind: "recovery_codes_made", userId, email: manager.email });
    return done({ codes });
  };
}

const ofApp: ReadonlySet<string> = new Set<FactorMethod | typeof trusted>(["totp", "recovery", trusted]);

/** What is proved once an app was set up, and its first code was right. */
const withApp = (methods: readonly string[]): Proved => ({
  factors: 2,
  methods: [...methods.filter((method) => !ofApp.has(method)), "totp"],
});

const isPasskey = (method: string) => byPasskey.methods.includes(method);

/** What is left of it once the app is gone. */
function withoutApp(methods: readonly string[]): Proved {
  const left = methods.filter((method) => !ofApp.has(method));
  return { factors: left.some(isPasskey) ? byPasskey.factors : 1, methods: left };
}

/** Counts one change before anything is done: each is an event, and mostly a mail. */
export const countChange = ({ throttle }: Services, userId: string): Promise<Result> =>
  throttle.take([{ kind: "change", key: `second factor ${userId}` }]);

type Told = Exclude<FactorMail, "factor_loss_asked">;

/** Writes the event of a change, and orders the mail of the same name. */
async function tell(
  services: Services,
  acting: FactorActing,
  { kind, userId, email }: { kind: Told; userId: string; email: string },
): Promise<void> {
  await acting.record(kind);
  await warnCounted(services, acting, { kind, recipient: email, userId });
}

async function rotated(
  services: Services,
  { inner }: FactorActing,
  { visit, current, proved, codes }: Pick<Manager, "visit" | "current"> & { proved: Proved; codes?: string[] },
): Promise<Result<Changed>> {
  await endOthers(inner, current.userId, { sessionId: current.sessionId, device: deviceOf(visit, services) });
  const rotated = await rotateSession(inner, services, { visit, current, proved });
  return rotated.ok ? done({ rotated: rotated.value, codes }) : rotated;
}

/** Asks for no code in this browser for 30 days; nothing where the browser is not known to the account. */
export function trustBrowser(
  services: Services,
  tools: FactorTools,
  { visit, userId }: { visit: Visit; userId: string },
) {
  const { hash } = deviceOf(visit, services);
  return tools.act(services, { visit, subject: byUser(userId) }, async ({ inner }) => {
    if (!(await hasUsed(inner, userId, hash))) return done();
    const trust = {
      passwordMark: await passwordMarkOf(inner, userId),
      until: sql`now() + make_interval(secs => ${trustSeconds})`,
    };
    await inner
      .insert(trustedBrowser)
      .values({ userId, deviceHash: hash, ...trust })
      .onConflictDoUpdate({ target: [trustedBrowser.userId, trustedBrowser.deviceHash], set: trust });
    return done();
  });
}

/** Asks for a code in every browser again. */
export async function forgetBrowsers(
  services: Services,
  tools: FactorTools,
  { visit, current }: Pick<Manager, "visit" | "current">,
): Promise<Result> {
  const counted = await countChange(services, current.userId);
  if (!counted.ok) return counted;
  return tools.act(services, { visit, subject: bySession(current) }, async ({ inner, record }) => {
    await inner.delete(trustedBrowser).where(eq(trustedBrowser.userId, current.userId));
    await record("browsers_forgotten");
    return done();
  });
}

/** The second factor is not lost after all: whoever is signed in with it says so. */
export async function keepFactor(
  services: Services,
  tools: FactorTools,
  { visit, current }: Pick<Manager, "visit" | "current">,
): Promise<Result> {
  const counted = await countChange(services, current.userId);
  if (!counted.ok) return counted;
  return tools.act(services, { visit, subject: bySession(current) }, async ({ inner, record }) => {
    if (await stopLoss(inner, current.userId)) await record("factor_loss_stopped");
    return done();
  });
}
