import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { read } from "../source/files";
import type { Served } from "../support/serve";
import { sendRaw } from "../support/told";
import { frameworks, runtimes, startFramework, startRuntime } from "./places";

/** The apps of every runtime and framework, each asked as a browser asks, before the small Gatehouse. */

const docs = "https://docs.example.com";
const places = new Map<string, Served>();
let login: TestGatehouse;
beforeAll(async () => {
  login = await startTestGatehouse();
  const environment = { GATEHOUSE_URL: login.url, DEADLINE_SECONDS: "5" }; // whatever else this machine does
  for (const name of runtimes) places.set(name, await startRuntime(name, environment));
  for (const name of frameworks) places.set(name, await startFramework(name, environment));
}, 600_000);
afterAll(async () => {
  await Promise.all([...places.values()].map(({ stop }) => stop()));
  await login.stop();
});
beforeEach(() => {
  login.requests.length = 0;
  login.isUnavailable = false;
  login.delaySeconds = 0;
});

const originOf = (name: string) => places.get(name)?.origin ?? "";

interface Got {
  status: number;
  headers: Headers;
  said: unknown;
  code: string | undefined;
  url: string | undefined;
}

async function visit(name: string, path: string, init: RequestInit = {}): Promise<Got> {
  const { status, headers, ...answer } = await fetch(originOf(name) + path, init).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }));
  const said = answer.text ? JSON.parse(answer.text) : undefined;
  return { status, headers, said, code: said?.error?.code, url: said?.error?.url };
}

/** A test for each runtime and each framework. */
function everywhere(what: string, isSo: (name: string) => Promise<void>) {
  for (const name of [...runtimes, ...frameworks]) test(`${name}: ${what}`, () => isSo(name));
}

const as = (cookie: string) => ({ headers: { cookie } });

everywhere("a stranger is told to sign in, and nothing is asked", async (name) => {
  for (const headers of [{}, { cookie: "theme=dark" }] as Record<string, string>[]) {
    const got = await visit(name, "/me", { headers });
    expect([got.status, got.code, got.url]).toEqual([401, "no_session", `${login.url}/sign-in`]);
    expect(got.headers.get("content-type")).toStartWith("application/json");
    expect(got.headers.get("cache-control")).toBe("no-store");
    expect(got.headers.get("vary")).toBe("Cookie, Origin");
  }
  expect((await visit(name, "/home")).said).toBe("nobody");
  expect(login.requests.length).toBe(0);
});

everywhere("who is signed in is known, until they sign out", async (name) => {
  const cookie = login.signIn({ email: "grace@example.org" });
  expect((await visit(name, "/me", as(`theme=dark; ${cookie}`))).said).toBe("grace@example.org");
  expect((await visit(name, "/home", as(cookie))).said).toBe("grace@example.org");
  expect(login.requests.map((request) => request.cookie)).toEqual([cookie, cookie]);
  login.signOut(cookie);
  expect((await visit(name, "/me", as(cookie))).status).toBe(401);
});

everywhere("more can be asked for, and where it is lacking the answer says where to get it", async (name) => {
  const lacking = { fresh: false, emailVerified: false, roles: ["support"] };
  const [less, more] = [login.signIn(lacking), login.signIn({ roles: ["admin"], methods: ["password", "totp"] })];
  const expected: [path: string, code: string, url: string | undefined][] = [
    ["/admin", "role_needed", undefined],
    ["/proven", "proof_needed", `${login.url}/sign-out?return_to=%2Fsign-in`],
    ["/confirmed", "email_not_verified", `${login.url}/verify-email`],
    ["/guarded", "second_factor_needed", `${login.url}/account/security/second-factor`],
  ];
  for (const [path, code, url] of expected) {
    const got = await visit(name, path, as(less));
    expect([got.status, got.code, got.url]).toEqual([403, code, url]);
    expect((await visit(name, path, as(more))).status).toBe(200);
  }
});

