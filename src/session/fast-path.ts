import { givenId } from "../process/log";
import { answerText, corsGrant, commonHeaders } from "./api";
import {
  betterAuthHeaders,
  betterAuthText,
  isBareGet,
  isEligible,
  needsRefresh,
  type FastPathRules,
} from "./get-session";
import type { Kept, SessionCache } from "./cache";

/**
 * The hot paths: what every request of every backend asks, answered from memory. Each takes a request for its path, and
 * gives an answer, or undefined for the long way through the edge.
 */
export interface FastPaths {
  "/api/session": HotPath;
  "/api/auth/get-session": HotPath;
}

type HotPath = (request: Request) => Response | undefined;

interface Needs {
  live: SessionCache;
  /** What the edge puts on every answer. */
  guards: Record<string, string>;
  trustedOrigins: readonly string[];
  freshSeconds: number;
  certainty: FastPathRules;
  /** Whether the program takes part in serving; when it is about to end, every answer says so, which is not done here. */
  isOpen(): boolean;
}

/**
 * No router, no promise, and no answer that the long way would not have given, to the byte, but for the id of a request that
 * brought none. What they cannot be sure of they leave alone: another method, a body, a strange host, a session that is
 * not kept.
 */
export function createHotPaths(needs: Needs): FastPaths {
  const { live, guards, freshSeconds, certainty, isOpen } = needs;
  const granted = new Set(needs.trustedOrigins);
  const sessionHeaders = new Headers({ ...guards, ...commonHeaders, "content-type": "application/json;charset=utf-8" });
  const authHeaders = new Headers({ ...guards, ...betterAuthHeaders });
  const find = ({ headers }: Request) => (isOpen() ? live.find(headers.get("cookie")) : undefined);

  return {
    "/api/session"(request) {
      const kept = isPlain(request, certainty.host) ? find(request) : undefined;
      return (
        kept && complete(request, new Response(textKept(kept, freshSeconds), { headers: sessionHeaders }), granted)
      );
    },
    "/api/auth/get-session"(request) {
      const kept = isEligible(request, certainty) ? find(request) : undefined;
      if (!kept || needsRefresh(kept.signedIn, certainty)) return undefined;
      kept.betterAuthAnswer ??= betterAuthText(tokenOf(kept), kept.signedIn);
      return complete(request, new Response(kept.betterAuthAnswer, { headers: authHeaders }));
    },
  };
}

/** Nothing the edge would have something to say about: a body, or a host that is none. */
function isPlain(request: Request, own: string): boolean {
  if (!isBareGet(request)) return false;
  const host = request.headers.get("host");
  // Of a host that is none Bun makes no whole address. That is put together when it is asked for: dear, here.
  return host === own || (host !== null && !host.includes(",") && URL.canParse(request.url));
}

/** The key was read from a cookie whose signature was right. */
const tokenOf = ({ cookie }: Kept) => decodeURIComponent(cookie.slice(0, cookie.lastIndexOf(".")));

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
