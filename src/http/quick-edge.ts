import type { Health } from "../process/health";
import { givenId, type Log } from "../process/log";
import type { SessionApi } from "../session/api";
import { isPlain, type FastPaths } from "../session/fast-path";
import type { Config } from "../settings/config";
import { clientIp } from "./client-ip";
import type { Measure, ProxyNotice } from "./edge";
import { factsOf } from "./visit";

/**
 * Answers a session check that memory did not; undefined leaves the request to the edge. `peer` tells the IP that a
 * request came from, for as long as it is not answered.
 */
export type QuickEdge = (request: Request, peer: Peer) => Response | Promise<Response> | undefined;

type Peer = (request: Request) => string;

interface QuickEdgeParts {
  config: Config;
  log: Log;
  health: Health;
  measure: Measure;
  noticeProxy: ProxyNotice;
  /** Hears that a request came. */
  poll(): void;
  answer: SessionApi["answer"];
}

const pathname = "/api/session";

/**
 * The edge of a plain session check, without what only other requests need: a visit, a router, a page, a cookie. What
 * it answers, notices, measures and logs is what the edge would; a test compares the two.
 */
export function createQuickEdge(parts: QuickEdgeParts): QuickEdge {
  const { config, log, health, measure, noticeProxy, poll, answer } = parts;
  async function check(request: Request, peer: Peer): Promise<Response> {
    const started = performance.now();
    const { method, headers } = request;
    const forwardedFor = headers.get("x-forwarded-for");
    if (forwardedFor !== null) noticeProxy(forwardedFor, peer(request));
    poll();
    const id = givenId(headers) ?? crypto.randomUUID();
    const ip = () => clientIp(peer(request), forwardedFor, config.trustedProxies);
    const facts = () => ({ ...factsOf(headers, { ip: ip(), config }), request: id });
    const response = await answer(request, facts);
    const { status } = response;
    const milliseconds = performance.now() - started;
    measure({ pathname, method, status, seconds: milliseconds / 1000 });
    if (status === 503) health.suspectDatabase();
    if (health.isLeaving()) response.headers.set("connection", "close");
    response.headers.set("x-request-id", id);
    if (status >= 500)
      log("info", "request", { ...facts(), method, path: pathname, status, milliseconds: Math.round(milliseconds) });
    return response;
  }
  return (request, peer) => (isPlain(request, config.host) ? check(request, peer) : undefined);
}

/** What is asked before the edge, by path. */
export type QuickPaths = Record<keyof FastPaths, QuickEdge>;

/** The fast paths, and the quick edge for the checks that memory leaves. */
export const withQuickEdge = (memory: FastPaths, ask: QuickEdge): QuickPaths => ({
  ...memory,
  "/api/session": (request, peer) => memory["/api/session"](request) ?? ask(request, peer),
});
