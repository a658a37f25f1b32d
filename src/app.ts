import { html } from "@elysiajs/html";
import { Elysia } from "elysia";
import { mailsWait, type Listen } from "../db/listen";
import type { Database } from "../db/types";
import { createReturnTo, createSignInUrl } from "./http/return-to";
import { loadAssets } from "./http/assets";
import type { Capability, Worker } from "./capability";
import { contributionsOf, type Contributions } from "./contributions";
import type { Config, ServedConfig } from "./settings/config";
import type { Services } from "./account/services";
import { createDoor } from "./auth/door";
import { createEdge, createProxyNotice, type Edge } from "./http/edge";
import { guardsOfApi } from "./http/guards";
import { movedTo, pagesAmong } from "./http/moved";
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
import { devMailPage } from "./pages/dev-mail";
import { corePages } from "./pages/index";
import { rawBody, type PageServices } from "./pages/services";
import { createLeaveForm } from "./pages/leave-form";
import { createMeasure, watchParts } from "./measure";
import { createPasswords } from "./guard/password";
import { createPictures } from "./guard/pictures";
import { problemOf } from "./http/problem";
import { createVisits, visitOf, type Visit } from "./http/visit";
import { confirmedGuard, createGate, unopenedGuard } from "./auth/gate";
import { suspensionGuard } from "./auth/suspended";
import { signAgain } from "./auth/sign-again";
import { createProblemAnswer } from "./http/problem-answer";
import type { Changes } from "./session/changes";
import type { SessionCache } from "./session/cache";
import { newCheckCounts } from "./session/counts";
import { openSessions } from "./session/index";
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
  const routes = routesOf(parts);
  const handle = handlerOf(parts, routes);
  const measure = config.metrics ? createMeasure(metrics, routes.routes) : () => undefined;
  const { sessionCache, changes, workers, inbox, chores } = app;
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
  const { sectionsOf, proofs, ways, safetyOf, newsOf, detourOf } = more;
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
  const guards = all.flatMap(({ gate }) => (gate ? [gate(services)] : []));
  const ofCore = [suspensionGuard(services), confirmedGuard(services)];
  const gate = createGate([...ofCore, ...guards, unopenedGuard(database)]);
  const door = createDoor({ ...services, config, gate });
  const listen: Listen = (hear) =>
    database.listen((payload) => (payload === mailsWait ? sender?.wake() : hear(payload)));
  const sessions = openSessions({
    ...{ config, database, listen, log, leastFactors: contributions.leastFactors },
    suspect: health.suspectDatabase,
    secondFactorUrl: contributions.secondFactorPath && `${config.origin}${contributions.secondFactorPath}`,
    seal: door.seal,
    guards: guardsOfApi(config),
    signInUrl: createSignInUrl(config, log),
    isOpen: () => !health.isLeaving(),
    counts: config.metrics && checkCounts,
  });
  watchParts(metrics, { ...sessions, database, checkCounts, sender });
  const returnTo = createReturnTo(config, log);
  const pages: PageServices = {
    ...services,
    frame,
    door,
    answerProblem,
    returnTo,
    leaveForm: createLeaveForm({ config, keys }),
    ...{ proofs, ways, safetyOf, newsOf, detourOf },
    waysIn: (...about) => signInParts.map((part) => part(...about)),
    scripts: assets.scripts,
    pictures: createPictures(),
  };
  const ownPages = all.flatMap(({ pages: pagesOf }) => pagesOf?.(pages) ?? []);
  const signInParts = all.flatMap(({ signIn }) => signIn?.(pages) ?? []);
  const signUpParts = all.flatMap(({ signUp }) => signUp?.(pages) ?? []);
  const makeVisit = createVisits(config, { check: sessions.check, wordsOf });
  const chores = contributions.chores(services);
  const workers: Worker[] = [...(sender ? [sender] : []), ...contributions.workers(services)];
  const answers = { assets, answerProblem, door, pages, ownPages, signInParts, signUpParts };
  return { ...sessions, ...answers, makeVisit, config, log, health, metrics, workers, inbox, chores };
}

