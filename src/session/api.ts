import type { Log, RequestFacts } from "../process/log";
import { cannotKnow, nobody } from "./answers";
import { isFresh, type SessionCheck } from "./check";
import type { SessionAnswer } from "./schemas";
import type { SignedIn } from "./signed-in";

/** The session API as plain functions of a request, so that nothing stands between the socket and the answer. */
export interface SessionApi {
  /**
   * GET: 200 with who is signed in, 401 for nobody, 503 when it cannot be known. Never a token, never a cookie.
   * `factsOf` tells what the log says of the request; it is asked only where something is logged.
   */
  answer(request: Request, factsOf: () => RequestFacts): Promise<Response>;
  /** OPTIONS: the CORS preflight. */
  preflight(request: Request): Response;
}

interface SessionApiDeps {
  check: SessionCheck;
  /** What the edge puts on every answer. */
  guards: Record<string, string>;
  /** Exact origins whose scripts may read the answer; every other origin gets no grant. */
  trustedOrigins: readonly string[];
  /** For how long a sign-in is recent enough to allow something that matters. */
  freshSeconds: number;
  log: Log;
}

/** The session API on a check and a list of origins. */
export function createSessionApi({ check, guards, trustedOrigins, freshSeconds, log }: SessionApiDeps): SessionApi {
  const granted = new Set(trustedOrigins);
  const headers = headersOfApi(guards);
  return {
    async answer(request, factsOf) {
      try {
        const signedIn = await check(request.headers.get("cookie"));
        const response = signedIn
          ? new Response(answerText(signedIn, isFresh(signedIn.session.createdAt, freshSeconds)).text, { headers })
          : nobody(headers);
        return withGrant(response, request, granted);
      } catch (error) {
        log("error", "session.unknown", { error, ...factsOf() });
        return withGrant(cannotKnow({ ...guards, ...commonHeaders }), request, granted);
      }
    },
    preflight(request) {
      const response = withGrant(new Response(null, { status: 204, headers: commonHeaders }), request, granted);
      if (response.headers.has("access-control-allow-origin"))
        for (const [name, value] of Object.entries(preflightGrant)) response.headers.set(name, value);
      return response;
    },
  };
}

/** The headers of an answer with a body; made once, because making them costs more than the rest of an answer. */
export const headersOfApi = (guards: Record<string, string>): Headers =>
  new Headers({ ...guards, ...commonHeaders, "content-type": "application/json;charset=utf-8" });

/** The text of the answer for somebody who is signed in; a former one is used again while it still says the truth. */
export function answerText(signedIn: SignedIn, fresh: boolean, former?: { fresh: boolean; text: string }) {
  return former?.fresh === fresh ? former : { fresh, text: JSON.stringify(view(signedIn, fresh)) };
}

/** Field by field: nothing becomes public because it was added to the row. */
function view({ user, session }: SignedIn, fresh: boolean): SessionAnswer {
  const { id, email, emailVerified, name, image, roles } = user;
  const { id: sessionId, factors, methods } = session;
  const [createdAt, expiresAt] = [session.createdAt.toISOString(), session.expiresAt.toISOString()];
  return {
    user: { id, email, emailVerified, name, image, ...(roles.length > 0 && { roles }) },
    session: { id: sessionId, createdAt, expiresAt, fresh, factors, methods },
  };
}

/** On every answer of the session API. */
export const commonHeaders = { "cache-control": "no-store", vary: "Cookie, Origin" };
/** On the answer to the preflight of a trusted origin. */
export const preflightGrant = {
  "access-control-allow-methods": "GET",
  "access-control-allow-headers": "x-request-id",
  "access-control-max-age": "600",
};

/** What lets a trusted origin's scripts read an answer; nothing for any other. */
export function corsGrant(origin: string | null, granted: ReadonlySet<string>): Record<string, string> {
  if (origin === null || !granted.has(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" };
}

/** The answer with that on it. */
export function withGrant(response: Response, { headers }: Request, granted: ReadonlySet<string>): Response {
  const origin = headers.get("origin");
  if (origin !== null)
    for (const [name, value] of Object.entries(corsGrant(origin, granted))) response.headers.set(name, value);
  return response;
}
