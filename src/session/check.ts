import type { SessionRow } from "../../db/checks/row";
import type { Checks } from "../../db/types";
import { readSessionToken, type CookieSeal } from "./cookie";
import { newCheckCounts, type CheckCounts } from "./counts";
import type { SignedIn } from "./signed-in";
import { isAlive, noCache, type SessionCache } from "./cache";

/**
 * Answers "who is this?" for a `Cookie` header: the person, or null for nobody (no cookie, forged, expired, revoked).
 * Throws when the database cannot say; the caller must then answer "cannot know", never "nobody".
 * Reads only: no session is extended, no cookie set.
 */
export type SessionCheck = (cookieHeader: string | null) => Promise<SignedIn | null>;

interface SessionCheckDeps {
  /** Asks the database. */
  sessionByToken: Checks["sessionByToken"];
  seal: CookieSeal;
  /** What is kept in memory; without it the database is asked each time. */
  cache?: SessionCache;
  /** No session lives longer than this. */
  longestSeconds: number;
  /** A session for which fewer factors were proved is nobody's. */
  leastFactors?: number;
  /** Where answers are counted; without it they are not. */
  counts?: CheckCounts;
}

/** A check that remembers while nothing changes, and else asks the database one question. */
export function createSessionCheck({
  sessionByToken,
  seal,
  cache = noCache,
  longestSeconds,
  leastFactors = 1,
  counts = newCheckCounts(),
}: SessionCheckDeps): SessionCheck {
  return async (cookieHeader) => {
    const kept = cache.find(cookieHeader);
    if (kept) {
      counts.memory.signed_in += 1;
      return kept.signedIn;
    }
    const token = readSessionToken(cookieHeader, seal);
    if (token === null) {
      counts.memory.nobody += 1;
      return null;
    }
    const keep = cache.beginReading();
    const row = await sessionByToken(token).catch((error) => {
      counts.database.unknown += 1;
      throw error;
    });
    const signedIn = row && signedInOf(row);
    const isSomebodys =
      signedIn && isAlive(signedIn.session, longestSeconds, Date.now()) && signedIn.session.factors >= leastFactors;
    counts.database[isSomebodys ? "signed_in" : "nobody"] += 1;
    if (!isSomebodys) return null;
    keep(cookieHeader, token, signedIn);
    return signedIn;
  };
}

/**
 * Whether somebody proved who they are so recently that what matters may be done. Each proof is a session of its own.
 * One that begins further ahead than clocks differ tells of no proof: it would be fresh until then.
 */
export function isFresh(createdAt: Date, freshSeconds: number, now = Date.now()): boolean {
  const age = now - createdAt.getTime();
  return age < freshSeconds * 1000 && age > -furthestAheadMilliseconds;
}

const furthestAheadMilliseconds = 24 * 60 * 60 * 1000;

function signedInOf({ user, session, proved, roles }: SessionRow): SignedIn {
  const { factors, methods } = proved ?? { factors: 1, methods: "password" };
  return {
    user: { ...user, roles: roles?.split(" ") ?? [] },
    session: { ...session, factors, methods: methods.split(" ") },
  };
}
