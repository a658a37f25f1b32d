import { within, withRequestBudget, TooLate } from "../../db/deadline";
import { largestBody } from "./body";
import { unreadableHop } from "./client-ip";
import { withCookies } from "./html";
import { isOneOf } from "../settings/ip";
import type { Config } from "../settings/config";
import type { Health } from "../process/health";
import { guardsOfApi, guardsOfPages, strictTransport } from "./guards";
import type { Log } from "../process/log";
import type { PageStyle } from "./page-style";
import { answersInJson, answersOnAnyHost, changesPath, isAsset, isPicture, longestUrl, pathOf } from "./paths";
import { problemOf, type Problem } from "./problem";
import type { ProblemAnswer } from "./problem-answer";
import { isLoopback } from "../../db/loopback";
import { uploadPath } from "./upload";
import type { Visit } from "./visit";

/** Answers a request that came from the IP `peer`, empty where the connection was reset before. Never throws. */
export type Edge = (request: Request, peer: string) => Promise<Response>;

/** Takes note of an answer. */
export type Measure = (answered: { pathname: string; method: string; status: number; seconds: number }) => void;

interface EdgeParts {
  config: Config;
  log: Log;
  health: Health;
  makeVisit(request: Request, peer: string): Visit;
  answerProblem: ProblemAnswer;
  pageStyle: PageStyle;
  /** Is told of every answer, and how long it took. */
  measure: Measure;
  noticeProxy: ProxyNotice;
  /** The application behind the edge. */
  handle(request: Request): Response | Promise<Response>;
}

/** The first and the last step of every request: what comes in is cleaned, what goes out is guarded and logged. */
export function createEdge({
  config,
  log,
  health,
  makeVisit,
  answerProblem,
  handle,
  pageStyle,
  measure,
  noticeProxy,
}: EdgeParts): Edge {
  const pageGuards = Object.entries(guardsOfPages(config, pageStyle.source));
  const apiGuards = Object.entries(guardsOfApi(config));
  const fileGuards = Object.entries(strictTransport(config));
  return async (asked, peer) => {
    const started = performance.now();
    const request = withHost(asked, config);
    // A malformed Host header makes the whole address malformed.
    const pathname = URL.parse(request.url)?.pathname ?? "";
    const forwardedFor = request.headers.get("x-forwarded-for");
    if (forwardedFor !== null) noticeProxy(forwardedFor, peer);
    const visit = makeVisit(request, peer);
    for (const name of claims) request.headers.delete(name);
    const response = await pageStyle.compress(request, await answer(visit, pathname));
    const milliseconds = performance.now() - started;
    measure({ pathname, method: request.method, status: response.status, seconds: milliseconds / 1000 });
    if (response.status === 503) health.suspectDatabase();
    if (health.isLeaving()) response.headers.set("connection", "close");
    // The same for everybody, and with guards of its own.
    const isFile = (isAsset(pathname) || isPicture(pathname)) && response.ok;
    const guards = isFile ? fileGuards : answersInJson(pathname || pathOf(request)) ? apiGuards : pageGuards;
    for (const [name, value] of guards)
      if (!ownGuards.includes(name) || !response.headers.has(name)) response.headers.set(name, value);
    if (isFile) return response;
    response.headers.set("x-request-id", visit.facts.request);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    const { status } = response;
    const facts = { ...visit.facts, method: request.method, path: pathname, status };
    if (!isQuiet(pathname, status)) log("info", "request", { ...facts, milliseconds: Math.round(milliseconds) });
    return response;
  };

  async function answer(visit: Visit, pathname: string): Promise<Response> {
    const { request } = visit;
    try {
      const elsewhere = redirectToCanonicalHost(request, pathname, config);
      if (elsewhere) return elsewhere;
      const refused = refusal(visit, pathname, config) ?? notYet(pathname, health);
      return refused ? await answerProblem(visit, refused) : await inTime(withRequestBudget(() => handle(request)));
    } catch (error) {
      const failed = await answerProblem(visit, problemOf(error, visit, log));
      return withCookies(failed, visit.sessionCookies); // of what was done before something failed
    }
  }
}

/** The probe of a balancer that asks in HTTP/1.0, without a host, as HAProxy does: it is asked of us. */
function withHost(request: Request, { origin, host }: Config): Request {
  if (request.headers.has("host") || !/^\/(livez|readyz)$/.test(request.url)) return request;
  const headers = new Headers(request.headers);
  headers.set("host", host);
  return new Request(origin + request.url, { method: request.method, headers });
}

/** Guards that an answer may have of its own: that of a file, of the pages that show mails, of a sign-out by a site. */
const ownGuards = ["content-security-policy", "x-frame-options", "cross-origin-resource-policy"];

/** Hears of the `X-Forwarded-For` that came from an IP. */
export type ProxyNotice = (forwardedFor: string, peer: string) => void;