everywhere("a write needs a page that may, and a read does not", async (name) => {
  const cookie = login.signIn();
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const origin of [undefined, "null", "https://evil.example", `${docs}/`]) {
      const headers = { cookie, ...(origin !== undefined && { origin }) };
      const got = await visit(name, "/me", { method, headers });
      expect([got.status, got.code]).toEqual([403, "cross_site"]);
    }
    expect((await visit(name, "/me", { method, headers: { cookie, origin: docs } })).status).toBe(200);
    expect((await visit(name, "/me", { method, headers: { origin: docs } })).status).toBe(401);
  }
  expect(login.requests.length).toBe(4); // whom it refused, it did not ask about
  const foreign = { cookie, origin: "https://evil.example" };
  for (const method of ["GET", "HEAD", "OPTIONS"])
    expect([method, (await visit(name, "/me", { method, headers: foreign })).status]).toEqual([method, 200]);
});

everywhere("a strange page opens no WebSocket (cross-site hijacking)", async (name) => {
  const handshake = (origin: string) =>
    `GET /me HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: ${origin}\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${login.signIn()}\r\n\r\n`;
  expect(await sendRaw(originOf(name), handshake("https://evil.example"))).toBe(403);
  expect(login.requests.length).toBe(0);
  expect(await sendRaw(originOf(name), handshake(docs))).toBe(200);
});

everywhere("when it cannot be known, nobody is let in and nobody called signed out", async (name) => {
  const cookie = login.signIn();
  login.isUnavailable = true;
  expect((await fetch(`${originOf(name)}/home`, as(cookie))).status).toBe(503);
  for (const path of ["/me", "/admin"]) {
    const got = await visit(name, path, as(cookie));
    expect([got.status, got.code, got.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
  }
});

everywhere("a burst with one cookie is two questions, one after the other", async (name) => {
  login.delaySeconds = 0.1;
  const cookie = login.signIn();
  const answers = await Promise.all(Array.from({ length: 30 }, () => visit(name, "/me", as(cookie))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  // In Workers no request may wait for another's; elsewhere the first one's, everybody's, and some straggler's.
  if (name === "Workers") expect(login.requests.length).toBe(30);
  else expect(login.requests.length).toBeLessThanOrEqual(4);
});

everywhere("a Cookie header is read as the contract says, whatever is in it", async (name) => {
  const wrong: object[] = [];
  for (const row of odd.headers) {
    login.requests.length = 0;
    const status = await sendRaw(originOf(name), requestWith([`Cookie: ${row.header}`]));
    const sent = login.requests.map(({ cookie }) => cookie?.replace(`${odd.name}=`, "").replaceAll('"', ""));
    if (status === 400 && sent.length === 0) continue; // what serves it does not take such a header at all
    if (status !== 401 || !Bun.deepEquals(sent, row.value === null ? [] : [row.value]))
      wrong.push({ row, status, sent });
  }
  expect(wrong).toEqual([]);
});

everywhere("two Cookie headers are read like one, and a huge one is nobody's", async (name) => {
  const cookie = login.signIn();
  const statusOf = (...cookies: string[]) =>
    sendRaw(originOf(name), requestWith(cookies.map((line) => `Cookie: ${line}`)));
  // Workers puts a comma between the two, which is in no cookie: then it is nobody's.
  expect(await statusOf("theme=dark", cookie)).toBe(name === "Workers" ? 401 : 200);
  expect(await statusOf("theme=dark", cookie, `${odd.name}=other`)).toBe(401);
  expect(await statusOf(cookie, cookie)).toBe(401);
  expect([401, 431]).toContain(await statusOf(`${odd.name}=${"x".repeat(12_000)}`));
  expect(await statusOf(cookie)).toBe(200);
});

const requestWith = (lines: string[]) =>
  `GET /me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join("\r\n")}\r\n\r\n`;

const odd: { name: string; headers: { header: string; value: string | null }[] } = JSON.parse(
  read("clients/contract/cookies/session.json"),
);

for (const name of frameworks)
  test(`${name} answers what is thrown out of a handler with its status`, async () => {
    const [cookie, foreign] = [login.signIn(), { origin: "https://evil.example" }];
    const statusOf = async (init: RequestInit) => (await fetch(`${originOf(name)}/thrown`, init)).status;
    expect(await statusOf({ headers: { cookie } })).toBe(200);
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ method: "POST", headers: { cookie, ...foreign } })).toBe(403);
    login.isUnavailable = true;
    const answer = await fetch(`${originOf(name)}/thrown`, { headers: { cookie } });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
