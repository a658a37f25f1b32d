import { givenId } from "../log";
import { answerText, corsGrant, everyAnswer } from "./api";
import type { Kept, LiveSessions } from "./live";

/**
 * The hot paths: what every request of every backend asks, answered from memory. Each takes a request for its path, and
 * gives an answer, or undefined for the long way through the edge.
 */
export interface HotPaths {
  "/api/session": HotPath;
  "/api/auth/get-session": HotPath;
}

type HotPath = (request: Request) => Response | undefined;

interface Needs {
  live: LiveSessions;
  /** What the edge puts on every answer. */
  guards: Record<string, string>;
  trustedOrigins: readonly string[];
  /** The host of the public address: Better Auth's API answers to no other name. */
  host: string;
  freshSeconds: number;
  /** With no more than this before its expiry, Better Auth extends a session. */
  extendsFromSeconds: number;
  /** Whether the program takes part in serving; when it is about to end, every answer says so, which is not done here. */
  isOpen(): boolean;
}

/**
 * No router, no promise, and no answer that the long way would not have given, to the byte, but for the id of a request that
 * brought none. What they cannot be sure of they leave alone: another method, a body, a strange host, a session that is
 * not kept.
 */
export function createHotPaths(needs: Needs): HotPaths {
  const { live, guards, freshSeconds, isOpen } = needs;
  const granted = new Set(needs.trustedOrigins);
  const sessionHeaders = new Headers({ ...guards, ...everyAnswer, "content-type": "application/json;charset=utf-8" });
  const authHeaders = new Headers({ ...guards, "cache-control": "no-store", pragma: "no-cache", "content-type": "application/json" });
  const find = (request: Request) => (isPlain(request, needs.host) && isOpen() ? live.find(request.headers.get("cookie")) : undefined);

  return {
    "/api/session"(request) {
      const kept = find(request);
      return kept && complete(request, new Response(textKept(kept, freshSeconds), { headers: sessionHeaders }), granted);
    },
    "/api/auth/get-session"(request) {
      const { url, headers } = request;
      if (headers.get("host") !== needs.host || url.includes("?")) return undefined;
      const kept = find(request);
      if (!kept || mayBeChanged(kept, headers.get("cookie") ?? "", needs)) return undefined;
      return complete(request, new Response(asBetterAuth(kept), { headers: authHeaders }));
    },
  };
}

/** Nothing the edge would have something to say about: a body, or a host that is none. */
function isPlain({ method, headers }: Request, own: string): boolean {
  if (method !== "GET" || headers.has("content-length") || headers.has("transfer-encoding")) return false;
  const host = headers.get("host");
  return host === own || (host !== null && !host.includes(",") && URL.canParse(`http://${host}`));
}

/** Completes an answer with the request's id, if it came with one, and the grant to a script of a trusted origin. */
function complete({ headers: asked }: Request, response: Response, granted?: ReadonlySet<string>): Response {
  const id = givenId(asked); // a new one would stand in no log: checks that went well are not logged
  if (id) response.headers.set("x-request-id", id);
  const origin = granted && asked.get("origin");
  if (origin) for (const [name, value] of Object.entries(corsGrant(origin, granted))) response.headers.set(name, value);
  return response;
}

function textKept(kept: Kept, freshSeconds: number): string {
  const answer = answerText(kept.signedIn, freshSeconds, kept.answer);
  kept.answer = answer;
  return answer.text;
}

/** Better Auth extends an ageing session, and clears away a cookie it would not have set here. */
function mayBeChanged({ signedIn: { session } }: Kept, cookies: string, { extendsFromSeconds }: Needs): boolean {
  return session.expiresAt.getTime() - extendsFromSeconds * 1000 <= Date.now() || cookies.includes("session_data");
}

/** The session as Better Auth's `GET /get-session` writes it, field by field in its order. */
function asBetterAuth({ cookie, signedIn }: Kept): string {
  const { id: sessionId, expiresAt, createdAt, updatedAt, ipAddress, userAgent } = signedIn.session;
  const { id, name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt } = signedIn.user;
  const token = decodeURIComponent(cookie.slice(0, cookie.lastIndexOf(".")));
  return JSON.stringify({
    session: { expiresAt, token, createdAt, updatedAt, ipAddress, userAgent, userId: id, id: sessionId },
    user: { name, email, emailVerified, image, createdAt: joinedAt, updatedAt: changedAt, id },
  });
}
