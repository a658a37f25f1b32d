/** For Elysia. */

import type { Caller } from "./caller.js";
import { checkDemands, type Demands, type Gatehouse } from "./gatehouse.js";

/** For `derive`: gives handlers `caller`, or has Elysia answer 401, 403 or 503, before it validates anything. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands) {
  checkDemands(demands);
  return async ({ request }: { request: Request }): Promise<{ caller: Caller }> => ({
    caller: await gatehouse.require(request, demands), // what it throws tells Elysia how to answer
  });
}
