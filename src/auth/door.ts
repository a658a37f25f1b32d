import { AsyncLocalStorage } from "node:async_hooks";
import type { Orm } from "../../db/types";
import type { Proved, Rotated } from "../account/sessions";
import { randomToken } from "../guard/keys";
import { readText } from "../http/body";
import { once } from "../http/once";
import { foreignPost, originOf } from "../http/post-origin";
import { problemOf, type Problem, type ProblemCode } from "../http/problem";
import { saysTwice } from "../http/said-twice";
import type { Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { shownToken, type CookieSeal } from "../session/cookie";
import type { Config } from "../settings/config";
import type { AuthCall } from "./call";
import { createBetterAuthCaller, type Reach, type Reached } from "./caller";
import { authCookiesOf, sessionCookies, signedAgain } from "./cookies";
import { endpoints, type Endpoint } from "./endpoints";
import type { FurtherStep } from "./gate";
import type { AuthServices } from "./services";

/** The one way to Better Auth, for pages and for programs. */
export interface Door {
  /** The cookie Better Auth keeps the session token in; its prefix follows from the settings. */
  seal: CookieSeal;
  /** Does one thing for a visitor's page. */
  submit(visit: Visit, endpoint: Endpoint, body: object): Promise<Submitted>;
  /** Begins an account without a password, the same for an address that has one. It opens once there is a way in. */
  signUp(visit: Visit, who: { name: string; email: string }): Promise<Submitted>;
  /** Gives a session to a user who has proved who they are in a way of our own, unless the gate has a further step. */
  signIn(visit: Visit, arrived: Arrived): Promise<Submitted>;
  /** The answer to the visit brings the browser the session that took the place of the visitor's. */
  handOver(visit: Visit, rotated: Rotated): void;
  /** The `Set-Cookie` lines for a visitor's session whose secret no longer signs. */
  signAgain(visit: Visit): string[];
  /** Extends the session of a visitor who is here, when it is due. */
  refresh(visit: Visit): Promise<void>;
  /** Hands a program's request on unchanged, when it asks for something on the list and its body is text. */
  forward(visit: Visit): Promise<Result<Response>>;
}

/** A user who has proved who they are. */
export interface Arrived {
  userId: string;
  /** What was proved, and how. A passkey with user verification is two factors. */
  proved: Proved;
  /** Whether the session outlives the browser's. */
  rememberMe: boolean;
  /** Whether the proof still holds, asked under the user's lock once the session is made; false ends it again. */
  isStillProved?(inner: Orm): Promise<boolean>;
}

/** What came of it, whose cookies the visit keeps: the further step that is due before there is a session. */
export type Submitted = Result<{ furtherStep?: FurtherStep }>;

const apiPath = "/api/auth";

/**
 * Better Auth applies its origin and redirect checks only in its HTTP router, so the door always goes through that
 * router, with a request built from parts that were checked: never through `auth.api`.
 * Throws what the database threw when it failed during the call.
 */
export function createDoor(services: Omit<AuthServices, "calls">): Door {
  const { config, passwords, log } = services;
  const calls = new AsyncLocalStorage<AuthCall>();
  const cookies = authCookiesOf(config);
  const reach = createBetterAuthCaller({ open: libraryOf({ ...services, calls }), calls, passwords, cookies });
  const post = async (visit: Visit, path: string, { body, ...about }: { body: object } & Partial<AuthCall>) => {
    try {
      const request = internalRequest(visit.request, { origin: config.origin, path, body });
      return await takeOutcome(visit, await reach(path, request, { visit, ...about }));
    } catch (error) {
      return { ok: false as const, ...problemOf(error, visit, log) }; // the form stays, with what was typed
    }
  };
  return {
    seal: cookies.seal,
    submit: (visit, endpoint, body) => post(visit, endpoint, { body }),
    signUp: (visit, who) =>
      post(visit, "/sign-up/email", { body: { ...who, password: randomToken() }, withoutPassword: true }),
    signIn: (visit, { userId, rememberMe, ...about }) =>
      post(visit, "/gatehouse/session", { body: { userId, rememberMe }, ...about }),
    handOver(visit, rotated) {
      visit.sessionCookies = sessionCookies(rotated, cookies);
    },
    signAgain: (visit) => signedAgain(visit.cookies, cookies),
    async refresh(visit) {
      const path = "/get-session";
      const request = internalRequest(visit.request, { origin: config.origin, path });
      const { response } = await reach(path, request, { visit });
      // For a session that ended since it was found, the cookie is dropped; by now the browser may have another one.
      const isOver = (await response.text()) === "null";
      if (!isOver) visit.sessionCookies = response.headers.getSetCookie();
    },
    forward: (visit) => forward(visit, { config, reach }),
  };
}

/**
 * Gives Better Auth's router, which is loaded by the first call of the door: a start does without it, and so does a
 * program that is asked for sessions alone.
 */
const libraryOf = (services: AuthServices) =>
  once(async () => {
    const { createAuth, routerOf } = await import("./auth");
    return routerOf(createAuth(services));
  });

interface Forwarding {
  config: Config;
  reach: Reach;
}

async function forward(visit: Visit, { config, reach }: Forwarding): Promise<Result<Response>> {
  const { request } = visit;
  const path = new URL(request.url).pathname.slice(apiPath.length);
  const open = Object.hasOwn(endpoints, path) ? endpoints[path]?.openToPrograms : undefined;
  if (!open || open !== request.method) return refused("not_found");
  if (open === "GET") {
    const answer = await withoutTokens((await reach(path, request, { visit })).response);
    return done((await isSomebodys(visit, answer)) ? answer : nobodys(answer));
  }
  const foreign = foreignPost(request.headers, config);
  if (foreign) return done(Response.json({ code: foreign, message: foreignWords }, { status: 403 }));
  const text = await readText(request); // the runtime would read other encodings too, and guess at damaged ones
  if (!text.ok) return text;
  if (saysTwice(request.headers, text.value)) return refused("malformed");
  const checked = new Request(request, { body: text.value || null });
  sayOrigin(checked.headers, request.headers, config.origin);
  const answer = await withoutTokens(toProgram(await reach(path, checked, { visit })));
  if (endpoints[path]?.isAskedBySites) answer.headers.set("cross-origin-resource-policy", "same-site");
  return done(answer);
}

/**
 * Whether there is a session in Better Auth's answer that is somebody's to us too: we know of none that is older than
 * any may be, or for which too little was proved.
 */
const isSomebodys = async (visit: Visit, answer: Response): Promise<boolean> =>
  (await answer.clone().text()) !== "null" && (!answer.ok || (await visit.signedIn()) !== null);

/**
 * The answer in its place. It drops no cookie, as Better Auth's does for a session that is over: that may have been
 * replaced meanwhile, and by now the browser has the new one.
 */
function nobodys({ headers }: Response): Response {
  headers.delete("set-cookie");
  return new Response("null", { headers });
}

/** Better Auth's answer with another text where it repeats the token of the session, which is for the cookie alone. */
async function withoutTokens(response: Response): Promise<Response> {
  if (!response.ok) return response;
  const { status, headers } = response;
  const shown = (name: string, value: unknown) =>
    name === "token" && typeof value === "string" ? shownToken(value) : value;
  return new Response(JSON.stringify(JSON.parse(await response.text(), shown)), { status, headers });
}

const foreignWords = "This request does not come from a page that may send it.";

/**
 * What Better Auth and its hooks read of a visitor's request. Nothing else goes in: no header can reach it by
 * accident.
 */
const forwardedHeaders = ["cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

/** Better Auth knows fewer ways than we do to say where a request comes from. */
function sayOrigin(headers: Headers, given: Headers, own: string) {
  const from = originOf(given, own);
  if (from !== undefined) headers.set("origin", from);
}

interface Internal {
  /** The program's own. */
  origin: string;
  path: string;
  body?: object;
}

/** The request to Better Auth for a visitor's one: a POST where there is a body, else a GET. */
function internalRequest(given: Request, { origin, path, body }: Internal): Request {
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of forwardedHeaders) {
    const value = given.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  sayOrigin(headers, given.headers, origin);
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
  return new Request(`${origin}${apiPath}${path}`, { ...sent, headers });
}

/** What Better Auth's answer means to a page; its cookies go to the visit. */
async function takeOutcome(visit: Visit, { response, call }: Reached): Promise<Submitted> {
  const { furtherStep, signUpProof } = call;
  if (!furtherStep && !response.ok) return call.refused ?? refused(problemIn(response.status, await response.json()));
  const proofs = signUpProof === undefined ? [] : [signUpProof];
  visit.sessionCookies = furtherStep?.cookies ?? [...response.headers.getSetCookie(), ...proofs];
  return done({ furtherStep });
}

/** A program that must take a further step is told which, with the cookies by which it will be known there. */
function toProgram({ response, call }: Reached): Response {
  if (!call.furtherStep) return response;
  const headers = new Headers({ "cache-control": "no-store" });
  for (const cookie of call.furtherStep.cookies) headers.append("set-cookie", cookie);
  const { answer, status } = call.furtherStep;
  return Response.json(answer, { headers, status });
}

const problemOfCode: Record<string, ProblemCode> = {
  INVALID_EMAIL_OR_PASSWORD: "wrong_credentials",
  INVALID_EMAIL: "email_malformed",
};

/** The problem in Better Auth's own refusal. */
function problemIn(status: number, body: unknown): Problem["problem"] {
  const code = body !== null && typeof body === "object" && "code" in body ? String(body.code) : "";
  const known = Object.hasOwn(problemOfCode, code) ? problemOfCode[code] : undefined;
  if (known) return known;
  return status === 401 ? "signed_out" : status === 403 ? "cross_site" : "malformed";
}
