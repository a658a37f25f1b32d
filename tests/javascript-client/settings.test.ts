import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createGatehouse, type Demands, type Options } from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { safeReturnTo } from "../../src/http/return-to";
import { backendKeys } from "../../src/settings/values";

/** What is set, and what is asked for. */

const docs = "https://docs.example.com";
let login: TestGatehouse;
beforeAll(async () => {
  login = await startTestGatehouse();
});
afterAll(() => login.stop());

const request = (cookie: string) => ({ method: "GET", headers: new Headers({ cookie }) });
const url = "https://login.example.com";

/** As a program in JavaScript may have it. */
const loosely = (options: object) => createGatehouse({ url, ...options } as Options);

const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
const wrong: Record<string, readonly unknown[]> = {
  url: [
    ...["login.example.com", "ftp://login.example.com", "https://user@login.example.com", undefined, "", 7],
    ...["https://login.example.com/api", "http://gatehouse:99999", "http://gatehouse:0", "http://gate..house"],
    ...[[url], new URL(url), null, "http://[:::::]"],
    ...["https://login.example.com?a", "https://login.example.com#a", "https://login.example.com//"],
  ],
  fetch: [null, "fetch", {}],
  log: [null, true, console],
  returnTo: [
    ...[42, null, "", "home", "javascript:alert(1)", "ftp://docs.example.com/", "//evil.example/", "/\\evil.example"],
    ...["https://", [docs], `${docs}/a b`, "/a b", `${docs}/a\\b`, "/a\\b", "https://ada@docs.example.com/"],
  ],
  publicUrl: ["login.example.com", "", null, [url]],
  allowedOrigins: [
    docs,
    ...[["*"], ["https://*.example.com"], [`${docs}/`], ["https://Docs.example.com"], [`${docs}:443`], ["null"]],
    [undefined],
    [[docs]],
  ],
  cacheSeconds: [0, -1, 5.1, Number.NaN, "2"],
  liveKey: [
    7,
    "",
    letters.slice(0, 31),
    `${letters}\n`,
    `${letters},${letters}`,
    `${letters}=a`,
    `${letters} ${letters}`,
  ],
  deadlineSeconds: [0, Number.POSITIVE_INFINITY, null],
  allowedOrigin: [[docs]],
  allowed_origins: [[docs]],
};
for (const [name, values] of Object.entries(wrong))
  for (const value of values)
    test(`a wrong option is refused with its name: ${name}: ${JSON.stringify(value)}`, () => {
      expect(() => loosely({ [name]: value })).toThrow(TypeError);
      expect(() => loosely({ [name]: value })).toThrow(name);
    });

for (const returnTo of ["/", "/notes?page=2#end", docs, "http://localhost:8080/notes", "https://docs.example.com/ä"])
  test(`people may come back to ${returnTo}, as Gatehouse lets them`, () => {
    loosely({ returnTo });
    const trustedOrigins = [docs, "http://localhost:8080"];
    expect(safeReturnTo(returnTo, { origin: url, trustedOrigins })).toBeDefined();
  });

for (const internal of ["http://my_gatehouse:3000", "http://gatehouse", "http://[::1]:3000", "http://10.0.0.7/"])
  test(`an internal name will do: ${internal}`, () => void loosely({ url: internal }));

for (const key of [letters.repeat(20), `${letters.slice(0, 31)}=`, `${letters}==`])
  test(`a key that Gatehouse takes will do: ${key.length} characters`, () => {
    expect(backendKeys(key)).toEqual([key]);
    loosely({ liveKey: key });
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

  for (const name of ["check", "who"] as const)
    test(`so is any demand of ${name}, which hears none`, async () => {
      const gatehouse = createGatehouse({ url: login.url });
      const loose = gatehouse[name] as (...given: unknown[]) => Promise<unknown>;
      const given = request(login.signIn());
      await expect(loose(given, { role: "admin" })).rejects.toThrow("write gatehouse.require(request, {");
      expect(await loose(given, () => {}, 0)).toMatchObject({ user: { email: "ada@example.org" } }); // by a framework
    });

  test("one that is false asks for nothing", async () => {
    const demands = { fresh: false, emailVerified: false, secondFactor: undefined };
    const cookie = login.signIn({ fresh: false, emailVerified: false });
    const caller = await createGatehouse({ url: login.url }).require(request(cookie), demands);
    expect(caller.user.email).toBe("ada@example.org");
  });
});

describe("demands are a plain object", () => {
  const odd: [what: string, demands: unknown][] = [
    ["a list", []],
    ["a function", () => ({ role: "admin" })],
    ["a Map", new Map([["role", "admin"]])],
    ["a number", 1],
    ["a text", "admin"],
    ["true", true],
    ["null", null],
    ["what inherits them", Object.create({ fresh: true })],
  ];
  for (const [what, demands] of odd)
    test(`so this is an error: ${what}`, async () => {
      const asked = createGatehouse({ url: login.url }).require(request(login.signIn()), demands as Demands);
      await expect(asked).rejects.toThrow(TypeError);
    });

  test("an object without a prototype is a plain one", async () => {
    const demands: Demands = Object.assign(Object.create(null), { emailVerified: true });
    await createGatehouse({ url: login.url }).require(request(login.signIn()), demands);
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
