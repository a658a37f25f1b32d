import { html } from "@elysiajs/html";
import { Elysia } from "elysia";
import type { Database } from "../db/database";
import { createReturnTo, createSignInAddress } from "./address";
import { loadAssets } from "./assets";
import type { Config } from "./config";
import type { AccountNeeds } from "./account/needs";
import { createDoor } from "./door";
import { createEdge, guardsOfApi, type Edge } from "./edge";
import { createFrames, switchLanguage } from "./frame";
import type { Health } from "./health";
import { keysFrom } from "./keys";
import { createLog, type LogSink } from "./log";
import type { Inbox } from "./mail/inbox";
import { openMailroom } from "./mail/mailroom";
import { createOutbox } from "./mail/outbox";
import type { Postman } from "./mail/postman";
import { accountPages } from "./pages/account/pages";
import { confirmEmailPage } from "./pages/confirm-email";
import { devMailPage } from "./pages/dev-mail";
import { forgotPasswordPage } from "./pages/forgot-password";
import { homePage } from "./pages/home";
import type { PageNeeds } from "./pages/needs";
import { notMePage } from "./pages/not-me";
import { resetPasswordPage } from "./pages/reset-password";
import { signInPage } from "./pages/sign-in";
import { signOutPage } from "./pages/sign-out";
import { signUpPage } from "./pages/sign-up";
import { undoEmailPage } from "./pages/undo-email";
import { verifyEmailPage } from "./pages/verify-email";
import { createPasswords } from "./password";
import { problemOf, type Problem } from "./problem";
import { createProblemAnswer } from "./problem-answer";
import type { HotPaths } from "./session/hot";
import type { LiveSessions } from "./session/live";
import { cookiesNamed } from "./session/cookie";
import { openSessions } from "./session/sessions";
import { dropStrays } from "./session/strays";
import { createThrottle } from "./throttle";

/** The world around the program: all that tests replace. */
export interface Outside {
  database: Database;
  health: Health;
  logSink: LogSink;
}

/** The program as it is run: what answers requests, and what sends mails meanwhile. */
export interface App {
  edge: Edge;
  /** To be asked before the edge, each for its path. */
  hot: HotPaths;
  /** Absent with `MAIL=off`. */
  postman?: Postman;
  /** Where mails end up in local mode. */
  inbox?: Inbox;
  /** The sessions in memory. */
  live: LiveSessions;
}

/** The whole program but for its socket: answers a request that came from a peer. The only wiring there is. */
export async function createApp(config: Config & { secret: string }, { database, health, logSink }: Outside): Promise<App> {
  const log = createLog(logSink);
  const assets = await loadAssets(config.brand);
  const frame = createFrames(config, assets.addresses);
  const answerProblem = createProblemAnswer(frame);
  const keys = keysFrom(config.secret);
  const { postman, inbox } = openMailroom({ config, database, keys, log });
  const account: AccountNeeds = { config, database, keys, log, passwords: createPasswords(config.workers), throttle: createThrottle(database, keys.throttle), outbox: createOutbox(config.mail.isOn, () => postman?.wake()) };
  const door = await createDoor({ ...account, config });
  const around = { cookieName: door.sessionCookieName, guards: guardsOfApi(config), signInAddress: createSignInAddress(config, log), isOpen: () => !health.isLeaving() };
  const { hot, live, check, api, getSession, forwardAuth } = openSessions({ config, database, log, ...around });
  const pages: PageNeeds = { config, frame, door, check, account, answerProblem, returnTo: createReturnTo(config, log) };

  const forwarded = (request: Request, answer: Response | Problem) => (answer instanceof Response ? answer : answerProblem(request, answer));
  const app = new Elysia({ strictPath: true })
    // First, because it applies only to routes after it: without it Elysia would answer with what was sent, passwords too.
    .onError(({ code, error, request }) =>
      answerProblem(request, code === "NOT_FOUND" ? { problem: "not_found" } : problemOf(error, request, log)),
    )
    .use(html({ autoDetect: false })) // for its JSX only: with autoDetect any text that looks like HTML would be sent as such
    .get("/api/session", ({ request }) => api.answer(request))
    .options("/api/session", ({ request }) => api.preflight(request))
    .get("/api/forward-auth", ({ request }) => forwardAuth(request))
    .all("/api/auth/*", async ({ request }) => (await getSession(request)) ?? forwarded(request, await door.forward(request)), { parse: "none" })
    .get("/livez", () => new Response("alive\n"))
    .get("/readyz", async () => ((await health.isReady()) ? new Response("ready\n") : new Response("not ready\n", { status: 503, headers: { "retry-after": "1" } })))
    .get("/assets/*", ({ request }) => assets.answer(request) ?? answerProblem(request, { problem: "not_found" }))
    .use([homePage(pages), signInPage(pages), signUpPage(pages), signOutPage(pages), ...accountPages(pages)])
    .use(config.mail.isOn ? mailPages.map((page) => page(pages)) : [])
    .use(inbox ? [devMailPage(pages, inbox)] : []);

  const handle = async (request: Request) => {
    postman?.glance();
    const elsewhere = switchLanguage(request, config);
    const response = healed(request, elsewhere ?? (await app.handle(request)), { ...config, name: door.sessionCookieName });
    if (!elsewhere && mayHaveChanged(request, response)) await live.caughtUp();
    return response;
  };
  return { edge: createEdge({ config, log, health, answerProblem, handle }), hot, live, postman, inbox };
}

/** Whoever comes with two session cookies is nobody until the browser has dropped the one that a neighbour planted. */
function healed({ headers, url }: Request, response: Response, { name, origin, cookieDomain }: Pick<Config, "origin" | "cookieDomain"> & { name: string }): Response {
  const { pathname } = new URL(url);
  if (!cookieDomain || neverSetACookie.test(pathname) || cookiesNamed(headers.get("cookie") ?? "", name).length < 2) return response;
  const strays = dropStrays(pathname, { name, cookieDomain, hostname: new URL(origin).hostname });
  const lines = [...strays, ...response.headers.getSetCookie()]; // a jar that knows no paths keeps what it is given last
  response.headers.delete("set-cookie");
  for (const line of lines) response.headers.append("set-cookie", line);
  return response;
}

const neverSetACookie = /^\/(api\/session|api\/forward-auth|livez|readyz|assets\/.*)$/;

/** Then it is answered when no session check can contradict it any more; who is told to try again was told of no change. */
function mayHaveChanged({ method }: Request, { status, headers }: Response): boolean {
  if (method === "GET" || method === "HEAD") return headers.has("set-cookie");
  return method !== "OPTIONS" && status !== 503 && status !== 429;
}

/** What nobody can use where no mail is sent. */
const mailPages = [forgotPasswordPage, resetPasswordPage, verifyEmailPage, confirmEmailPage, undoEmailPage, notMePage];
