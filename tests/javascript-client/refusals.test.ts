import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { signedIn } from "../../clients/javascript/src/hono";
import {
  createGatehouse,
  type Demands,
  type Gatehouse,
  type Options,
  Refused,
  Unavailable,
} from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { until } from "../support/until";

/** Who is turned away, why, and what the answer says. */

const docs = "https://docs.example.com";
let login: TestGatehouse;
beforeAll(async () => {
  login = await startTestGatehouse();
});
afterAll(() => login.stop());

const request = (cookie: string, more: Record<string, string> = {}, method = "GET") => ({
  method,
  headers: new Headers({ cookie, ...more }),
});
const refusalOf = (asked: Promise<unknown>): Promise<Refused> =>
  asked.then(
    () => Promise.reject(new Error("It was not refused.")),
    (error) => (error instanceof Refused ? error : Promise.reject(error)),
  );
const url = "https://login.example.com";

test("a refusal leads to the address that people know, and back", async () => {
  const back = `${docs}/me?a=b#notes`;
  const gatehouse = createGatehouse({ url: login.url, publicUrl: `${url}/`, returnTo: back });
  const urlFor = async (cookie: string, demands: Demands) =>
    new URL((await refusalOf(gatehouse.require(request(cookie), demands))).url ?? "");
  const [stranger, old, unconfirmed, alone] = await Promise.all([
    urlFor("", {}),
    urlFor(login.signIn({ fresh: false }), { fresh: true }),
    urlFor(login.signIn({ emailVerified: false }), { emailVerified: true }),
    urlFor(login.signIn(), { secondFactor: true }),
  ]);
  expect([stranger.origin, stranger.pathname, stranger.searchParams.get("return_to")]).toEqual([url, "/sign-in", back]);
  expect([old.origin, old.pathname]).toEqual([url, "/sign-out"]);
  expect(new URL(old.searchParams.get("return_to") ?? "", url).searchParams.get("return_to")).toBe(back);
  expect([unconfirmed.pathname, unconfirmed.searchParams.get("return_to")]).toEqual(["/verify-email", back]);
  expect(alone.href).toBe(`${url}/account/security/second-factor`);
});

test("nobody is let in where a program has put another Promise in its place", async () => {
  const gatehouse = createGatehouse({ url: login.url });
  const forged = "better-auth.session_token=a.b";
  const app = new Hono().get("/", signedIn(gatehouse), (context) => context.text("let in"));
  const { Promise } = globalThis;
  globalThis.Promise = class extends Promise<unknown> {} as PromiseConstructor; // as zone.js does, and Bluebird may
  try {
    expect((await refusalOf(gatehouse.check(request(forged)))).code).toBe("no_session");
    expect((await refusalOf(gatehouse.require(request(forged), { role: "admin" }))).code).toBe("no_session");
    expect((await app.request("/", { headers: { cookie: forged } })).status).toBe(401);
    expect((await gatehouse.who(request(login.signIn())))?.user.name).toBe("Ada Lovelace");
    login.isUnavailable = true;
    expect((await refusalOf(gatehouse.who(request(forged)))).code).toBe("unavailable");
  } finally {
    login.isUnavailable = false;
    globalThis.Promise = Promise;
  }
});

test("a refusal says the first thing that is lacking, in one order", async () => {
  const gatehouse = createGatehouse({ url: login.url });
  const codeOf = async (cookie: string, demands: Demands) =>
    (await refusalOf(gatehouse.require(request(cookie), demands))).code;
  const all = { role: "admin", emailVerified: true, secondFactor: true, fresh: true };
  const nothing = { fresh: false, emailVerified: false };
  const roles = ["admin"];
  expect(await codeOf("", all)).toBe("no_session");
  expect(await codeOf(login.signIn({ ...nothing, roles: ["Admin", "admin2"] }), all)).toBe("role_needed");
  expect(await codeOf(login.signIn({ ...nothing, roles }), all)).toBe("email_not_verified");
  expect(await codeOf(login.signIn({ roles, fresh: false }), all)).toBe("second_factor_needed");
  const methods = ["password", "totp"];
  expect(await codeOf(login.signIn({ roles, fresh: false, methods }), all)).toBe("proof_needed");
  expect((await gatehouse.require(request(login.signIn({ roles, methods })), all)).user.roles).toEqual(roles);
});