/** Says once what makes everybody behind a proxy one client, whom one guesser would hold up. */
export function createProxyNotice({ mode, trustedProxies }: Config, log: Log): ProxyNotice {
  const said = { unknown: mode === "local", unreadable: false };
  return (forwardedFor, peer) => {
    if ((said.unknown && said.unreadable) || peer === "") return;
    if (!isOneOf(peer, trustedProxies)) {
      if (!said.unknown) log("warn", "edge.unknown_proxy", { peer });
      said.unknown = true;
      return;
    }
    const hop = said.unreadable ? undefined : unreadableHop(peer, forwardedFor, trustedProxies);
    if (hop === undefined) return;
    said.unreadable = true;
    log("warn", "edge.unreadable_client", { peer, shape: shapeOf(hop) });
  };
}

/** How a text is made, without what it says: a careless proxy hands on what its client wrote. */
const shapeOf = (text: string) =>
  text
    .trim()
    .slice(0, 60)
    .replace(/\p{L}/gu, "a")
    .replace(/\p{Nd}/gu, "0");

/** Headers with which a client could claim to be someone else, somewhere else, or doing something else: removed. */
const claims = [
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-uri",
  "forwarded",
  "x-real-ip",
  "x-client-ip",
  "x-http-method-override",
  "x-original-url",
  "x-rewrite-url",
];

function refusal({ request, ip }: Visit, pathname: string, config: Config): Problem | undefined {
  // The connection was reset at once: no limit by address would count the request, and nobody reads the answer.
  if (ip === "") return { problem: "malformed" };
  if (pathname === "" || !servesHost(request.headers.get("host"), pathname, config)) return { problem: "wrong_host" };
  if (isOddlyFramed(request)) return { problem: "malformed" };
  // A picture that is too large is told of beside its field, by the page that reads it.
  if (pathname !== uploadPath && Number(request.headers.get("content-length")) > largestBody)
    return { problem: "too_large" };
  if (request.url.length > longestUrl && !answersOnAnyHost(pathname)) return { problem: "not_found" };
  return undefined;
}

/**
 * A body in chunks comes with a POST, is coded in no other way, and has no second word on its length: else a proxy and
 * the program could see two ends of it, and a second request in what is left (request smuggling).
 */
function isOddlyFramed({ method, headers }: Request): boolean {
  const coding = headers.get("transfer-encoding");
  return coding !== null && (method !== "POST" || headers.has("content-length") || coding.toLowerCase() !== "chunked");
}

/** Until the database has its schema nothing that needs it is tried; what does not need it says so itself. */
function notYet(pathname: string, health: Health): Problem | undefined {
  const copes = isAsset(pathname) || answersOnAnyHost(pathname);
  return copes || health.isMigrated() ? undefined : { problem: "unavailable", retryAfterSeconds: 1 };
}

/** How long any request takes at most, in milliseconds; then it is answered that it took too long. */
export const longestRequest = 10 * 1000;

/** The last deadline of all, for what no other one foresaw. */
function inTime(response: Response | Promise<Response>): Response | Promise<Response> {
  if (response instanceof Response) return response;
  return within(longestRequest, response, () => new TooLate("The request took too long."));
}

function servesHost(host: string | null, pathname: string, { host: own, origin }: Config): boolean {
  if (host === null || host.includes(",")) return false;
  // Our own files are parts of the page that tells of a wrong host.
  if (host === own || isAsset(pathname) || answersOnAnyHost(pathname)) return true;
  // Upper case, or the default port spelt out.
  return URL.parse(`${new URL(origin).protocol}//${host}`)?.href === `${origin}/`;
}

/** On this machine `127.0.0.1` and `localhost` are two sites to a browser: a reader of one is sent to the other. */
function redirectToCanonicalHost(request: Request, pathname: string, config: Config): Response | undefined {
  const host = request.headers.get("host") ?? "";
  const reads = request.method === "GET" || request.method === "HEAD";
  if (
    config.mode !== "local" ||
    !reads ||
    pathname === "" ||
    host === config.host ||
    servesHost(host, pathname, config)
  )
    return undefined;
  const asked = URL.parse(`http://${host}`);
  if (asked?.host !== host || !isLoopback(asked.hostname) || asked.port !== new URL(config.origin).port)
    return undefined;
  return new Response(null, {
    status: 307,
    headers: { location: config.origin + pathname + new URL(request.url).search },
  });
}

/**
 * Probes, session checks that went well, what backends ask all the time, and a page that loads itself again, would
 * drown the rest of the log.
 */
function isQuiet(pathname: string, status: number): boolean {
  if (pathname === changesPath) return status !== 500;
  if (pathname === "/api/auth/get-session" || pathname === "/dev/mail") return status === 200;
  return answersOnAnyHost(pathname) && (status < 500 || pathname === "/readyz");
}
