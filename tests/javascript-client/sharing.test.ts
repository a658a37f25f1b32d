import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  createGatehouse,
  type Gatehouse,
  type Options,
  Refused,
  Unavailable,
} from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { until } from "../support/until";

/** Many requests at once: how often Gatehouse is asked, and that nobody gets an answer older than the request. */

const docs = "https://docs.example.com";
let login: TestGatehouse;
beforeEach(async () => {
  login = await startTestGatehouse();
});
afterEach(() => login.stop());

const open = (more: Partial<Options> = {}) =>
  createGatehouse({ url: login.url, allowedOrigins: [docs], log: () => {}, ...more });
const request = (cookie: string, method = "GET") => ({ method, headers: new Headers({ cookie, origin: docs }) });
const untilAsked = (times: number) => until(`asked ${times} times`, () => login.requests.length >= times);
const emails = (answers: Awaited<ReturnType<Gatehouse["ask"]>>[]) => answers.map((answer) => answer?.user.email);

describe("questions with one cookie", () => {
  test("are one when they come at the same time", async () => {
    login.delaySeconds = 0.1;
    const [gatehouse, cookie] = [open(), login.signIn()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => gatehouse.ask(cookie)));
    expect(new Set(emails(answers))).toEqual(new Set(["ada@example.org"]));
    expect(login.requests.length).toBe(1);
  });

  test("are put side by side for different cookies", async () => {
    login.delaySeconds = 0.15;
    const gatehouse = open();
    const people = Array.from({ length: 20 }, (_, i) => `ada${i}@example.org`);
    const cookies = people.map((email) => login.signIn({ email }));
    const began = performance.now();
    expect(emails(await Promise.all(cookies.map((cookie) => gatehouse.ask(cookie))))).toEqual(people);
    expect(performance.now() - began).toBeLessThan((150 * people.length) / 2);
  });

  test("do not get the answer under way after a sign-out", async () => {
    login.delaySeconds = 0.15;
    const [gatehouse, cookie] = [open(), login.signIn()];
    const before = gatehouse.ask(cookie);
    await untilAsked(1);
    login.signOut(cookie);
    const after = await gatehouse.ask(cookie);
    expect([(await before)?.user.email, after]).toEqual(["ada@example.org", null]); // the first came before it
    expect(login.requests.length).toBe(2);
  });
});

test("a question is put in the context of the request whose id it has", async () => {
  const contexts = new AsyncLocalStorage<string>();
  const heard: unknown[] = [];
  const gatehouse = open({
    fetch(address, init) {
      heard.push([contexts.getStore(), new Headers(init.headers).get("x-request-id")]);
      return fetch(address, init);
    },
  });
  const [cookie, ids] = [login.signIn(), ["request-a", "request-b", "request-c"]];
  login.delaySeconds = 0.05;
  const asked = ids.map(async (id, i) => {
    await until("the one before is asked", () => heard.length === i);
    return contexts.run(id, () => gatehouse.ask(cookie, id));
  });
  await Promise.all(asked);
  expect(heard).toEqual(ids.map((id) => [id, id]));
});

describe("whoever waits for a question that others wait for too", () => {
  test("does not wait for two answers of a slow Gatehouse", async () => {
    login.delaySeconds = 0.45;
    const [gatehouse, cookie] = [open(), login.signIn()];
    const answers: Promise<unknown>[] = [];
    for (let i = 0; i < 8; i += 1) {
      answers.push(gatehouse.ask(cookie));
      await Bun.sleep(20);
    }
    expect((await Promise.all(answers)).every(Boolean)).toBe(true);
    expect(login.requests.length).toBeLessThanOrEqual(4);
  });

  test("is told of a failure in an error of its own", async () => {
    login.isUnavailable = true;
    const [gatehouse, cookie] = [open(), login.signIn()];
    const asked = Array.from({ length: 20 }, () => gatehouse.ask(cookie).catch((error: unknown) => error));
    const failures = await Promise.all(asked);
    expect(failures.every((failure) => failure instanceof Unavailable)).toBe(true);
    expect(new Set(failures).size).toBe(20);
  });

  test("waits no longer for a second question than for the first", async () => {
    login.delaySeconds = 10;
    const [gatehouse, cookie] = [open({ deadlineSeconds: 4 }), login.signIn()];
    const timed = async () => {
      const began = performance.now();
      await expect(gatehouse.ask(cookie)).rejects.toThrow(Unavailable);
      return performance.now() - began;
    };
    const first = timed();
    await untilAsked(1);
    expect(Math.max(await timed(), await first)).toBeLessThan(4400); // the second one is put half a second later
  });
});

