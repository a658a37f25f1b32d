import { AsyncLocalStorage } from "node:async_hooks";
import { isDuplicate } from "../../db/failure";
import { type Auth, createAuth } from "./auth";
import type { AuthNeeds } from "./needs";
import type { AuthCall, AuthCalls } from "./call";
import { readText } from "../http/body";
import { clientIpHeader } from "../http/client-ip";
import type { Passwords } from "../guard/password";
import { foreignPost, originOf } from "../http/post-origin";
import { isBrief, isBriefToken } from "../session/brief";
import type { SignedIn } from "../session/signed-in";
import { plainCookies, readSessionToken, readSessionTokens, sealed, type CookieSeal } from "../session/cookie";
import { isProblemCode, problemOf, type Problem, type ProblemCode } from "../http/problem";

/** The one way to Better Auth, for pages and for programs. */
export interface Door {
  /** The cookie Better Auth keeps the session token in; its prefix follows from the settings. */
  sessionCookieName: string;
  /** Does one thing for a visitor's page, and gives the cookies to set or a problem to show. */
  submit(request: Request, endpoint: Endpoint, body: object): Promise<Submitted>;
  /** Whether the visitor's session is extended by use: "Keep me signed in" was ticked. */
  isRemembered(request: Request, session: SignedIn["session"]): boolean;
  /** Extends the session of a visitor who is here, when it is due; gives the cookies to set. */
  refresh(request: Request): Promise<string[]>;
  /** Hands a program's request on unchanged, when it asks for something on the list and its body is text. */
  forward(request: Request): Promise<Response | Problem>;
}

export type Endpoint = "/sign-in/email" | "/sign-up/email" | "/sign-out" | "/update-user";
export type Submitted = { done: true; cookies: string[] } | ({ done: false } & Problem);

type Needs = Omit<AuthNeeds, "calls">;

/** What programs may ask for: the contract of `/api/auth/*`. Everything else Better Auth offers stays shut. */
const publicEndpoints = ["GET /get-session", "POST /sign-in/email", "POST /sign-up/email", "POST /sign-out"];
const hashingEndpoints = ["/sign-in/email", "/sign-up/email"];
const apiPath = "/api/auth";

/**
 * Better Auth applies its origin and redirect checks only in its HTTP router, so the door always goes through that
 * router, with a request built from parts that were checked: never through `auth.api`.
 * Throws what the database threw when it failed during the call.
 */
export async function createDoor(needs: Needs): Promise<Door> {
  const { config, passwords, log } = needs;
  const calls = new AsyncLocalStorage<AuthCall>();
  const auth = createAuth({ ...needs, calls });
  const { authCookies } = await auth.$context;
  const seal = { name: authCookies.sessionToken.name, secret: config.secret };
  const cookies = { seal, briefName: authCookies.dontRememberToken.name };
  const reach = createBetterAuthCaller(auth, calls, { passwords, cookies });
  return {
    sessionCookieName: seal.name,
    async submit(request, endpoint, body) {
      try {
        return await toOutcome(await reach(endpoint, internalRequest(config.origin, request, endpoint, body)));
      } catch (error) {
        return { done: false, ...problemOf(error, request, log) }; // the form stays, with what was typed
      }
    },
    isRemembered: ({ headers }, session) =>
      !isBrief({ ...session, token: readSessionToken(headers.get("cookie"), seal) ?? "" }, config.sessions),
    async refresh(request) {
      const response = await reach("/get-session", internalRequest(config.origin, request, "/get-session"));
      return response.headers.getSetCookie();
    },
    async forward(request) {
      const path = new URL(request.url).pathname.slice(apiPath.length);
      if (!publicEndpoints.includes(`${request.method} ${path}`)) return { problem: "not_found" };
      if (request.method === "GET") return reach(path, request);
      const foreign = foreignPost(request.headers, config);
      if (foreign) return Response.json({ code: foreign, message: foreignWords }, { status: 403 });
      const text = await readText(request); // the runtime would read other encodings too, and guess at damaged ones
      if (typeof text !== "string") return text;
      const checked = new Request(request, { body: text || null });
      sayOrigin(checked.headers, request.headers, config.origin);
      return reach(path, checked);
    },
  };
}

const foreignWords = "This request does not come from a page that may send it.";

/**
 * A sign-up is never answered faster than this: a new address costs two rows and a write to the disk, a known one costs
 * none, and the difference would tell them apart.
 */
