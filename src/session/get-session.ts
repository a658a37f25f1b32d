import type { SessionCheck } from "./check";
import type { SignedIn } from "./signed-in";
import { readSessionToken, type CookieSeal } from "./cookie";

/**
 * Better Auth's `GET /api/auth/get-session`, answered without Better Auth where its answer is certain, to the byte:
 * somebody is signed in, by cookie, and the session is not due to be extended. Undefined leaves the request to it.
 */
export type GetSession = (request: Request) => Promise<Response | undefined>;

/** What decides whether an answer is certain. */
export interface FastPathRules {
  /** The host of the public address: Better Auth's API answers to no other name. */
  host: string;
  /** With no more than this before its expiry, Better Auth extends a session. */
  extendsFromSeconds: number;
}

/** The answer on a check, for whatever the memory does not know yet. */
export function createGetSession({
  check,
  seal,
  certainty,
}: {
  check: SessionCheck;
  seal: CookieSeal;
  certainty: FastPathRules;
}): GetSession {
  return async (request) => {
    const cookies = request.headers.get("cookie");
    if (
      cookies === null ||
      new URL(request.url).pathname !== "/api/auth/get-session" ||
      !isEligible(request, certainty)
    )
      return undefined;
    const signedIn = await check(cookies).catch(() => null); // it is asked once more, the long way, and the failure told in its words
    const token = signedIn && readSessionToken(cookies, seal);
    if (!token || needsRefresh(signedIn, certainty)) return undefined;
    return new Response(betterAuthText(token, signedIn), { headers: betterAuthHeaders });
  };
}

/** As Better Auth sends them with this answer. */
export const betterAuthHeaders = {
  "cache-control": "no-store",
  pragma: "no-cache",
  "content-type": "application/json",
};

/** A question without a query or a body, by our public name, that does not carry the cookie Better Auth would clear away. */
export function isEligible(request: Request, { host }: FastPathRules): boolean {
  const { url, headers } = request;
  return (
    isBareGet(request) &&
    headers.get("host") === host &&
    !url.includes("?") &&
    !headers.get("cookie")?.includes("session_data")
  );
}

/** A GET without a body: with one the edge may have something to say. */
export const isBareGet = ({ method, headers }: Request): boolean =>
  method === "GET" && !headers.has("content-length") && !headers.has("transfer-encoding");

/** Whether Better Auth would extend the session. */
export const needsRefresh = ({ session }: SignedIn, { extendsFromSeconds }: FastPathRules): boolean =>
  session.expiresAt.getTime() - extendsFromSeconds * 1000 <= Date.now();

/** The session as Better Auth writes it, field by field in its order. */
export function betterAuthText(token: string, { session, user }: SignedIn): string {
  const { id: sessionId, expiresAt, createdAt, updatedAt, ipAddress, userAgent } = session;
  const { id, name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt } = user;
  return JSON.stringify({
    session: { expiresAt, token, createdAt, updatedAt, ipAddress, userAgent, userId: id, id: sessionId },
    user: { name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt, id },
  });
}