test("a flood of cookies is turned away at once, and forgotten", async () => {
  login.delaySeconds = 5;
  const [gatehouse, known] = [open({ deadlineSeconds: 0.3 }), login.signIn()];
  const forged = Array.from({ length: 2500 }, (_, i) => `better-auth.session_token=forged.${i}`);
  const began = performance.now();
  const answers = await Promise.all(forged.map((cookie) => gatehouse.ask(cookie).catch((error: unknown) => error)));
  expect(answers.every((answer) => answer instanceof Unavailable)).toBe(true);
  expect(performance.now() - began).toBeLessThan(1400);
  expect(login.requests.length).toBeLessThan(200); // about as many as there are connections, not 2,500
  login.delaySeconds = 0;
  await until("it is answered again", () => gatehouse.ask(known).then(Boolean, () => false));
});

test("more questions than could be answered within the deadline are turned away without being put", async () => {
  login.delaySeconds = 5;
  const lines: string[] = [];
  const gatehouse = open({ log: (line) => void lines.push(line) });
  const forged = Array.from({ length: 2500 }, (_, i) => `better-auth.session_token=forged.${i}`);
  const reasons = await Promise.all(forged.map((cookie) => gatehouse.ask(cookie).catch(String)));
  expect(reasons.filter((reason) => reason === "Unavailable: too many questions at once").length).toBe(500);
  const told = lines.filter((line) => /: too many questions at once \(request \w+\)$/.test(line));
  expect(new Set(told).size).toBe(500); // each with an id of its own
});

describe("nothing is kept", () => {
  test("unless asked for", async () => {
    const [gatehouse, cookie] = [open(), login.signIn()];
    for (let i = 0; i < 3; i += 1) await gatehouse.check(request(cookie));
    expect(login.requests.length).toBe(3);
  });

  test("of failures and strangers", async () => {
    const [gatehouse, cookie] = [open({ cacheSeconds: 5 }), login.signIn()];
    login.isUnavailable = true;
    await expect(gatehouse.check(request(cookie))).rejects.toThrow(Refused);
    login.isUnavailable = false;
    await gatehouse.check(request(cookie));
    for (let i = 0; i < 2; i += 1) expect(await gatehouse.who(request("better-auth.session_token=a.b"))).toBeNull();
    expect(login.requests.length).toBe(4);
  });
});

describe("a cache", () => {
  test("answers reads and nothing else", async () => {
    const [gatehouse, cookie] = [open({ cacheSeconds: 5 }), login.signIn()];
    for (let i = 0; i < 3; i += 1) await gatehouse.check(request(cookie));
    await gatehouse.who(request(cookie));
    await gatehouse.require(request(cookie), { emailVerified: true });
    expect(login.requests.length).toBe(1);
    await gatehouse.require(request(cookie), { fresh: true }); // what matters is always asked
    await gatehouse.check(request(cookie, "POST"));
    await gatehouse.ask(cookie);
    expect(login.requests.length).toBe(4);
    login.signOut(cookie);
    await gatehouse.check(request(cookie)); // the price of a cache
  });

  for (const [what, ask] of Object.entries({
    "a write": (gatehouse: Gatehouse, cookie: string) => gatehouse.check(request(cookie, "POST")),
    "what matters": (gatehouse: Gatehouse, cookie: string) => gatehouse.require(request(cookie), { fresh: true }),
  }))
    test(`does not deny a sign-out that ${what} has found out`, async () => {
      const [gatehouse, cookie] = [open({ cacheSeconds: 5 }), login.signIn()];
      await gatehouse.check(request(cookie));
      login.signOut(cookie);
      await expect(ask(gatehouse, cookie)).rejects.toMatchObject({ code: "no_session" });
      await expect(gatehouse.check(request(cookie))).rejects.toMatchObject({ code: "no_session" });
    });

  test("forgets after its seconds, which began when the question was asked", async () => {
    login.delaySeconds = 0.2;
    const [gatehouse, cookie] = [open({ cacheSeconds: 0.3 }), login.signIn()];
    await gatehouse.check(request(cookie));
    login.signOut(cookie);
    await Bun.sleep(150); // 0.35 s after the question, 0.15 s after the answer
    expect(await gatehouse.who(request(cookie))).toBeNull();
  });
});
