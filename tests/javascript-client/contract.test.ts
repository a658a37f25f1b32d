import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type Caller, createGatehouse, Refused } from "../../clients/javascript/src/index";
import { cookiesOf, ownCookies } from "../../clients/javascript/src/request";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { filesIn, read } from "../source/files";
import { type Golden, goldenIn } from "../support/golden";
import { reply, startTold } from "../support/told";

/** Every golden answer of `clients/contract`, as the client reads it and as the small Gatehouse gives it. */

const folder = join(import.meta.dir, "../../clients/contract");
const names = filesIn("clients/contract/*.json").map((path) => path.replace(/^.*\/|\.json$/g, ""));
const texts: Record<string, unknown> = {
  ...{ "<id>": "ETZJ", "<email>": "ada@example.org", "<name>": "Ada", "<time>": "2026-11-20T21:53:38.277Z" },
  "<boolean>": true,
};
const readings: Record<number, unknown> = {
  200: "ada@example.org",
  401: "no_session",
  503: "unavailable",
  204: "unavailable",
};

const cookie = "better-auth.session_token=a.b";
const asked = { method: "GET", headers: new Headers({ cookie }) };

/** A golden body with something in the places that differ from person to person. */
function filled(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(filled);
  if (typeof part === "object" && part !== null)
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, filled(value)]));
  return texts[String(part)] ?? part;
}

/** What a client before a server that gives this answer makes of it: the caller, or the code of a refusal. */
async function readingOf({ status, headers, body }: Golden<unknown>["response"]): Promise<Caller | string> {
  const text = body === null ? "" : JSON.stringify(filled(body));
  const told = await startTold(() => reply(status, text, headers));
  try {
    return await createGatehouse({ url: told.origin, log: () => {} }).check(asked);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  } finally {
    told.close();
  }
}

describe("the contract", () => {
  test("has answers of every kind", async () => {
    const goldens = await Promise.all(names.map((name) => goldenIn(folder, name)));
    expect([...new Set(goldens.map(({ response }) => response.status))].sort()).toEqual([200, 204, 401, 503]);
  });

  for (const name of names)
    test(`is understood: ${name}`, async () => {
      const { response } = await goldenIn(folder, name);
      const reading = await readingOf(response);
      expect(typeof reading === "string" ? reading : reading.user.email).toBe(String(readings[response.status]));
    });

  test("is kept to the last field: roles, factors and methods", async () => {
    const ofFile = async (name: string) => (await readingOf((await goldenIn(folder, name)).response)) as Caller;
    expect((await ofFile("roles")).user.roles).toEqual(["admin"]);
    expect((await ofFile("two-factors")).session).toMatchObject({ factors: 2, methods: ["password", "totp"] });
    expect(await ofFile("signed-in")).toEqual({
      user: { id: "ETZJ", email: "ada@example.org", emailVerified: true, name: "Ada", image: null, roles: [] },
      session: {
        ...{ id: "ETZJ", createdAt: "2026-11-20T21:53:38.277Z", expiresAt: "2026-11-20T21:53:38.277Z" },
        ...{ fresh: true, factors: 1, methods: ["password"] },
      },
    });
  });
});

describe("the small Gatehouse", () => {
  let login: TestGatehouse;
  beforeAll(async () => {
    login = await startTestGatehouse();
  });
  afterAll(() => login.stop());

  for (const [name, person] of Object.entries({
    nobody: undefined,
    unavailable: undefined,
    "signed-in": {},
    roles: { roles: ["admin"] },
    "two-factors": { methods: ["password", "totp"] },
  }))
    test(`gives the golden answer: ${name}`, async () => {
      const { response } = await goldenIn(folder, name);
      login.isUnavailable = name === "unavailable";
      const headers = { cookie: person ? login.signIn(person) : cookie };
      const got = await fetch(`${login.url}/api/session`, { headers });
      expect(got.status).toBe(response.status);
      expect(Object.fromEntries(got.headers)).toMatchObject(response.headers);
      expect(response.absentHeaders.filter((header) => got.headers.has(header))).toEqual([]);
      expect(sameShape(await got.json(), response.body)).toBe(true);
    });

  test("answers also while a test has the clocks stand still", async () => {
    login.isUnavailable = false;
    const { setTimeout } = globalThis;
    globalThis.setTimeout = Object.assign(() => setTimeout(() => {}), setTimeout); // as fake timers do
    try {
      expect((await createGatehouse({ url: login.url }).ask(login.signIn()))?.user.name).toBe("Ada Lovelace");
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  });
});

test("the small Gatehouse says of any path but those of the session API that there is nothing", async () => {
  const login = await startTestGatehouse();
  for (const path of ["/", "//", "//[", "/api/session/"])
    expect([path, await statusOf(login.url, path)]).toEqual([path, "404"]);
  await login.stop();
});

/** The status that is answered to a GET of a path as it is written; `fetch` would write another one. */
async function statusOf(url: string, path: string): Promise<string | undefined> {
  const { hostname, host, port } = new URL(url);
  const answer = Promise.withResolvers<string>();
  const data = (_: unknown, received: Buffer) => answer.resolve(received.toString());
  const socket = await Bun.connect({ hostname, port: Number(port), socket: { data } });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const [, status] = (await answer.promise).split(" ");
  socket.end();
  return status;
}

/** Whether something has the fields of a golden body, in its order, and whatever is written out there. */
function sameShape(found: unknown, golden: unknown): boolean {
  if (golden === "<boolean>") return typeof found === "boolean";
  if (typeof golden === "string" && golden in texts) return typeof found === "string";
  if (typeof golden !== "object" || golden === null || typeof found !== "object" || found === null)
    return found === golden;
  const ofFound = new Map(Object.entries(found));
  return (
    Bun.deepEquals([...ofFound.keys()], Object.keys(golden)) &&
    Object.entries(golden).every(([name, value]) => sameShape(ofFound.get(name), value))
  );
}

/** Odd `Cookie` headers, and what every reader makes of them. */
const odd: { name: string; headers: { what: string; header: string; value: string | null }[] } = JSON.parse(
  read("clients/contract/cookies/session.json"),
);

describe("a Cookie header is read as the contract says", () => {
  for (const { what, header, value } of odd.headers)
    test(what, () => {
      const forwarded = ownCookies(header);
      expect(forwarded?.replace(`${odd.name}=`, "").replaceAll('"', "") ?? null).toBe(value);
    });

  test("in a list of lines, as Node's raw headers have it", () => {
    const twoLines = { method: "GET", headers: { cookie: ["theme=dark", cookie] } };
    expect(cookiesOf(twoLines)).toBe(cookie);
    expect(cookiesOf({ method: "GET", headers: { cookie: [cookie, cookie] } })).toBeUndefined();
  });

  test("and what no browser keeps is not forwarded", () => {
    const forwarded = (value: string) => ownCookies(`theme=dark; ${odd.name}=${value}`);
    for (const value of ["a b", "\u00e9", "\u0001", "", "a".repeat(4097)]) expect(forwarded(value)).toBeUndefined();
    expect(forwarded("a".repeat(4096))).toHaveLength(odd.name.length + 1 + 4096);
  });

  test("in no time at all, whatever is in it", () => {
    const began = performance.now();
    for (const filling of [" ", "\t", ";", "=", "=;", " ;", `${odd.name}=;`])
      expect(ownCookies(`session_token${filling.repeat(100_000)}x`)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2000); // milliseconds; `/[ \t]+$/` takes a minute
  });
});
