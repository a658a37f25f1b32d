import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createGatehouse, type Gatehouse, type Options } from "../../clients/javascript/src/index";
import { openLive } from "../../clients/javascript/src/live";
import { thisMoment } from "../../clients/javascript/src/moment";
import { checkedSettings } from "../../clients/javascript/src/options";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { goldenIn } from "../support/golden";
import { until } from "../support/until";
import { runInRuntime } from "./places";

/** Answers from memory while Gatehouse tells what changed: with the small Gatehouse, over real sockets. */

const docs = "https://docs.example.com";
let login: TestGatehouse;
let gatehouse: Gatehouse;
beforeEach(async () => {
  login = await startTestGatehouse();
  gatehouse = open();
});
afterEach(async () => {
  gatehouse.close();
  await login.stop();
});

const open = (more: Partial<Options> = {}) =>
  createGatehouse({
    ...{ url: login.url, allowedOrigins: [docs], liveKey: login.liveKey, log: () => {} },
    ...more,
  });
const request = (cookie: string, method = "GET", more: Record<string, string> = {}) => ({
  method,
  headers: new Headers({ cookie, origin: docs, ...more }),
});

/** How many questions something costs. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = login.requests.length;
  await work();
  return login.requests.length - before;
}

async function untilKept(cookie: string): Promise<string> {
  await until("it is in memory", async () => (await costOf(() => gatehouse.check(request(cookie)))) === 0);
  return cookie;
}

const isNobody = (cookie: string) => gatehouse.who(request(cookie)).then((answer) => answer === null);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "in",
    ({ code }) => code,
  );

describe("memory", () => {
  test("answers reads, and a sign-out is there at once", async () => {
    const cookie = await untilKept(login.signIn({ roles: ["admin"] }));
    const reads = [
      () => gatehouse.check(request(cookie)),
      () => gatehouse.who(request(cookie, "HEAD")),
      () => gatehouse.require(request(cookie), { emailVerified: true, role: "admin" }),
      () => gatehouse.ask(cookie, undefined, { fromMemory: true }),
    ];
    for (const read of reads) expect(await costOf(read)).toBe(0);
    login.signOut(cookie);
    expect(await until("nobody is", () => isNobody(cookie))).toBeLessThan(500); // milliseconds; a few, usually
  });

  test("is never asked about what matters", async () => {
    const cookie = await untilKept(login.signIn({ methods: ["password", "totp"] }));
    const matters = [
      () => gatehouse.require(request(cookie), { fresh: true }),
      () => gatehouse.require(request(cookie), { secondFactor: true }),
      () => gatehouse.check(request(cookie, "POST")),
      () => gatehouse.check(request(cookie, "GET", { upgrade: "websocket" })),
      () => gatehouse.ask(cookie),
    ];
    for (const ask of matters) expect(await costOf(ask)).toBe(1);
    expect(await costOf(() => gatehouse.check(request(cookie)))).toBe(0);
  });
});

describe("memory, when something fails,", () => {
  test("ends when a poll fails, and begins again", async () => {
    const cookie = await untilKept(login.signIn());
    const isUnknown = async () => (await codeOf(gatehouse.check(request(cookie)))) === "unavailable";
    login.isUnavailable = true;
    await until("it is not known", isUnknown);
    login.isUnavailable = false;
    await untilKept(cookie);
    await login.stop();
    await until("it is not known", isUnknown);
    await login.start();
    expect(await codeOf(gatehouse.check(request(cookie)))).toBe("in");
    await untilKept(cookie);
  });

  test("is empty after a restart of Gatehouse", async () => {
    const cookie = await untilKept(login.signIn());
    await login.stop();
    login.signOut(cookie);
    await login.start();
    expect(await until("nobody is", () => isNobody(cookie))).toBeLessThan(2500); // two seconds, and a busy machine
  });
});

for (const runtime of ["Node", "Bun", "Deno"] as const)
  test(`${runtime} polls over one connection, which nothing else is asked over`, async () => {
    const { polls, connections, others } = JSON.parse(await runInRuntime(runtime, "polling.mjs"));
    expect(polls).toBeGreaterThan(10);
    expect([connections, others]).toEqual([1, 0]);
  });

describe("polling", () => {
  test("ends when nobody asks for a while, forgets everything, and begins again", async () => {
    const memory = openLive(checkedSettings({ url: login.url }), login.liveKey, 0.5);
    const cookie = login.signIn();
    const caller = (await gatehouse.check(request(cookie))) ?? undefined;
    gatehouse.close();
    memory.keep(cookie, caller, thisMoment());
    await Bun.sleep(1500);
    const { polls } = login;
    await Bun.sleep(1000);
    expect(login.polls).toBe(polls);
    memory.keep(cookie, caller, thisMoment());
    await until("it polls again", () => login.polls > polls);
    memory.close?.();
  });

  test("ends with close, at once", async () => {
    await gatehouse.check(request(login.signIn()));
    await until("it polls", () => login.polls >= 2);
    gatehouse.close();
    const { polls } = login;
    await Bun.sleep(600); // longer than a poll is held
    expect(login.polls).toBe(polls);
  });
});

test("without a key nothing is polled, and a wrong one is refused", async () => {
  gatehouse = open({ liveKey: undefined });
  await gatehouse.check(request(login.signIn()));
  await Bun.sleep(100);
  expect(login.polls).toBe(0);
  for (const liveKey of ["", "short", "k".repeat(31), `${"k".repeat(40)} `, 7 as unknown as string])
    expect(() => open({ liveKey })).toThrow("liveKey");
  expect(() => open({ cacheSeconds: 2 })).toThrow("choose one");
});

const folder = join(import.meta.dir, "../../clients/contract/changes");
const key = () => ({ authorization: `Bearer ${login.liveKey}` });
const poll = (after: string, headers: Record<string, string>) =>
  fetch(`${login.url}/api/session/changes?after=${after}`, { headers });
const cursor = async () => ((await (await poll("", key())).json()) as { cursor: string }).cursor;
const ways: Record<string, () => Promise<Response>> = {
  reset: () => poll("", key()),
  unchanged: async () => poll(await cursor(), key()),
  async changed() {
    const [cookie, after] = [login.signIn(), await cursor()];
    login.signOut(cookie);
    return poll(after, key());
  },
  "key-needed": () => poll("", { authorization: "Bearer wrong" }),
  "with-cookie": () => poll("", { ...key(), cookie: login.signIn() }),
  async unavailable() {
    login.isUnavailable = true;
    return poll("", key());
  },
};
for (const [name, way] of Object.entries(ways))
  test(`the small Gatehouse gives the golden answer to a poll: ${name}`, async () => {
    const { response } = await goldenIn(folder, name);
    const got = await way();
    expect(got.status).toBe(response.status);
    expect(Object.fromEntries(got.headers)).toMatchObject(response.headers);
    expect(response.absentHeaders.filter((header) => got.headers.has(header))).toEqual([]);
    const body = (await got.json()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(Object.keys(response.body as object));
    if (response.status !== 200) expect(Bun.deepEquals(body, response.body)).toBe(true);
  });
