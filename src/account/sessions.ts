import { and, desc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import { session } from "../../db/auth-tables";
import { sessionFactor } from "../../db/own-tables";
import { withDeadline } from "../../db/deadline";
import type { Database, Orm } from "../../db/types";
import { randomToken } from "../guard/keys";
import type { Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { briefToken, isBrief } from "../session/brief";
import { noteRefusedAccess } from "./access";
import { act, bySession } from "./act";
import { deviceOf, forgetDevices, type Device } from "./devices";
import type { Services } from "./services";
import { endTokens } from "./tokens";

/** Where a user is signed in, as they see it: never the token. */
export interface SessionEntry {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  clientAddress: string | null;
  userAgent: string | null;
}

/** Where a user is signed in, the most recently seen first. */
export function sessionsOf({ orm }: Database, userId: string): Promise<SessionEntry[]> {
  const { id, createdAt, updatedAt, ipAddress, userAgent } = session;
  return withDeadline(
    orm
      .select({
        ...{ id, createdAt, lastSeenAt: updatedAt },
        clientAddress: sql<string | null>`nullif(${ipAddress}, '')`,
        userAgent: sql<string | null>`nullif(${userAgent}, '')`,
      })
      .from(session)
      .where(and(eq(session.userId, userId), sql`${session.expiresAt} > now()`))
      .orderBy(desc(updatedAt)),
  );
}

/** A user's session in use. */
export interface Current {
  userId: string;
  sessionId: string;
}

/**
 * Ends one session of a user by its id, or all but the one in use. Somebody else's session is nobody's: nothing
 * happens, and the answer is the same. Refused with `signed_out` when the session in use has ended.
 */
export function endSessions(
  services: Services,
  { visit, current }: { visit: Visit; current: Current },
  which: { id: string } | "others",
): Promise<Result> {
  const here = { sessionId: current.sessionId, device: deviceOf(visit, services) };
  return act(services, { visit, subject: bySession(current) }, async ({ inner, who, record }) => {
    if (which === "others") {
      if ((await endOthers(inner, who.userId, here)) > 0) await record("sessions_ended");
      return done();
    }
    const ended = await endOne(inner, who.userId, { ...here, id: which.id });
    if (ended) await record("sessions_ended", "done", ended.userAgent);
    else noteRefusedAccess(services, visit, { userId: who.userId, why: "not_own" });
    return done();
  });
}

/** From where a user ends sessions: what stays. */
export interface Here {
  /** Where there is one already. */
  sessionId?: string;
  device: Device;
}

/**
 * Ends every session of a user but the one in use, or all of them, and forgets each device but this browser: whoever
 * was thrown out causes a mail when they come back, and has no count of guesses to themselves. Gives their number.
 */
export async function endOthers(inner: Orm, userId: string, here?: Here): Promise<number> {
  const theirs = and(eq(session.userId, userId), ne(session.id, here?.sessionId ?? ""));
  const ended = await endWhere(inner, and(theirs, meaning("others")));
  await forgetDevices(inner, userId, here?.device);
  return ended;
}

/** Ends what lets anybody into an account: every session, every known device, every link that was asked for. */
export async function endAccess(inner: Orm, userId: string): Promise<void> {
  await endOthers(inner, userId);
  await endTokens(inner, userId);
}

/**
 * Ends one session of a user, and gives it when there was one. Nothing tells which device it is on, so each but this
 * browser is forgotten with it.
 */
async function endOne(inner: Orm, userId: string, { id, device }: { id: string; device: Device }) {
  const [ended] = await inner
    .delete(session)
    .where(and(eq(session.userId, userId), eq(session.id, id), meaning("one")))
    .returning({ userAgent: session.userAgent });
  if (ended) await forgetDevices(inner, userId, device);
  return ended;
}

/** Ends the session with a token, whosever it is. */
export const endWithToken = (inner: Orm, token: string): Promise<number> =>
  endWhere(inner, and(eq(session.token, token), meaning("one")));

/** Ends the session with an id; 0 when another request ended it first. */
export const endWithId = (inner: Orm, id: string): Promise<number> =>
  endWhere(inner, and(eq(session.id, id), meaning("one")));

async function endWhere(inner: Orm, which: ReturnType<typeof and>): Promise<number> {
  return (await inner.delete(session).where(which).returning({ id: session.id })).length;
}

/**
 * What a statement that ends sessions means, for whoever is told of it by the database: `one`, its user may be signed
 * in elsewhere, or anew at once; `others`, all of its user end but the one in use. Without it, whoever is left with
 * none was signed out everywhere.
 */
const meaning = (ended: "one" | "others") => sql`set_config('gatehouse.sessions_ended', ${ended}, true) is not null`;

/**
 * A user keeps so many sessions; the next one costs the oldest. They are looked for first: a statement that ends none
 * would still call every trigger of those that end some.
 */
export async function endOldest(inner: Orm, userId: string, kept: number): Promise<void> {
  const tooMany = await inner
    .select({ id: session.id })
    .from(session)
    .where(eq(session.userId, userId))
    .orderBy(desc(session.createdAt))
    .offset(kept);
  const ids = tooMany.map(({ id }) => id);
  if (ids.length > 0) await endWhere(inner, and(inArray(session.id, ids), meaning("one")));
}

/** What was proved for a session. */
export interface Proved {
  /** Of something known, something held and something one is, how many. */
  factors: 1 | 2;
  /** How each was proved, in the order in which they were: words of letters, digits and dashes. */
  methods: readonly string[];
  /** When, where it was before now: a browser that its owner trusts had its code some time ago. */
  at?: Date;
}

/** What is proved by a password alone. A session without a note has it. */
export const byPassword: Proved = { factors: 1, methods: ["password"] };

/** What a mail's link proves whose reader chooses the password: both are one factor. */
export const byMailedLink: Proved = { factors: 1, methods: ["link"] };

/** What a passkey proves: its device is one factor, what its user does to unlock it another. */
export const byPasskey: Proved = { factors: 2, methods: ["passkey"] };

/** Notes what was proved for a session, before anybody has its cookie. */
export async function noteProved(
  inner: Orm,
  { userId, sessionId }: Current,
  { factors, methods, at }: Proved,
): Promise<void> {
  const [first, ...others] = methods;
  if (factors === 1 && first === "password" && others.length === 0) return;
  const set = { factors, methods: methods.join(" "), provedAt: at ?? sql`now()` };
  await inner
    .insert(sessionFactor)
    .values({ id: sessionId, userId, ...set })
    .onConflictDoUpdate({ target: sessionFactor.id, set });
}

/**
 * Whether two factors were proved for a session within the last seconds: not its password alone, typed once more. A
 * time further ahead than a day, of a clock that was set back since or by SQL, tells of no proof.
 */
export async function provedTwoWithin({ orm }: Database, { sessionId }: Current, seconds: number): Promise<boolean> {
  const { id, factors, provedAt } = sessionFactor;
  const isRecent = sql`${provedAt} > now() - make_interval(secs => ${seconds})
    and ${provedAt} < now() + interval '1 day'`;
  const found = orm
    .select({ id })
    .from(sessionFactor)
    .where(and(eq(id, sessionId), gt(factors, 1), isRecent));
  return (await withDeadline(found)).length > 0;
}

/** A session that took the place of another. */
export interface Rotated {
  sessionId: string;
  token: string;
  isBrief: boolean;
}

interface Rotation {
  visit: Visit;
  current: Current;
  /** What is proved for the new session; without it, what was proved for the former one. */
  proved?: Proved;
}

/**
 * Puts a new session in the place of the one in use, which ends: whoever has a copy of its cookie is signed out with
 * it. The new one is as new as a sign-in, and as long as the former one was meant to be. Refused with `signed_out` when
 * that has ended.
 */
export async function rotateSession(
  inner: Orm,
  { config: { sessions: lengths } }: Pick<Services, "config">,
  { visit, current, proved }: Rotation,
): Promise<Result<Rotated>> {
  const [former] = await inner
    .delete(session)
    .where(and(eq(session.id, current.sessionId), eq(session.userId, current.userId), meaning("one")))
    .returning();
  if (!former) return refused("signed_out");
  const brief = isBrief(former, lengths);
  const token = brief ? briefToken(randomToken()) : randomToken();
  const sessionId = crypto.randomUUID();
  await inner.insert(session).values({
    ...{ id: sessionId, userId: current.userId, token, ipAddress: visit.ip, userAgent: visit.userAgent },
    ...{ createdAt: sql`now()`, updatedAt: sql`now()` },
    expiresAt: sql`now() + make_interval(secs => ${brief ? lengths.briefSeconds : lengths.idleSeconds})`,
  });
  if (proved) await noteProved(inner, { userId: current.userId, sessionId }, proved);
  else await inner.update(sessionFactor).set({ id: sessionId }).where(eq(sessionFactor.id, current.sessionId));
  return done({ sessionId, token, isBrief: brief });
}