/** What the operator says of the networks that people come from. */
const roomOf = ({ signUp: { perNetwork, wide } }: Config) =>
  moreTries({ perNetwork, factor: wide.factor }, (ip) => isOneOf(ip, wide.networks));

/** Every path that is served, but for those that the fast paths answer first. */
function routesOf({ config, log, health, assets, answerProblem, door, pages, ownPages, inbox, ...more }: Parts) {
  const { api, forwardAuth, getSession, changes, signInParts, signUpParts } = more;
  const forward = async (visit: Visit) => {
    const forwarded = await door.forward(visit);
    return forwarded.ok ? forwarded.value : answerProblem(visit, forwarded);
  };
  return (
    new Elysia({ strictPath: true })
      // First, because it applies only to routes after it: without it Elysia would answer with what was sent,
      // passwords too.
      .onError(({ code, error, request }) => {
        const visit = visitOf(request);
        return answerProblem(visit, code === "NOT_FOUND" ? { problem: "not_found" } : problemOf(error, visit, log));
      })
      // For its JSX only: with autoDetect any text that looks like HTML would be sent as such.
      .use(html({ autoDetect: false }))
      .derive(({ request }) => ({ visit: visitOf(request) }))
      .get("/api/session", ({ request, visit }) => api.answer(request, () => visit.facts))
      .get(
        "/api/session/changes",
        ({ request, visit }) => changes?.answer(request) ?? answerProblem(visit, { problem: "not_found" }),
      )
      .options("/api/session", ({ request }) => api.preflight(request))
      .get("/api/forward-auth", ({ visit }) => forwardAuth(visit))
      .all("/api/auth/*", async ({ request, visit }) => (await getSession(request)) ?? forward(visit), rawBody)
      .get("/livez", () => new Response("alive\n"))
      .get("/readyz", async () => readiness(await health.isReady()))
      .get(
        "/assets/*",
        ({ request, visit }) => assets.answer(request) ?? answerProblem(visit, { problem: "not_found" }),
      )
      .get("/favicon.ico", () => assets.png())
      .get("/apple-touch-icon.png", () => assets.png())
      .use(corePages(pages, { signInParts, signUpParts }))
      .use(inbox ? [devMailPage(pages, inbox, assets.addresses.mailboxScript)] : [])
      .use(ownPages)
  );
}

/** What stands around the routes: the choice of a language, and what follows from an answer. */
function handlerOf({ config, door, pages: services, ...parts }: Parts, app: ReturnType<typeof routesOf>) {
  const { sessionCache, workers } = parts;
  const pages = pagesAmong(app.routes);
  const hasFormer = config.secrets.length > 1;
  return async (request: Request): Promise<Response> => {
    pollAll(workers);
    const elsewhere = switchLanguage(request, config) ?? movedTo(request, { origin: config.origin, pages });
    const answered = elsewhere ?? (await app.handle(request));
    const response = healed(request, answered, { ...config, name: door.seal.name });
    if (!elsewhere && mayHaveChanged(request, response, door.seal.name)) await sessionCache.caughtUp();
    if (request.method === "POST") for (const worker of workers) worker.wakeAfterPost?.();
    if (hasFormer && maySetACookie(request)) signAgain(visitOf(request), response, services);
    return response;
  };
}

/** A request came, so the database is awake. */
const pollAll = (workers: readonly Worker[]) => workers.forEach((worker) => worker.pollIfDue());

/**
 * Then it is answered when no session check can contradict it any more; who is told to try again was told of no
 * change.
 */
function mayHaveChanged({ method }: Request, { status, headers }: Response, sessionCookie: string): boolean {
  if (method === "GET" || method === "HEAD")
    return headers.getSetCookie().some((line) => line.startsWith(`${sessionCookie}=`));
  return method !== "OPTIONS" && status !== 503 && status !== 429;
}
