import { somethingIsDue, type Listen } from "../db/listen";
import type { Database } from "../db/types";
import { createSignInUrl } from "./http/return-to";
import { loadAssets } from "./http/assets";
import type { Capability, Worker } from "./capability";
import { contributionsOf, type Contributions } from "./contributions";
import type { Config, ServedConfig } from "./settings/config";
import type { Services } from "./account/services";
import { createDoor } from "./auth/door";
import { createEdge, createProxyNotice, type Edge, type Measure } from "./http/edge";
import { guardsOfApi } from "./http/guards";
import { movedTo } from "./http/moved";
import { createQuickEdge, withQuickEdge, type QuickPaths } from "./http/quick-edge";
import { createPageContexts, switchLanguage } from "./http/page-context";
import { healed, maySetACookie } from "./http/healed";
import { readiness, type Health } from "./process/health";
import { keysFrom } from "./guard/keys";
import { createMetrics, type Metrics } from "./process/metrics";
import { createLog, type LogSink } from "./process/log";
import type { Inbox } from "./mail/inbox";
import { openMail } from "./mail/open";
import { createOutbox } from "./account/outbox";
import { createMeasure, watchParts } from "./measure";
import { createPasswords } from "./guard/password";
import { once } from "./http/once";
import { withCookies } from "./http/html";
import { createVisits, visitOf } from "./http/visit";
import { confirmedGuard, createGate, unopenedGuard } from "./auth/gate";
import { suspensionGuard } from "./auth/suspended";
import { signAgain } from "./auth/sign-again";
import { createProblemAnswer, type ProblemAnswer } from "./http/problem-answer";
import type { ProgramPath, Router, RouterParts } from "./router";
import type { Changes } from "./session/changes";
import type { SessionCache } from "./session/cache";
import { newCheckCounts } from "./session/counts";
import { openSessions, type Sessions } from "./session/index";
import { createStrength, type Strength } from "./guard/strength";
import { moreTries } from "./guard/room";
import { createThrottle } from "./guard/throttle";
import { isOneOf } from "./settings/ip";

/** The world around the program: all that tests replace. */
export interface Outside {
  database: Database;
  health: Health;
  logSink: LogSink;
  /** Judges passwords; one of its own where none is given, of which a process needs no second. */
  strength?: Strength;
}

/** The program as it is run: what answers requests, and what works in the background meanwhile. */
export interface App {
  edge: Edge;
  /** To be asked before the edge, each for its path; what they give nothing for is left to it. */
  fastPaths: QuickPaths;
  /** The sender of mails, but for `MAIL=off`, and what capabilities do in the background. */
  workers: readonly Worker[];
  /** Where mails end up in local mode. */
  inbox?: Inbox;
  /** The sessions in memory. */
  sessionCache: SessionCache;
  /** For backends that answer from memory. */
  changes?: Changes;
  /** What capabilities do at the start and about once an hour. */
  chores: readonly (() => Promise<void>)[];
  metrics: Metrics;
}

/** The whole program but for its socket: answers a request that came from a peer. The only wiring there is. */
export async function createApp(
  config: ServedConfig,
  outside: Outside,
  capabilities: readonly Capability[] = [],
): Promise<App> {
  const parts = await createParts(config, outside, contributionsOf(config, capabilities));
  const { log, health, makeVisit, answerProblem, assets, metrics, ...app } = parts;
  const { sessionCache, changes, workers, inbox, chores, routing } = app;
  const measureBy = (routes: Router["routes"]): Measure =>
    config.metrics ? createMeasure(metrics, routes) : () => undefined;
  let measured = measureBy(Object.keys(routing.programs).map((path) => ({ path })));
  const openRouter = once(async () => {
    const router = await (await import("./router")).createRouter(routing);
    measured = measureBy(router.routes);
    return router;
  });
  const handle = handlerOf(parts, openRouter);
  const measure: Measure = (answered) => measured(answered);
  const every = { config, log, health, measure, noticeProxy: createProxyNotice(config, log) };
  const edge = createEdge({ ...every, makeVisit, answerProblem, handle, pageStyle: assets.pageStyle });
  const ask = createQuickEdge({ ...every, poll: () => pollAll(workers), answer: app.api.answer });
  const fastPaths = withQuickEdge(app.fastPaths, ask);
  return { edge, fastPaths, sessionCache, changes, workers, inbox, chores, metrics };
}

type Parts = Awaited<ReturnType<typeof createParts>>;

