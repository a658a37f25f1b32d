import type { Log } from "../log";
import { isFresh, type SessionCheck, type SignedIn } from "./check";

/** The session API as plain functions of a request, so that nothing stands between the socket and the answer. */
export interface SessionApi {
  /** GET: 200 with who is signed in, 401 for nobody, 503 when it cannot be known. Never a token, never a cookie. */
  answer(request: Request): Promise<Response>;
  /** OPTIONS: the CORS preflight. */
  preflight(request: Request): Response;
}

interface Needs {
  check: SessionCheck;
  /** Exact origins whose scripts may read the answer; every other origin gets no grant. */
  trustedOrigins: readonly string[];
  /** For how long a sign-in is recent enough to allow something that matters. */
  freshSeconds: number;
  log: Log;
}

/** The session API on a check and a list of origins. */
export function createSessionApi({ check, trustedOrigins, freshSeconds, log }: Needs): SessionApi {
  const granted = new Set(trustedOrigins);
  const headersFor = (request: Request) => ({ ...always, ...corsGrant(request.headers.get("origin"), granted) });
  return {
    async answer(request) {
      const headers = headersFor(request);
      try {
        const signedIn = await check(request.headers.get("cookie"));
        return signedIn ? Response.json(view(signedIn, freshSeconds), { headers }) : Response.json(noSession, { status: 401, headers });
      } catch (error) {
        log("error", "session.unknown", { error, request: request.headers.get("x-request-id") });
        return Response.json(unavailable, { status: 503, headers: { ...headers, "retry-after": retryAfterSeconds } });
      }
    },
    preflight(request) {
      const headers = headersFor(request);
      const isGranted = "access-control-allow-origin" in headers;
      return new Response(null, { status: 204, headers: isGranted ? { ...headers, ...preflightGrant } : headers });
    },
  };
}

/** Field by field: nothing becomes public because it was added to the row. */
function view({ user: { id, email, emailVerified, name, image }, session: { id: sessionId, createdAt, expiresAt } }: SignedIn, freshSeconds: number) {
  const fresh = isFresh(createdAt, freshSeconds);
  return { user: { id, email, emailVerified, name, image }, session: { id: sessionId, createdAt, expiresAt, fresh } };
}

const noSession = { error: { code: "no_session", message: "Nobody is signed in with this cookie." } };
const unavailable = {
  error: { code: "unavailable", message: "It cannot be known right now who is signed in. Try again shortly." },
};
const retryAfterSeconds = "1";

const always = { "cache-control": "no-store", vary: "Cookie, Origin" };
const preflightGrant = {
  "access-control-allow-methods": "GET",
  "access-control-allow-headers": "x-request-id",
  "access-control-max-age": "600",
};

function corsGrant(origin: string | null, granted: ReadonlySet<string>): Record<string, string> {
  if (origin === null || !granted.has(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" };
}
