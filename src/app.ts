import { html } from "@elysiajs/html";
import { Elysia } from "elysia";
import type { Database } from "../db/database";
import { english } from "../views/messages";
import type { Frame } from "../views/layout";
import { createReturnTo } from "./address";
import { loadAssets } from "./assets";
import type { Config } from "./config";
import { createDoor } from "./door";
import { createEdge, type Edge } from "./edge";
import type { Health } from "./health";
import { createLog, type LogSink } from "./log";
import { accountPage } from "./pages/account";
import { homePage } from "./pages/home";
import { signInPage } from "./pages/sign-in";
import { signOutPage } from "./pages/sign-out";
import { signUpPage } from "./pages/sign-up";
import { createPasswords } from "./password";
import { problemOf } from "./problem";
import { createProblemAnswer } from "./problem-answer";
import { createSessionApi } from "./session/api";
import { createSessionCheck } from "./session/check";

/** The world around the program: all that tests replace. */
export interface Outside {
  database: Database;
  health: Health;
  logSink: LogSink;
}

/** The whole program but for its socket: answers a request that came from a peer. The only wiring there is. */
export async function createApp(config: Config & { secret: string }, outside: Outside): Promise<Edge> {
  const { database, health, logSink } = outside;
  const log = createLog(logSink);
  const assets = await loadAssets(config.brand.accent);
  const frame: Frame = { words: english, brandName: config.brand.name, assets: assets.addresses };
  const answerProblem = createProblemAnswer(frame);
  const door = await createDoor({ config, database, passwords: createPasswords(), log });
  const check = createSessionCheck(database, { name: door.sessionCookieName, secret: config.secret });
  const sessionApi = createSessionApi({ check, trustedOrigins: config.trustedOrigins, log });
  const pages = { config, frame, door, check, answerProblem, returnTo: createReturnTo(config, log) };

  const app = new Elysia({ strictPath: true })
    // First, because it applies only to routes after it: without it Elysia would answer with what was sent, passwords too.
    .onError(({ code, error, request }) =>
      answerProblem(request, code === "NOT_FOUND" ? { problem: "not_found" } : problemOf(error, request, log)),
    )
    .use(html({ autoDetect: false })) // for its JSX only: with autoDetect any text that looks like HTML would be sent as such
    .get("/api/session", ({ request }) => sessionApi.answer(request))
    .options("/api/session", ({ request }) => sessionApi.preflight(request))
    .all("/api/auth/*", async ({ request }) => (await door.forward(request)) ?? answerProblem(request, { problem: "not_found" }), { parse: "none" })
    .get("/livez", () => new Response("alive\n"))
    .get("/readyz", async () => ((await health.isReady()) ? new Response("ready\n") : new Response("not ready\n", { status: 503, headers: { "retry-after": "1" } })))
    .get("/assets/*", ({ request }) => assets.answer(request) ?? answerProblem(request, { problem: "not_found" }))
    .use([homePage(pages), signInPage(pages), signUpPage(pages), signOutPage(pages), accountPage(pages)]);

  return createEdge({ config, log, health, answerProblem, handle: (request) => app.handle(request) });
}
