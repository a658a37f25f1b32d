import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  createGatehouse,
  type Demands,
  type Gatehouse,
  type Options,
  Refused,
  Unavailable,
} from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";

/** What is set, what is asked for, and what a refusal says. */

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

/** As a program in JavaScript may have it. */
const loosely = (options: object) => createGatehouse({ url, ...options } as Options);

describe("a wrong option is refused with its name", () => {
  const wrong: [name: string, value: unknown][] = [
    ...["login.example.com", "ftp://login.example.com", "https://user@login.example.com", undefined, "", 7].map(
      (value): [string, unknown] => ["url", value],
    ),
    ...["https://login.example.com/api", "http://gatehouse:99999", "http://gatehouse:0", "http://gate..house"].map(
      (value): [string, unknown] => ["url", value],
    ),
    ...[
      "http://[:::::]",
      "https://login.example.com?a",
      "https://login.example.com#a",
      "https://login.example.com//",
    ].map((value): [string, unknown] => ["url", value]),
    ["publicUrl", "login.example.com"],
    ["allowedOrigins", docs],
    ...["*", "https://*.example.com", `${docs}/`, "https://Docs.example.com", `${docs}:443`, "null", undefined].map(
      (value): [string, unknown] => ["allowedOrigins", [value]],
    ),
    ...[0, -1, 5.1, Number.NaN, "2"].map((value): [string, unknown] => ["cacheSeconds", value]),
    ...[0, Number.POSITIVE_INFINITY, null].map((value): [string, unknown] => ["deadlineSeconds", value]),
    ["allowedOrigin", [docs]],
    ["allowed_origins", [docs]],
  ];
  for (const [name, value] of wrong)
    test(`${name}: ${JSON.stringify(value)}`, () => {
      expect(() => loosely({ [name]: value })).toThrow(TypeError);
      expect(() => loosely({ [name]: value })).toThrow(name);
    });

  for (const internal of ["http://my_gatehouse:3000", "http://gatehouse", "http://[::1]:3000", "http://10.0.0.7/"])
    test(`an internal name will do: ${internal}`, () => void loosely({ url: internal }));
});

describe("a demand that would go unheard is an error, and lets nobody in", () => {
  for (const demands of [
    { second_factor: true },
    { freshh: true },
    { role: undefined },
    { role: "" },
    { role: ["admin"] },
    { fresh: "yes" },
    { emailVerified: 1 },
  ])
    test(JSON.stringify(demands) + Object.keys(demands), async () => {
      const asked = createGatehouse({ url: login.url }).require(request(login.signIn()), demands as Demands);
      await expect(asked).rejects.toThrow(TypeError);
    });

  test("one that is false asks for nothing", async () => {
    const demands = { fresh: false, emailVerified: false, secondFactor: undefined };
    const cookie = login.signIn({ fresh: false, emailVerified: false });
    const caller = await createGatehouse({ url: login.url }).require(request(cookie), demands);
    expect(caller.user.email).toBe("ada@example.org");
  });
});

describe("a refusal", () => {
  test("leads to the address that people know, and back", async () => {
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
    expect([stranger.origin, stranger.pathname, stranger.searchParams.get("return_to")]).toEqual([
      url,
      "/sign-in",
      back,
    ]);
    expect([old.origin, old.pathname]).toEqual([url, "/sign-out"]);
    expect(new URL(old.searchParams.get("return_to") ?? "", url).searchParams.get("return_to")).toBe(back);
    expect([unconfirmed.pathname, unconfirmed.searchParams.get("return_to")]).toEqual(["/verify-email", back]);
    expect(alone.href).toBe(`${url}/account/security/second-factor`);
  });

  test("says the first thing that is lacking, in one order", async () => {
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

  test("is an answer like those of the session API", async () => {
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
});

describe("a write", () => {
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
    test(`from ${origin} is refused before anybody is asked`, async () => {
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

  test("whose method nobody knows is one", async () => {
    const asked = { headers: new Headers({ cookie: login.signIn() }) };
    expect((await refusalOf(open().who(asked))).code).toBe("cross_site");
  });

  test("from a page that may, and a read from anywhere, are let in", async () => {
    const cookie = login.signIn();
    for (const method of ["POST", "DELETE"]) await open().check(request(cookie, { origin: docs }, method));
    for (const method of ["GET", "HEAD", "OPTIONS", "TRACE"])
      await open().check(request(cookie, { origin: "https://evil.example" }, method));
    await open().check(request(cookie, { origin: docs, upgrade: "websocket" }));
  });

  test("of a stranger is nobody's, wherever it comes from", async () => {
    expect(await open().who(request("theme=dark", { origin: "https://evil.example" }, "POST"))).toBeNull();
  });

  test("does not fill the log with what it says", async () => {
    await refusalOf(open().who(request(login.signIn(), { origin: `https://${"x".repeat(5000)}` }, "POST")));
    expect(lines.at(-1)?.length).toBeLessThan(300);
  });
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
      expect(lines.length).toBeGreaterThan(2);
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

test("any text gets an answer, and a script's id goes along when Gatehouse would take it", async () => {
  const gatehouse = createGatehouse({ url: login.url });
  for (const text of [
    "a=\udc80",
    "a=\udc80; better-auth.session_token=a.b",
    "\ud800",
    "better-auth.session_token=\u00e9",
  ])
    expect(await gatehouse.ask(text, text)).toBeNull();
  for (const [given, isTaken] of [
    ["req-12345678", true],
    ["a".repeat(64), true],
    ["short", false],
    ["a".repeat(65), false],
    ["has a space", false],
  ] as const) {
    await gatehouse.ask(login.signIn(), given);
    const sent = login.requests.at(-1)?.["x-request-id"] ?? "";
    expect(sent).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect(sent === given).toBe(isTaken);
  }
});

test("a caller cannot be changed by one of those who share it", async () => {
  const caller = await createGatehouse({ url: login.url }).check(request(login.signIn({ roles: ["support"] })));
  for (const part of [caller, caller.user, caller.session, caller.user.roles, caller.session.methods])
    expect(Object.isFrozen(part)).toBe(true);
});
