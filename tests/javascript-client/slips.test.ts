import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Elysia } from "elysia";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { signedIn as inElysia } from "../../clients/javascript/src/elysia";
import { signedIn as inExpress } from "../../clients/javascript/src/express";
import { signedIn as inFastify } from "../../clients/javascript/src/fastify";
import { signedIn as inHono } from "../../clients/javascript/src/hono";
import { createGatehouse, type Gatehouse } from "../../clients/javascript/src/index";
import { signedIn as inNext } from "../../clients/javascript/src/next";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";

/** What a tired developer writes, in JavaScript, where no type says so: nothing of it lets anybody in. */

let login: TestGatehouse;
let gatehouse: Gatehouse;
beforeAll(async () => {
  login = await startTestGatehouse();
  gatehouse = createGatehouse({ url: login.url, log: () => {} });
});
afterAll(() => login.stop());
afterEach(() => void (login.isUnavailable = false));

/** Whatever may be written there: each framework's types refuse it, or would. */
type Slip = never;
type Headers = Record<string, string>;
type Ask = (headers: Headers) => Promise<{ status: number; text: string }>;

const asked = (handle: (request: Request) => Response | Promise<Response>): Ask => {
  return async (headers) => {
    const response = await handle(new Request("http://localhost/me", { headers }));
    return { status: response.status, text: await response.text() };
  };
};

/** Each framework, with something for a guard. */
const frameworks: Record<string, (guard: Slip) => Ask> = {
  "Elysia's derive": (guard) =>
    asked((request) =>
      new Elysia()
        .derive(guard)
        .get("/me", () => "in")
        .handle(request),
    ),
  "Elysia's resolve": (guard) =>
    asked((request) =>
      new Elysia()
        .resolve(guard)
        .get("/me", () => "in")
        .handle(request),
    ),
  Hono: (guard) =>
    asked((request) =>
      new Hono()
        .use(guard)
        .get("/me", (context) => context.text("in"))
        .fetch(request),
    ),
  Fastify: (guard) => {
    const app = fastify();
    app.addHook("onRequest", guard).get("/me", async () => "in");
    return async (headers) => {
      const { statusCode, body } = await app.inject({ path: "/me", headers });
      return { status: statusCode, text: body };
    };
  },
  Express: (guard) => {
    const app = express().set("env", "test"); // prints no error
    app.use(guard).get("/me", (_request, response) => void response.send("in"));
    return async (headers) => {
      await using server = app.listen(0, "localhost");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const signal = AbortSignal.timeout(2000);
      const response = await fetch(`http://localhost:${port}/me`, { headers, signal });
      const { status } = response;
      return { status, text: await response.text() };
    };
  },
};
const signedInOf = { inElysia, inExpress, inFastify, inHono, inNext } as unknown;
const adapters = signedInOf as Record<string, (gatehouse: unknown) => Slip>;

/** Asks as a stranger, with a forged cookie, with a good one, and with a forged one while Gatehouse cannot know. */
async function expectNobodyIn(start: () => Ask) {
  const forged = { cookie: "better-auth.session_token=a.b" };
  const visits: [headers: Headers, isUnavailable: boolean][] = [
    [{}, false],
    [forged, false],
    [{ cookie: login.signIn() }, false],
    [forged, true],
  ];
  for (const [headers, isUnavailable] of visits) {
    login.isUnavailable = isUnavailable;
    let ask: Ask;
    try {
      ask = start();
    } catch {
      continue; // the framework itself refuses it when the program starts
    }
    const { status, text } = await ask(headers);
    expect({ status, isRefused: status >= 400, text }).toEqual({ status, isRefused: true, text: expect.anything() });
  }
}

const own: Record<string, string> = { "Elysia's derive": "inElysia", "Elysia's resolve": "inElysia" };
for (const [name, start] of Object.entries(frameworks)) {
  describe(name, () => {
    for (const [adapter, signedIn] of Object.entries(adapters)) {
      test(`lets nobody in by ${adapter} without its brackets`, () => expectNobodyIn(() => start(signedIn as Slip)));
      if ((own[name] ?? `in${name}`) !== adapter)
        test(`lets nobody in by ${adapter}, of another framework`, () =>
          expectNobodyIn(() => start(signedIn(gatehouse))));
    }
  });
}

test("Elysia's use, which calls what it is given with the app, lets nobody in and says what to write", async () => {
  const printed = spyOn(console, "error").mockImplementation(() => {});
  const app = new Elysia();
  app.use(inElysia(gatehouse) as Slip);
  app.get("/me", () => "in");
  await app.modules;
  const said = printed.mock.calls.map(([error]) => String(error));
  printed.mockRestore();
  expect(said).toEqual([expect.stringContaining("write app.derive(signedIn(gatehouse))")]);
  for (const headers of [{}, { cookie: login.signIn() }] as Headers[]) {
    const { status, text } = await asked((request) => app.handle(request))(headers);
    expect([status, text]).toEqual([500, expect.stringContaining("write app.derive(signedIn(gatehouse))")]);
  }
});

for (const slip of [
  { role: "admin" },
  { email_verified: false },
  { userId: "7" },
  { roles: "admin" },
  { methods: "a" },
])
  test(`a test that signs somebody in with a slip is told so: ${JSON.stringify(slip)}`, () => {
    const [name = ""] = Object.keys(slip);
    expect(() => login.signIn(slip as object)).toThrow(name);
  });

test("what is no Gatehouse is an error where the program starts", () => {
  for (const signedIn of Object.values(adapters))
    for (const slip of [undefined, null, {}, { role: "admin" }, createGatehouse, "https://login.example.com"])
      expect(() => signedIn(slip)).toThrow("signedIn: write signedIn(gatehouse)");
});
