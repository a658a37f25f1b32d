/** For Hono. */

import type { MiddlewareHandler } from "hono";
import { type Caller, isThere } from "./caller.js";
import { checkUse, type Demands, type Gatehouse, requireAtOnce } from "./gatehouse.js";
import { Refused } from "./refused.js";

declare module "hono" {
  interface ContextVariableMap {
    /** Who is calling; there behind `signedIn` alone. */
    caller: Caller;
  }
}

/** Middleware: gives handlers `context.get("caller")`, or answers 401, 403 or 503 itself. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands): MiddlewareHandler {
  checkUse(gatehouse, demands);
  return async (context, next) => {
    try {
      const found = requireAtOnce(gatehouse, context.req.raw, demands);
      context.set("caller", isThere(found) ? found : await found); // to await what is there takes time too
    } catch (error) {
      if (error instanceof Refused) return error.toResponse();
      throw error;
    }
    return next();
  };
}