/** Everything the routes are made of, each part given what it needs. */
async function createParts(
  config: ServedConfig,
  { database, health, logSink, strength = createStrength() }: Outside,
  contributions: Contributions,
) {
  const { all, scripts, tables, limits, mailKinds, letters, lettersOfDeleted, wordsOf, ...more } = contributions;
  const { sectionsOf, proofs, ways, safetyOf, newsOf, detourOf, leastFactors } = more;
  const log = createLog(logSink, config.logLevel, config.log);
  const [metrics, checkCounts] = [createMetrics(), newCheckCounts()];
  const assets = await loadAssets(config.brand, scripts);
  const frame = createPageContexts(config, { assets, sectionsOf });
  const answerProblem = createProblemAnswer(frame);
  const keys = keysFrom(config.secrets);
  const ofMails = { kinds: mailKinds, letters, lettersOfDeleted, wordsOf };
  const { sender, inbox } = openMail({ config, database, keys, log, metrics, ...ofMails });
  const services: Services = {
    ...{ config, database, keys, log, metrics, tables },
    passwords: createPasswords(config.workers, undefined, metrics),
    strength,
    throttle: createThrottle(database, { keys: keys.throttle, log, metrics, limits, moreTries: roomOf(config) }),
    outbox: createOutbox(config.mail.isOn, () => sender?.wake()),
  };
  const guards = all.flatMap(({ gate }) => (gate ? [gate(services, ways)] : []));
  const ofCore = [suspensionGuard(services), confirmedGuard(services)];
  const gate = createGate([...ofCore, ...guards, unopenedGuard(database)]);
  const door = createDoor({ ...services, config, gate });
  const listen: Listen = (hear) =>
    database.listen((payload) =>
      payload === somethingIsDue ? workers.forEach((worker) => worker.wake()) : hear(payload),
    );
  const sessions = openSessions({
    ...{ config, database, listen, log, leastFactors },
    suspect: health.suspectDatabase,
    secondFactorUrl: contributions.secondFactorPath && `${config.origin}${contributions.secondFactorPath}`,
    seal: door.seal,
    guards: guardsOfApi(config),
    signInUrl: createSignInUrl(config, log),
    isOpen: () => !health.isLeaving(),
    counts: config.metrics && checkCounts,
  });
  watchParts(metrics, { ...sessions, database, checkCounts, sender });
  const programs = programsOf(sessions, { health, answerProblem });
  const routing: RouterParts = {
    ...{ ...services, contributions: all, frame, door, answerProblem, assets, inbox, programs },
    ...{ proofs, ways, safetyOf, newsOf, detourOf, leastFactors },
    preflight: sessions.api.preflight,
    getSession: sessions.getSession,
  };
  const makeVisit = createVisits(config, { check: sessions.check, wordsOf });
  const chores = contributions.chores(services);
  const workers: Worker[] = [...(sender ? [sender] : []), ...contributions.workers(services)];
  const answers = { assets, answerProblem, programs, routing };
  return { ...sessions, ...answers, makeVisit, config, log, health, metrics, workers, inbox, chores };
}

/** What the operator says of the networks that people come from. */
const roomOf = ({ signUp: { perNetwork, wide } }: Config) =>
  moreTries({ perNetwork, factor: wide.factor }, (ip) => isOneOf(ip, wide.networks));

/** What programs ask for, which is answered before the router is there, and by the router too. */
const programsOf = (
  { api, changes, forwardAuth }: Sessions,
  { health, answerProblem }: { health: Health; answerProblem: ProblemAnswer },
): Programs => ({
  "/api/session": ({ request, facts }) => api.answer(request, () => facts),
  "/api/session/changes": (visit) => changes?.answer(visit.request) ?? answerProblem(visit, { problem: "not_found" }),
  "/api/forward-auth": forwardAuth,
  "/livez": () => new Response("alive\n"),
  "/readyz": async () => readiness(await health.isReady()),
});

type Programs = RouterParts["programs"];

/** What stands around the router: the paths of programs, the choice of a language, and what follows from an answer. */
function handlerOf({ config, programs, routing, ...parts }: Parts, openRouter: () => Promise<Router>) {
  const { sessionCache, workers } = parts;
  const { name } = routing.door.seal;
  const hasFormer = config.secrets.length > 1;
  const isProgram = (path: string): path is ProgramPath => Object.hasOwn(programs, path);
  return async (request: Request): Promise<Response> => {
    pollAll(workers);
    const { pathname } = new URL(request.url);
    if (request.method === "GET" && isProgram(pathname)) return programs[pathname](visitOf(request));
    const router = await openRouter();
    const { origin } = config;
    const elsewhere = switchLanguage(request, config) ?? movedTo(request, { origin, pages: router.pages });
    const answered = elsewhere ?? withCookies(await router.handle(request), visitOf(request).sessionCookies);
    const response = healed(request, answered, { ...config, name });
    if (!elsewhere && mayHaveChanged(request, response, name)) await sessionCache.caughtUp();
    if (request.method === "POST") for (const worker of workers) worker.wakeAfterPost?.();
    if (hasFormer && maySetACookie(request)) signAgain(visitOf(request), response, routing);
    return response;
  };
}

/** A request came, so the database is awake. */
const pollAll = (workers: readonly Worker[]) => workers.forEach((worker) => worker.pollIfDue());

/**
 * Whether a request may have changed who is signed in: it is answered when no session check can contradict the answer
 * any more. Whoever is told to try again was told of no change.
 */
function mayHaveChanged({ method }: Request, { status, headers }: Response, sessionCookie: string): boolean {
  if (method === "GET" || method === "HEAD")
    return headers.getSetCookie().some((line) => line.startsWith(`${sessionCookie}=`));
  return method !== "OPTIONS" && status !== 503 && status !== 429;
}