test("fetch is told to follow nothing and to store nothing", async () => {
  const told: RequestInit[] = [];
  const fetch = async (_: string, init: RequestInit) => {
    told.push(init);
    return new Response("null", { headers: { "content-type": "application/json" } });
  };
  expect(await createGatehouse({ url, fetch }).who(request("better-auth.session_token=a.b"))).toBeNull();
  expect(told).toEqual([expect.objectContaining({ redirect: "manual", cache: "no-store" })]);
});

test("a refusal is an answer like those of the session API", async () => {
  const gatehouse = createGatehouse({ url: "http://127.0.0.1:9", log: () => {} });
  const refused = await refusalOf(gatehouse.check(request("better-auth.session_token=a.b")));
  const response = refused.toResponse();
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("vary")).toBe("Cookie, Origin");
  const message = "It cannot be known right now who is signed in. Try again shortly.";
  expect(await response.json()).toEqual({ error: { code: "unavailable", message } });
  expect(refused.cause).toBeInstanceOf(Unavailable);
});

const lines: string[] = [];
const open = () => createGatehouse({ url: login.url, allowedOrigins: [docs], log: (line) => void lines.push(line) });

for (const origin of [
  undefined,
  "",
  "null",
  "https://evil.example",
  "http://docs.example.com",
  docs.toUpperCase(),
  `${docs}/`,
  `${docs}, ${docs}`,
])
  test(`a write from ${origin} is refused before anybody is asked`, async () => {
    login.requests.length = 0;
    const cookie = login.signIn();
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "LINK", "get", ""]) {
      const headers: Record<string, string> = origin === undefined ? {} : { origin };
      expect((await refusalOf(open().who(request(cookie, headers, method)))).code).toBe("cross_site");
    }
    const socket = { upgrade: "WebSocket", ...(origin !== undefined && { origin }) };
    expect((await refusalOf(open().who(request(cookie, socket)))).code).toBe("cross_site");
    expect(login.requests.length).toBe(0);
    expect(lines.at(-1)).toContain("not in allowedOrigins");
  });

test("a write whose method nobody knows is one", async () => {
  const asked = { headers: new Headers({ cookie: login.signIn() }) };
  expect((await refusalOf(open().who(asked))).code).toBe("cross_site");
});

test("a write from a page that may, and a read from anywhere, are let in", async () => {
  const cookie = login.signIn();
  for (const method of ["POST", "DELETE"]) await open().check(request(cookie, { origin: docs }, method));
  for (const method of ["GET", "HEAD", "OPTIONS", "TRACE"])
    await open().check(request(cookie, { origin: "https://evil.example" }, method));
  await open().check(request(cookie, { origin: docs, upgrade: "websocket" }));
});

test("a write of a stranger is nobody's, wherever it comes from", async () => {
  expect(await open().who(request("theme=dark", { origin: "https://evil.example" }, "POST"))).toBeNull();
});

test("a write does not fill the log with what it says", async () => {
  await refusalOf(open().who(request(login.signIn(), { origin: `https://${"x".repeat(5000)}` }, "POST")));
  expect(lines.at(-1)?.length).toBeLessThan(300);
});

describe("whatever goes wrong inside is 503, and nobody is called signed out", () => {
  const cookie = "better-auth.session_token=a.b";
  const faults: Record<string, Options["fetch"]> = {
    "fetch throws": () => {
      throw new Error(`invalid header: ${cookie}`);
    },
    "fetch rejects with no error": () => Promise.reject(undefined),
    "fetch never ends, and does not listen": () => new Promise(() => {}),
    "fetch gives no response": () => Promise.resolve({} as Response),
    "a body that fails": async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new Error(cookie)) })),
  };
  for (const [what, fetch] of Object.entries(faults))
    test(what, async () => {
      const lines: string[] = [];
      const gatehouse = createGatehouse({ url, fetch, deadlineSeconds: 0.2, log: (line) => void lines.push(line) });
      expect((await refusalOf(gatehouse.who(request(cookie)))).code).toBe("unavailable");
      expect((await refusalOf(gatehouse.check(request(cookie)))).code).toBe("unavailable");
      await expect(gatehouse.ask(cookie)).rejects.toThrow(Unavailable);
      await until("the log tells of each, which may be a moment later", () => lines.length > 2);
      expect(lines.join()).not.toContain(cookie);
    });

  test("what is no request", async () => {
    const gatehouse = createGatehouse({ url, log: () => {} }) as {
      [name in keyof Gatehouse]: (given: unknown) => unknown;
    };
    for (const given of [undefined, null, {}, "GET /", { headers: { cookie: 7 } }])
      expect((await refusalOf(Promise.resolve(gatehouse.who(given)))).code).toBe("unavailable");
  });
});
