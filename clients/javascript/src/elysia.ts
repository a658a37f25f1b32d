/** For Elysia. */

import type { Caller } from "./caller.js";
import { checkDemands, type Demands, type Gatehouse } from "./gatehouse.js";

/** For `resolve`: gives handlers `caller`, or has Elysia answer 401, 403 or 503. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands) {
  checkDemands(demands);
  return async ({ request }: { request: Request }): Promise<{ caller: Caller }> => ({
    caller: await gatehouse.require(request, demands), // what it throws tells Elysia how to answer
  });
}
