import { html } from "@elysiajs/html";
import { Elysia } from "elysia";
import type { Contribution } from "./capability";
import type { Assets } from "./http/assets";
import { pagesAmong } from "./http/moved";
import { problemOf } from "./http/problem";
import { createReturnTo } from "./http/return-to";
import { visitOf, type Visit } from "./http/visit";
import { createPictures } from "./guard/pictures";
import type { Inbox } from "./mail/inbox";
import { devMailPage } from "./pages/dev-mail";
import { corePages } from "./pages/index";
import { createLeaveForm } from "./pages/leave-form";
import { rawBody, type PageServices } from "./pages/services";
import type { GetSession } from "./session/get-session";

/** Answers a request of a program, at a path of its own. */
export type ForPrograms = (visit: Visit) => Response | Promise<Response>;

/** The paths of programs that nothing has to be loaded for. */
export type ProgramPath = "/api/session" | "/api/session/changes" | "/api/forward-auth" | "/livez" | "/readyz";

/** What the router is made of, besides what it makes itself. */
export interface RouterParts extends Omit<PageServices, "returnTo" | "leaveForm" | "waysIn" | "scripts" | "pictures"> {
  contributions: readonly Contribution[];
  assets: Assets;
  inbox?: Inbox;
  programs: Record<ProgramPath, ForPrograms>;
  preflight(request: Request): Response;
  getSession: GetSession;
}

/** The router, and what it knows of its routes. */
export interface Router {
  handle(request: Request): Response | Promise<Response>;
  routes: readonly { path: string }[];
  /** The paths of pages that people read. */
  pages: ReadonlySet<string>;
}

/**
 * Makes the router, with every page and form. It is loaded by the first request that needs it: half of all that the
 * program consists of, which neither a start nor a session check needs.
 */
export async function createRouter(parts: RouterParts): Promise<Router> {
  const { contributions, config, log, assets } = parts;
  const services: PageServices = {
    ...parts,
    returnTo: createReturnTo(config, log),
    leaveForm: createLeaveForm(parts),
    scripts: assets.scripts,
    pictures: createPictures(),
    waysIn: (...about) => own.flatMap(({ signIn }) => signIn?.(...about) ?? []),
  };
  const own = await Promise.all(contributions.flatMap(({ pages }) => pages?.(services) ?? []));
  const signUpParts = own.flatMap(({ signUp }) => signUp ?? []);
  const app = routed(parts)
    .use(corePages(services, signUpParts))
    .use(parts.inbox ? [devMailPage(services, parts.inbox, assets.addresses.mailboxScript)] : [])
    .use(own.flatMap(({ pages }) => pages));
  return { handle: (request) => app.handle(request), routes: app.routes, pages: pagesAmong(app.routes) };
}

/** What surrounds the pages: what is done with every request, and the paths of programs, probes and files. */
function routed({ log, assets, answerProblem, door, programs, preflight, getSession }: RouterParts) {
  const answerApi = async (visit: Visit) => {
    const told = await getSession(visit.request);
    visit.owner = told?.owner;
    if (told) return told.answer;
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
      .get("/api/session", ({ visit }) => programs["/api/session"](visit))
      .get("/api/session/changes", ({ visit }) => programs["/api/session/changes"](visit))
      .options("/api/session", ({ request }) => preflight(request))
      .get("/api/forward-auth", ({ visit }) => programs["/api/forward-auth"](visit))
      .all("/api/auth/*", ({ visit }) => answerApi(visit), rawBody)
      .get("/livez", ({ visit }) => programs["/livez"](visit))
      .get("/readyz", ({ visit }) => programs["/readyz"](visit))
      .get(
        "/assets/*",
        ({ request, visit }) => assets.answer(request) ?? answerProblem(visit, { problem: "not_found" }),
      )
      .get("/favicon.ico", () => assets.png())
      .get("/apple-touch-icon.png", () => assets.png())
  );
}