const signUpMilliseconds = 150;

interface Way {
  passwords: Passwords;
  cookies: AuthCookies;
}

/** The only way through: asks Better Auth's router, and believes its answer only when the database did not fail. */
function createBetterAuthCaller(auth: Auth, calls: AuthCalls, { passwords, cookies }: Way) {
  async function ask(path: string, request: Request, formerTokens: string[]) {
    const call: AuthCall = { formerTokens };
    const run = () => calls.run(call, () => auth.handler(request));
    const response = await (hashingEndpoints.includes(path) ? passwords.admit(run) : run());
    return { response, failure: call.failure };
  }

  async function reach(path: string, request: Request, formerTokens: string[]): Promise<Response> {
    const again = request.clone();
    const [first] = await Promise.all([
      ask(path, request, formerTokens),
      path === "/sign-up/email" ? Bun.sleep(signUpMilliseconds) : undefined,
    ]);
    // Two sign-ups raced for one address: asked once more, the loser finds it taken, like any known address.
    const { response, failure } = isDuplicate(first.failure) ? await ask(path, again, formerTokens) : first;
    if (failure !== undefined) throw failure;
    if (response.status >= 500) throw new Error(`Better Auth answered ${response.status} to ${path}`);
    return response;
  }

  return async (path: string, request: Request): Promise<Response> => {
    const given = request.headers.get("cookie");
    const came = readSessionTokens(given, cookies.seal);
    const [token = null, ...others] = path === "/sign-out" ? came : [readSessionToken(given, cookies.seal)];
    // Better Auth ends one session: each that the browser had is a sign-out of its own.
    for (const other of others) await reach(path, withSession(request.clone(), other, cookies), came);
    return reach(path, withSession(request, token, cookies), came);
  };
}

interface AuthCookies {
  seal: CookieSeal;
  /** Of the cookie that tells Better Auth to extend nothing. */
  briefName: string;
}

/** A request as Better Auth is to understand it: with one session or none, whose token tells whether it is brief. */
function withSession(request: Request, token: string | null, { seal, briefName }: AuthCookies): Request {
  const given = request.headers.get("cookie");
  if (given === null) return request;
  const cookies = plainCookies(given);
  for (const name of [seal.name, briefName]) cookies.delete(name);
  if (token !== null) cookies.set(seal.name, encodeURIComponent(sealed(token, seal.secret)));
  if (token !== null && isBriefToken(token)) cookies.set(briefName, encodeURIComponent(sealed("true", seal.secret)));
  const headers = new Headers(request.headers);
  headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
  return new Request(request, { headers });
}

/** What Better Auth and its hooks read of a visitor's request. Nothing else goes in: no header can reach it by accident. */
const forwardedHeaders = [
  ...["cookie", "origin", "referer", "user-agent", "accept-language"],
  ...["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", clientIpHeader],
];

/** Better Auth knows fewer ways than we do to say where a request comes from. */
function sayOrigin(headers: Headers, given: Headers, own: string) {
  const from = originOf(given, own);
  if (from !== undefined) headers.set("origin", from);
}

function internalRequest(
  origin: string,
  request: Request,
  endpoint: Endpoint | "/get-session",
  body?: object,
): Request {
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of forwardedHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  sayOrigin(headers, request.headers, origin);
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
  return new Request(`${origin}${apiPath}${endpoint}`, { ...sent, headers });
}

async function toOutcome(response: Response): Promise<Submitted> {
  if (response.ok) return { done: true, cookies: response.headers.getSetCookie() };
  if (response.status === 429) {
    const retryAfterSeconds = Number(response.headers.get("retry-after")) || 1;
    return { done: false, problem: "too_many_tries", retryAfterSeconds };
  }
  return { done: false, problem: problemIn(response.status, await response.json()) };
}

const problemOfCode: Record<string, ProblemCode> = {
  INVALID_EMAIL_OR_PASSWORD: "wrong_credentials",
  INVALID_EMAIL: "email_malformed",
};

function problemIn(status: number, body: unknown): ProblemCode {
  const code = body !== null && typeof body === "object" && "code" in body ? String(body.code) : "";
  const ours = code.toLowerCase();
  if (isProblemCode(ours)) return ours;
  if (status === 401 && !Object.hasOwn(problemOfCode, code)) return "signed_out";
  return problemOfCode[code] ?? (status === 403 ? "cross_site" : "malformed");
}
