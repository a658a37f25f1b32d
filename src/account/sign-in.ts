import { eq } from "drizzle-orm";
import { account } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import type { Database, Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import { passwordLimits, type Limit } from "../guard/throttle";
import { done, refused, type Result } from "../result";
import { noteRefusedSignIn } from "./access";
import { act, byUser, type Acting } from "./act";
import { deviceOf, isKnownDevice, noteDevice } from "./devices";
import { record, recordOwned, recordRepeated, type Repeated } from "./events";
import type { Services } from "./services";
import { endOldest, endWithToken, noteProved, type Proved } from "./sessions";
import { warnCounted } from "./warn";

/** A try to sign in, from before the proof is looked at until after. */
export interface SignInTry {
  email: string;
  visit: Visit;
  /** As what it is noted: somebody signs in, or proves again who they are. */
  kind: Repeated;
  /** Whether the owner has used the device before. */
  isKnown: boolean;
  limits: Limit[];
}

/**
 * Begins a try: counted against the account and the client before anything is known, and as a right one too, so that
 * not even the owner can have hashes made without end. A stranger's tries never count against the owner's own device.
 */
export async function beginSignIn(
  services: Services,
  visit: Visit,
  { email, kind }: Pick<SignInTry, "email" | "kind">,
): Promise<Result<SignInTry>> {
  const device = deviceOf(visit, services);
  const tried = { ...(await uncountedTry(services, visit, email)), kind };
  const limits = passwordLimits(email, visit, tried.isKnown ? device.hash : undefined);
  const counted = await services.throttle.take([...limits, rightOnes(email)]);
  if (counted.ok) return done({ ...tried, limits });
  if (counted.isFirst)
    await record(services.database.orm, { email }, { kind: "sign_in", outcome: "held_up", client: visit });
  noteRefusedSignIn(services, visit, { way: "password", reason: "throttled", email });
  return counted;
}

/** A try that counts against no limit, because what is proved cannot be guessed, or was counted elsewhere. */
export async function uncountedTry(services: Services, visit: Visit, email: string): Promise<SignInTry> {
  const isKnown = await isKnownDevice(services, email, deviceOf(visit, services));
  return { email, visit, kind: "sign_in", isKnown, limits: [] };
}

const rightOnes = (email: string): Limit => ({ kind: "signIn", key: email });

/**
 * The password was wrong, or there is no such account: the same is done in both cases. The try does not count as a
 * right one, or strangers could use up the owner's.
 */
export async function noteRefusal(services: Services, { email, visit, kind }: SignInTry): Promise<void> {
  const { database, throttle } = services;
  await throttle.forgive([rightOnes(email)]);
  const isKnown = await recordOwned(database.orm, { email }, { kind, outcome: "refused", client: visit });
  if (!isKnown) await findNobodysAccounts(database);
  const reason = isKnown ? "wrong_password" : "unknown_account";
  noteRefusedSignIn(services, visit, { way: "password", reason, email });
}

/**
 * Of an address nobody has, Better Auth has not asked for the accounts, as it does of any other, with a password or
 * without: the same query is asked, and finds nothing. Else the time would tell, most of all where the database is far.
 */
async function findNobodysAccounts({ orm }: Database): Promise<void> {
  await withDeadline(orm.select().from(account).where(eq(account.userId, "nobody")).limit(mostAccounts));
}

/** Better Auth's own limit. */
const mostAccounts = 100;

/** The session that a sign-in made. */
interface NewSession {
  userId: string;
  sessionId: string;
  token: string;
  /** What was proved for it. */
  proved: Proved;
  /** The sessions this browser had until now, whoever's they were. */
  formerTokens: string[];
  /** Whether what was proved is still true, asked under the user's lock: the password may have changed meanwhile. */
  isStillProved(inner: Orm): Promise<boolean>;
}

/**
 * Completes a sign-in: the browser's former sessions end, and the oldest of too many; a new device is told of.
 * Refused when the proof was overtaken while it was being checked: then the new session is gone again, so that nobody
 * who knew only the old password stays (the lock makes a change that is under way decide first).
 */
export async function completeSignIn(services: Services, tried: SignInTry, made: NewSession): Promise<Result> {
  const { throttle, config, metrics } = services;
  const { userId, token, formerTokens } = made;
  const [way = "other"] = made.proved.methods;
  const completed = await act(services, { visit: tried.visit, subject: byUser(userId) }, async (acting) => {
    const { inner } = acting;
    if (!(await made.isStillProved(inner))) {
      await endWithToken(inner, token);
      return done({ isProved: false }); // done, because the session must be gone
    }
    await noteProved(inner, made, made.proved);
    for (const former of formerTokens) await endWithToken(inner, former);
    await endOldest(inner, userId, config.sessions.perPerson);
    await noteSignIn(services, acting, { tried, userId });
    return done({ isProved: true });
  });
  if (!completed.ok || !completed.value.isProved) {
    noteRefusedSignIn(services, tried.visit, { way, reason: "overtaken", email: tried.email });
    return refused("wrong_credentials");
  }
  await throttle.forgive(tried.limits);
  metrics.count("gatehouse_sign_ins_total", { way, outcome: "done" });
  return done();
}

/** Notes a sign-in inside its act: the event and the device, of which the owner is told when it is new. */
export async function noteSignIn(
  services: Services,
  acting: Acting<unknown>,
  { tried, userId }: { tried: SignInTry; userId: string },
): Promise<void> {
  const { visit, email, kind } = tried;
  await recordRepeated(acting.inner, { userId, kind }, visit);
  const { isNewDevice } = await noteDevice(acting.inner, userId, deviceOf(visit, services));
  if (isNewDevice) await warnCounted(services, acting, await newDeviceMail(visit, { userId, email }));
}

async function newDeviceMail(visit: Visit, { userId, email }: { userId: string; email: string }) {
  const { words, userAgent, ip, timeZone } = visit;
  const country = visit.country === undefined ? "" : words.country(visit.country);
  const at = words.instant(new Date(), timeZone);
  const { deviceName } = await import("./device-name"); // with its tables of browsers
  const facts = { device: deviceName(userAgent, words), address: ip, country, at };
  return { kind: "new_device" as const, recipient: email, userId, facts };
}
