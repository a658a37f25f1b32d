/** For Next. */

import { checkUse, type Demands, type Gatehouse } from "./gatehouse.js";
import { Refused } from "./refused.js";

/**
 * For `proxy.ts` (`middleware.ts` before Next 16): lets a request through, leads whoever opens a page to where they can
 * sign in or prove more, and answers everything else with 401, 403 or 503.
 *
 * It spares strangers the page, and nothing more: what matters has to ask for itself, with `check`.
 */
export function signedIn(gatehouse: Gatehouse, demands?: Demands) {
  checkUse(gatehouse, demands);
  return async (request: Request): Promise<Response | undefined> => {
    // In another framework, such as Fastify, the answer that this gives turns nobody away.
    if (typeof request?.headers?.get !== "function") throw new TypeError("This signedIn is that of gatehouse-js/next.");
    try {
      await gatehouse.require(request, demands);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.url === undefined || !opensPage(request)) return error.toResponse();
      return new Response(null, { status: 307, headers: { ...error.headers, location: error.url } });
    }
    return undefined;
  };
}

/** Whether a browser shows the answer as a page; those that do not say so (before 2023) ask for HTML. */
function opensPage({ method, headers }: Request): boolean {
  const mode = headers.get("sec-fetch-mode");
  const asksForPage = mode === null ? headers.get("accept")?.includes("text/html") : mode === "navigate";
  return method === "GET" && asksForPage === true;
}
