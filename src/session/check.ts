import { eq, getTableColumns, sql } from "drizzle-orm";
import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { isNameLost } from "../../db/named-statements";
import { session, user } from "../../db/auth-tables";
import { role, sessionFactor } from "../../db/own-tables";
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
  database: Database;
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

/** A check that remembers while nothing changes, and else reads the database with one prepared query. */
export function createSessionCheck({
  database,
  seal,
  cache = noCache,
  longestSeconds,
  leastFactors = 1,
  counts = newCheckCounts(),
}: SessionCheckDeps): SessionCheck {
  const sessionByToken = prepareSessionByToken(database);
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
    const [row] = await withDeadline(sessionByToken(token)).catch((error) => {
      counts.database.unknown += 1;
      throw error;
    });
    const signedIn = row && signedInOf(row);
    const isSomebodys =
      signedIn && isAlive(signedIn.session, longestSeconds) && signedIn.session.factors >= leastFactors;
    counts.database[isSomebodys ? "signed_in" : "nobody"] += 1;
    if (!isSomebodys) return null;
    keep(cookieHeader, token, signedIn);
    return signedIn;
  };
}

/**
 * Whether somebody proved who they are so recently that what matters may be done. Each proof is a session of its own.
 */
export const isFresh = (createdAt: Date, freshSeconds: number): boolean =>
  Date.now() - createdAt.getTime() < freshSeconds * 1000;

type Row = Awaited<ReturnType<ReturnType<typeof prepareSessionByToken>>>[number];

function signedInOf({ user, session, proved, roles }: Row): SignedIn {
  const { factors, methods } = proved ?? { factors: 1, methods: "password" };
  return {
    user: { ...user, roles: roles?.split(" ") ?? [] },
    session: { ...session, factors, methods: methods.split(" ") },
  };
}

/** Prepared once: building the statement for each request costs more than running it. */
function prepareSessionByToken(database: Database) {
  const { token, userId, ...ofSession } = getTableColumns(session);
  const query = database.sessionDb
    .select({
      user: getTableColumns(user),
      session: ofSession,
      proved: { factors: sessionFactor.factors, methods: sessionFactor.methods },
      roles: sql<string | null>`(select string_agg(${role.role}, ' ' order by ${role.role}) from ${role}
        where ${role.userId} = ${user.id})`,
    })
    .from(session)
    .innerJoin(user, eq(user.id, userId))
    .leftJoin(sessionFactor, eq(sessionFactor.id, ofSession.id))
    .where(eq(token, sql.placeholder("token")));
  const [named, unnamed] = [query.prepare("session_by_token"), query.prepare("")];
  return async (token: string) => {
    if (!database.namedStatements) return unnamed.execute({ token });
    return named.execute({ token }).catch((error: unknown) => {
      if (!isNameLost(error)) throw error;
      database.namedStatements = false; // the pooler was changed meanwhile
      return unnamed.execute({ token });
    });
  };
}
