import { eq, sql } from "drizzle-orm";
import { bySession, byUser, type Acting } from "../../account/act";
import { deviceOf, hasUsed } from "../../account/devices";
import type { Services } from "../../account/services";
import { endOthers, rotateSession, byPassword, type Current, type Proved, type Rotated } from "../../account/sessions";
import { warn } from "../../account/warn";
import type { Visit } from "../../http/visit";
import { done, refused, type Result } from "../../result";
import { days } from "../../time";
import { passwordMarkOf, removeFactor, useFactor, writeApp, writeCodes } from "./factor";
import { countGuess, noteGuess } from "./guesses";
import { newCodes } from "./recovery-codes";
import { endWait, type Waiting } from "./step";
import { trustedBrowser } from "./tables";
import { stepOf } from "./time-code";
import type { FactorMail, FactorTools } from "./tools";

/** Who changes their second factor, and from where. */
export interface Manager {
  visit: Visit;
  current: Current;
  email: string;
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
  { visit, current, typed, work }: Omit<Manager, "email"> & { typed: string; work: Work<Value> },
): Promise<Result<Value>> {
  const { userId } = current;
  if (typed.trim() === "" || typed.length > longestCode) return tools.refuse("factor_code_missing");
  const counted = await countGuess(services, tools, { visit, userId });
  if (!counted.ok) return counted;
  const worked = await tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const method = await useFactor(acting.inner, { userId, typed }, tools);
    return method === undefined ? tools.refuse("factor_code_wrong") : work(acting);
  });
  if (worked.ok) await services.throttle.forgive(counted.value);
  else await noteGuess(services, tools, { visit, userId, outcome: "refused" });
  return worked;
}

const longestCode = 100; // characters
type OwnActing = Parameters<Parameters<FactorTools["act"]>[2]>[0] & Pick<Acting<unknown>, "inner">;
type Work<Value> = (acting: OwnActing) => Promise<Result<Value>>;

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
  { visit, current, email, secret, code }: Manager & Setup,
): Promise<Result<Changed>> {
  const { userId } = current;
  const counted = await countGuess(services, tools, { visit, userId });
  if (!counted.ok) return counted;
  const step = stepOf(secret, code);
  if (step === undefined) return tools.refuse("factor_code_wrong");
  await services.throttle.forgive(counted.value);
  return tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const codes = newCodes();
    const isNew = !(await removeFactor(acting.inner, userId));
    await writeApp(acting.inner, { userId, secret, step, codes }, tools);
    const kind = isNew ? "second_factor_on" : "second_factor_changed";
    await tell(acting, { userId, email, kind });
    const proved: Proved = { factors: 2, methods: ["password", "totp"] };
    return rotated(services, acting, { visit, current, proved, codes });
  });
}

/** The same where a second factor is required, for whoever has no session yet: gives what is proved, and the codes. */
export async function setUpAtSignIn(
  services: Services,
  tools: FactorTools,
  { visit, waiting, secret, code }: Setup & { visit: Visit; waiting: Waiting },
): Promise<Result<{ codes: string[]; proved: Proved }>> {
  const { userId, email, hash, methods } = waiting;
  const counted = await countGuess(services, tools, { visit, userId });
  if (!counted.ok) return counted;
  const step = stepOf(secret, code);
  if (step === undefined) return tools.refuse("factor_code_wrong");
  await services.throttle.forgive(counted.value);
  return tools.act(services, { visit, subject: byUser(userId) }, async (acting) => {
    if (!(await endWait(acting.inner, hash))) return tools.refuse("factor_set_up_over");
    const codes = newCodes();
    await writeApp(acting.inner, { userId, secret, step, codes }, tools);
    await endOthers(acting.inner, userId, { sessionId: "", device: deviceOf(visit, services) });
    await tell(acting, { userId, email, kind: "second_factor_on" });
    return done({ codes, proved: { factors: 2, methods: [...methods, "totp"] } });
  });
}

/** Turns the second factor off, in the transaction in which a code of it was used up. */
export const turnOff =
  (services: Services, { visit, current, email }: Manager): Work<Changed> =>
  async (acting) => {
    await removeFactor(acting.inner, current.userId);
    await tell(acting, { userId: current.userId, email, kind: "second_factor_off" });
    return rotated(services, acting, { visit, current, proved: byPassword });
  };

/** Makes new recovery codes in place of the old ones. */
export const renewCodes =
  (tools: FactorTools, { current, email }: Manager): Work<Changed> =>
  async (acting) => {
    const codes = newCodes();
    await writeCodes(acting.inner, current.userId, { seals: tools.seals, codes });
    await tell(acting, { userId: current.userId, email, kind: "recovery_codes_made" });
    return done({ codes });
  };

/** Writes the event, and the mail of the same name. */
async function tell(
  { inner, record, order }: OwnActing,
  { userId, email, kind }: { userId: string; email: string; kind: Exclude<FactorMail, "factor_loss_asked"> },
) {
  await record(kind);
  await warn({ inner, order }, { kind, recipient: email, userId });
}

async function rotated(
  services: Services,
  { inner }: OwnActing,
  { visit, current, proved, codes }: Omit<Manager, "email"> & { proved: Proved; codes?: string[] },
): Promise<Result<Changed>> {
  await endOthers(inner, current.userId, { sessionId: current.sessionId, device: deviceOf(visit, services) });
  const rotated = await rotateSession(inner, { visit, current, proved, lengths: services.config.sessions });
  return rotated ? done({ rotated, codes }) : refused("signed_out");
}

const trustSeconds = 30 * days;

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
export function forgetBrowsers(services: Services, tools: FactorTools, { visit, current }: Omit<Manager, "email">) {
  return tools.act(services, { visit, subject: bySession(current) }, async ({ inner, record }) => {
    await inner.delete(trustedBrowser).where(eq(trustedBrowser.userId, current.userId));
    await record("browsers_forgotten");
    return done();
  });
}
