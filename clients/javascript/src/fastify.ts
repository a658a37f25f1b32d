/** For Fastify. */

import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "./caller.js";
import { checkDemands, type Demands, type Gatehouse } from "./gatehouse.js";
import { Refused } from "./refused.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who is calling; there behind `signedIn` alone. */
    caller: Caller;
  }
}

/** A hook for `onRequest` or `preHandler`: sets `request.caller`, or answers 401, 403 or 503 itself. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands) {
  checkDemands(demands);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    try {
      request.caller = await gatehouse.require(request, demands);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return reply
        .code(error.status)
        .headers({ ...error.headers })
        .send(error.body);
    }
    return undefined;
  };
}
