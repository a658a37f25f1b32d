/** A Gatehouse for your own tests: a real server on a real socket, which speaks the session API's contract. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { refuseUnknown } from "./options.js";
import { ownCookies } from "./request.js";
import { tellChanges } from "./testing-changes.js";

/** Whom to sign in; everything may be left out. */
export interface TestPerson {
  email?: string;
  emailVerified?: boolean;
  name?: string;
  /** One address has one id, however often it signs in. */
  id?: string;
  image?: string | null;
  fresh?: boolean;
  /** With two, such as `["password", "totp"]`, two factors are proved. */
  methods?: readonly string[];
  roles?: readonly string[];
}

/** People sign in and out of it by a call; everything else goes over HTTP. */
export interface TestGatehouse {
  /** Where it is; the same after a restart. */
  readonly url: string;
  /** How long each answer takes. */
  delaySeconds: number;
  /** Whether it answers 503, like a Gatehouse without its database. */
  isUnavailable: boolean;
  /** The headers of each question who somebody is, names in small letters. */
  readonly requests: Record<string, string>[];
  /** With it, as `liveKey`, a client hears what changed. */
  readonly liveKey: string;
  /** How often that was asked. */
  polls: number;
  /** Signs somebody in; gives the `Cookie` header to send. Throws TypeError for what a person does not have. */
  signIn(person?: TestPerson): string;
  /** Ends a session. */
  signOut(cookie: string): void;
  /** Opens the port again after `stop`; who was signed in still is. */
  start(): Promise<void>;
  /** Closes the port and every connection, as when Gatehouse is not there. */
  stop(): Promise<void>;
}

/** Starts one at a free port of this machine. */
export async function startTestGatehouse(): Promise<TestGatehouse> {
  const sessions = new Map<string, SignedIn>();
  const changes = tellChanges();
  let server: Server | undefined;
  let port = 0;
  const login: TestGatehouse = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    delaySeconds: 0,
    isUnavailable: false,
    requests: [],
    liveKey: randomText() + randomText(),
    polls: 0,
    signIn(person = {}) {
      const cookie = `better-auth.session_token=${randomText()}.${randomText()}`;
      sessions.set(cookie, sessionOf(person));
      return cookie;
    },
    signOut(cookie) {
      const ended = sessions.get(cookie);
      sessions.delete(cookie);
      if (ended) changes.note(ended.session.id);
    },
    async start() {
      if (server) return;
      server = await listen({ login, sessions, changes }, port);
      port = portOf(server);
      changes.restart();
    },
    async stop() {
      const closing = server;
      server = undefined;
      changes.restart();
      await end(closing);
    },
  };
  await login.start();
  return login;
}

async function listen(house: House, port: number): Promise<Server> {
  const server = createServer((request, response) => void answer(house, request, response));
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", resolve));
  return server;
}

/** Closes the port and every connection. */
async function end(server: Server | undefined): Promise<void> {
  if (!server) return;
  const isClosed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await isClosed;
}

const randomText = () => crypto.randomUUID().replaceAll("-", "");

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** What is answered for a cookie. */
interface SignedIn {
  user: object;
  session: { id: string };
}

const known: Record<keyof TestPerson, true> = {
  ...{ email: true, emailVerified: true, name: true, id: true, image: true, fresh: true, methods: true, roles: true },
};

function sessionOf(person: TestPerson): SignedIn {
  refuseUnknown(person, known);
  const { email = "ada@example.org", emailVerified = true, name = "Ada Lovelace", image = null } = person;
  const { id = `user-${email}`, fresh = true, methods = ["password"], roles = [] } = person;
  for (const [name, list] of Object.entries({ methods, roles }))
    if (!Array.isArray(list)) throw new TypeError(`${name}: write a list.`);
  const createdAt = Date.now() - (fresh ? 0 : 60 * 60 * 1000);
  const week = 7 * 24 * 60 * 60 * 1000; // milliseconds
  const times = { createdAt: new Date(createdAt).toISOString(), expiresAt: new Date(createdAt + week).toISOString() };
  const session = { id: randomText(), ...times, fresh, factors: Math.min(methods.length, 2), methods };
  return { user: { id, email, emailVerified, name, image, ...(roles.length > 0 && { roles }) }, session };
}

const nobody = { error: { code: "no_session", message: "Nobody is signed in with this cookie." } };
const unavailable = {
  error: { code: "unavailable", message: "It cannot be known right now who is signed in. Try again shortly." },
};
const missing = { error: { code: "not_found", message: "There is nothing here." } };

const keyNeeded = {
  error: { code: "key_needed", message: "This is for backends, with their key and without a cookie." },
};

interface House {
  login: TestGatehouse;
  sessions: ReadonlyMap<string, SignedIn>;
  changes: ReturnType<typeof tellChanges>;
}

async function answer(house: House, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(`http://gatehouse${request.url}`); // "//" is no URL by itself
  if (pathname === "/api/session") return answerWho(house, request, response);
  if (pathname === "/api/session/changes") return tell(house, searchParams.get("after") ?? "", [request, response]);
  return send(response, 404, missing);
}

async function answerWho({ login, sessions }: House, { headers }: IncomingMessage, response: ServerResponse) {
  response.setHeader("Vary", "Cookie, Origin");
  const cookie = ownCookies(headers.cookie);
  const session = cookie === undefined ? undefined : sessions.get(cookie);
  login.requests.push(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])));
  if (login.delaySeconds > 0) await passed(login.delaySeconds); // and is old then
  if (login.isUnavailable) return send(response.setHeader("Retry-After", "1"), 503, unavailable);
  return session ? send(response, 200, session) : send(response, 401, nobody);
}

/** Waits; the timers may be a test's own, and stand still. */
const passed = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function tell(
  { login, changes }: House,
  after: string,
  [{ headers }, response]: readonly [IncomingMessage, ServerResponse],
) {
  login.polls += 1;
  if (headers.cookie !== undefined || headers.authorization !== `Bearer ${login.liveKey}`)
    return send(response.setHeader("WWW-Authenticate", "Bearer"), 401, keyNeeded);
  const told = await changes.since(after);
  if (login.isUnavailable) return send(response.setHeader("Retry-After", "1"), 503, unavailable);
  return send(response, 200, told);
}

function send(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { "Content-Type": "application/json;charset=utf-8", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}
