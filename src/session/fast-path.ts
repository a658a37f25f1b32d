import { givenId } from "../process/log";
import { answerText, headersOfApi, withGrant } from "./api";
import {
  betterAuthHeaders,
  betterAuthText,
  isBareGet,
  isEligible,
  needsRefresh,
  type FastPathRules,
} from "./get-session";
import { isFresh } from "./check";
import type { CheckCounts } from "./counts";
import type { Kept, SessionCache } from "./cache";

/**
 * The fast paths: the two session endpoints, answered from the session cache. Each takes a request for its path, and
 * gives an answer, or undefined for the slow path through the edge.
 */
export interface FastPaths {
  "/api/session": FastPath;
  "/api/auth/get-session": FastPath;
}

type FastPath = (request: Request) => Response | undefined;

interface FastPathDeps {
  cache: SessionCache;
  /** What the edge puts on every answer. */
  guards: Record<string, string>;
  trustedOrigins: readonly string[];
  freshSeconds: number;
  rules: FastPathRules;
  /**
   * Whether the program takes part in serving; when it is about to end, every answer says so, which is not done here.
   */
  isOpen(): boolean;
  /** Where answers are counted; without it they are not. */
  counts?: CheckCounts;
}

/**
 * The fast paths on a session cache: without a router or a promise. Their answers are those of the slow path, byte for
 * byte, except that a request without an `x-request-id` gets none. Another method, a body, a foreign host and a session
 * that is not cached are left to the slow path; at Better Auth's endpoint a cookie that is to be signed again too.
 */
export function createFastPaths(needs: FastPathDeps): FastPaths {
  const { cache, guards, freshSeconds, rules, isOpen, counts } = needs;
  const granted = new Set(needs.trustedOrigins);
  const sessionHeaders = headersOfApi(guards);
  const authHeaders = new Headers({ ...guards, ...betterAuthHeaders });
  const find = ({ headers }: Request, now: number) => (isOpen() ? cache.find(headers.get("cookie"), now) : undefined);

  return {
    "/api/session"(request) {
      const now = Date.now();
      const kept = isPlain(request, rules.host) ? find(request, now) : undefined;
      if (!kept) return undefined;
      if (counts) counts.memory.signed_in += 1;
      const isRecent = isFresh(kept.signedIn.session.createdAt, freshSeconds, now);
      const response = new Response(textKept(kept, isRecent), { headers: sessionHeaders });
      return withGrant(withId(response, request), request, granted);
    },
    "/api/auth/get-session"(request) {
      const now = Date.now();
      const kept = isEligible(request, rules) ? find(request, now) : undefined;
      if (!kept || kept.isOutdated || needsRefresh(kept.signedIn, rules, now)) return undefined;
      if (counts) counts.memory.signed_in += 1;
      kept.betterAuthAnswer ??= betterAuthText(tokenOf(kept), kept.signedIn);
      return withId(new Response(kept.betterAuthAnswer, { headers: authHeaders }), request);
    },
  };
}

/** Whether the edge has nothing to refuse: a GET without a body for a well-formed host. */
export function isPlain(request: Request, own: string): boolean {
  if (!isBareGet(request)) return false;
  const host = request.headers.get("host");
  // For a malformed host Bun leaves `request.url` relative. Reading `url` is expensive, so only foreign hosts pay for
  // it.
  return host === own || (host !== null && !host.includes(",") && URL.canParse(request.url));
}

/** The key was read from a cookie whose signature was right. */
const tokenOf = ({ cookie }: Kept) => decodeURIComponent(cookie.slice(0, cookie.lastIndexOf(".")));

/** An answer with the request's id, if it came with one. */
function withId(response: Response, { headers }: Request): Response {
  const id = givenId(headers); // successful checks are not logged, so an id made here would lead nowhere
  if (id) response.headers.set("x-request-id", id);
  return response;
}

function textKept(kept: Kept, fresh: boolean): string {
  const answer = answerText(kept.signedIn, fresh, kept.answer);
  kept.answer = answer;
  return answer.text;
}
