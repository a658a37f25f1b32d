import type { SessionCheck } from "./check";
import type { SignedIn } from "./signed-in";
import { readSessionToken, shownToken, type CookieSeal } from "./cookie";

/**
 * Better Auth's `GET /api/auth/get-session`, answered without Better Auth where its answer is certain, to the byte:
 * somebody is signed in, by cookie, and the session is not due to be extended. Undefined leaves the request to it.
 */
export type GetSession = (request: Request) => Promise<{ answer: Response; owner: SignedIn["user"] } | undefined>;

/** What decides whether an answer is certain. */
export interface FastPathRules {
  /** The host of the public address: Better Auth's API answers to no other name. */
  host: string;
  /** With no more than this before its expiry, Better Auth extends a session. */
  extendsFromSeconds: number;
}

/** Answers by a check, for sessions that are not cached yet. */
export function createGetSession({
  check,
  seal,
  rules,
}: {
  check: SessionCheck;
  seal: CookieSeal;
  rules: FastPathRules;
}): GetSession {
  return async (request) => {
    const cookies = request.headers.get("cookie");
    if (cookies === null || new URL(request.url).pathname !== "/api/auth/get-session" || !isEligible(request, rules))
      return undefined;
    const signedIn = await check(cookies).catch(() => null); // Better Auth then asks again, and words the failure
    const token = signedIn && readSessionToken(cookies, seal);
    if (!token || needsRefresh(signedIn, rules)) return undefined;
    const answer = new Response(betterAuthText(token, signedIn), { headers: betterAuthHeaders });
    return { answer, owner: signedIn.user };
  };
}

/** As Better Auth sends them with this answer. */
export const betterAuthHeaders = {
  "cache-control": "no-store",
  pragma: "no-cache",
  "content-type": "application/json",
};

/**
 * Whether a request can be answered without Better Auth: a GET for our public host, without a query, a body or the
 * `session_data` cookie, which Better Auth would expire.
 */
export function isEligible(request: Request, { host }: FastPathRules): boolean {
  const { url, headers } = request;
  return (
    isBareGet(request) &&
    headers.get("host") === host &&
    !url.includes("?") &&
    !headers.get("cookie")?.includes("session_data")
  );
}

/** Whether a request is a GET without a body; the edge may refuse a body. `get` answers sooner than `has`. */
export const isBareGet = ({ method, headers }: Request): boolean =>
  method === "GET" && headers.get("content-length") === null && headers.get("transfer-encoding") === null;

/** Whether Better Auth would extend the session. */
export const needsRefresh = ({ session }: SignedIn, { extendsFromSeconds }: FastPathRules, now = Date.now()): boolean =>
  session.expiresAt.getTime() - extendsFromSeconds * 1000 <= now;

/** The session as Better Auth writes it, field by field in its order; in the place of its token a text of ours. */
export function betterAuthText(ownToken: string, { session, user }: SignedIn): string {
  const { id: sessionId, expiresAt, createdAt, updatedAt, ipAddress, userAgent } = session;
  const token = shownToken(ownToken);
  const { id, name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt } = user;
  return JSON.stringify({
    session: { expiresAt, token, createdAt, updatedAt, ipAddress, userAgent, userId: id, id: sessionId },
    user: { name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt, id },
  });
}
