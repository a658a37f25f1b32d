import { eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { answerInTime } from "../../db/deadline";
import { session, user } from "../../db/tables";
import { readSessionToken, type CookieSeal } from "./cookie";

/** Who is signed in, and since when. Holds no token: nothing made from it can leak one. */
export interface SignedIn {
  user: { id: string; email: string; emailVerified: boolean; name: string; image: string | null; createdAt: Date };
  session: { id: string; createdAt: Date; expiresAt: Date };
}

/**
 * Answers "who is this?" for a `Cookie` header: the person, or null for nobody (no cookie, forged, expired, revoked).
 * Throws when the database cannot say; the caller must then answer "cannot know", never "nobody".
 * Reads only: no session is extended, no cookie set.
 */
export type SessionCheck = (cookieHeader: string | null) => Promise<SignedIn | null>;

/** A check that reads the database each time, with one prepared query. No session lives longer than `longestSeconds`. */
export function createSessionCheck(database: Database, seal: CookieSeal, longestSeconds: number): SessionCheck {
  const sessionByToken = prepareSessionByToken(database);
  return async (cookieHeader) => {
    const token = readSessionToken(cookieHeader, seal);
    if (token === null) return null;
    const [row] = await answerInTime(sessionByToken.execute({ token }));
    return row && isAlive(row.session, longestSeconds) ? row : null;
  };
}

function isAlive({ createdAt, expiresAt }: SignedIn["session"], longestSeconds: number): boolean {
  const now = Date.now();
  return expiresAt.getTime() > now && createdAt.getTime() + longestSeconds * 1000 > now;
}

/** Whether somebody proved who they are so recently that what matters may be done. Each proof is a session of its own. */
export const isFresh = (createdAt: Date, freshSeconds: number): boolean => Date.now() - createdAt.getTime() < freshSeconds * 1000;

/** Prepared once: building the statement for each request costs more than running it. */
function prepareSessionByToken({ checks, namedStatements }: Database) {
  const { id, email, emailVerified, name, image, createdAt } = user;
  return checks
    .select({
      user: { id, email, emailVerified, name, image, createdAt },
      session: { id: session.id, createdAt: session.createdAt, expiresAt: session.expiresAt },
    })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(eq(session.token, sql.placeholder("token")))
    .prepare(namedStatements ? "session_by_token" : "");
}
