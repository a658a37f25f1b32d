/** For Elysia. */

import type { Caller } from "./caller.js";
import { checkUse, type Demands, type Gatehouse } from "./gatehouse.js";

/** What `derive` hands over, and what `use` does: the app itself. */
interface Handed {
  request: Request;
  onRequest?(answer: () => Response): unknown;
}

/** For `derive`: gives handlers `caller`, or has Elysia answer 401, 403 or 503, before it validates anything. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands) {
  checkUse(gatehouse, demands);
  return async (context: Handed): Promise<{ caller: Caller }> => {
    if (context.onRequest) {
      // Elysia prints what is thrown here, and goes on: without a guard.
      context.onRequest(() => new Response(useSlip, { status: 500 }));
      throw new TypeError(useSlip);
    }
    return { caller: await gatehouse.require(context.request, demands) }; // what it throws tells Elysia how to answer
  };
}

const useSlip = "app.use(signedIn(gatehouse)) guards nothing: write app.derive(signedIn(gatehouse)).";
