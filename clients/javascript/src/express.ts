/** For Express. */

import { checkUse, type Demands, type Gatehouse } from "./gatehouse.js";
import { Refused } from "./refused.js";
import type { NodeRequest } from "./request.js";

/** What is needed of Express's own `Response`. */
export interface ExpressResponse {
  locals: Record<string, unknown>;
  headersSent: boolean;
  status(code: number): ExpressResponse;
  set(headers: Record<string, string>): ExpressResponse;
  json(body: unknown): unknown;
}

/** What Express takes as a middleware. */
export type ExpressMiddleware = (
  request: NodeRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/** Middleware: puts the caller into `response.locals.caller`, or answers 401, 403 or 503 itself. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands): ExpressMiddleware {
  checkUse(gatehouse, demands);
  return async (request, response, next) => {
    try {
      response.locals.caller = await gatehouse.require(request, demands);
    } catch (error) {
      return answer(error, response, next);
    }
    next();
  };
}

/** Answers a refusal, unless something else answered meanwhile; leaves every other error to `next`. */
function answer(error: unknown, response: ExpressResponse, next: (error?: unknown) => void) {
  if (!(error instanceof Refused)) return next(error);
  if (response.headersSent) return;
  try {
    response
      .status(error.status)
      .set({ ...error.headers })
      .json(error.body);
  } catch (fault) {
    next(fault); // thrown here, it would end a process with Express 4
  }
}
