/** For Fastify. */

import type { FastifyRequest } from "fastify";
import type { Caller } from "./caller.js";
import { checkUse, type Demands, type Gatehouse } from "./gatehouse.js";
import { Refused } from "./refused.js";
import type { NodeRequest } from "./request.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who is calling; there behind `signedIn` alone. */
    caller: Caller;
  }
}

/** What is needed of Fastify's own reply, which is another type for each kind of server. */
export interface ReplyOfFastify {
  code(status: number): ReplyOfFastify;
  headers(headers: Record<string, string>): ReplyOfFastify;
  send(body: unknown): ReplyOfFastify;
}

/** What Fastify takes as a hook, whether it speaks HTTP/1.1 or 2. */
export type FastifyHook = (
  request: NodeRequest & Pick<FastifyRequest, "caller">,
  reply: ReplyOfFastify,
) => Promise<unknown>;

/** A hook for `onRequest` or `preHandler`: sets `request.caller`, or answers 401, 403 or 503 itself. */
export function signedIn(gatehouse: Gatehouse, demands?: Demands): FastifyHook {
  checkUse(gatehouse, demands);
  return async (request, reply) => {
    // In Express, which waits to be told to go on, a request would hang.
    if (typeof reply?.code !== "function") throw new TypeError("This signedIn is that of gatehouse-js/fastify.");
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
