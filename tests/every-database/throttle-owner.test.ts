import { afterAll, beforeAll, expect, test } from "bun:test";
import { createMetrics } from "../../src/process/metrics";
import { changePassword } from "../../src/account/change-password";
import type { OtherWay } from "../../src/account/other-ways";
import { resetPassword } from "../../src/account/recover";
import { readConfig } from "../../src/settings/config";
import { keysFrom } from "../../src/guard/keys";
import { createOutbox } from "../../src/account/outbox";
import { createPasswords } from "../../src/guard/password";
import { createStrength } from "../../src/guard/strength";
import { TooBusy } from "../../src/http/problem";
import { wordsOf } from "../../src/http/language";
import { createVisits } from "../../src/http/visit";
import { createThrottle } from "../../src/guard/throttle";
import { refused } from "../../src/result";
import { newTestDatabase } from "../support/databases";
import { newPerson, startGatehouse, Visitor, type Gatehouse, type Person } from "../support/harness";

/** The limits on guesses, as the owner of an account meets them. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const wrong = "not the password";
const at = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
const guess = async (visitor: Visitor, email: string) =>
  (await visitor.post("/sign-in", { email, password: wrong })).status;
const signIn = async (visitor: Visitor, person: Person) => (await visitor.post("/sign-in", { ...person })).status;
/** Many guesses, ten at a time: more at once would be turned away before they are counted. */
async function guesses(count: number, guessNumber: (i: number) => Promise<number>): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i += 10)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(10, count - i) }, (_, j) => guessNumber(i + j)))));
  return answers;
}
/** Lets every wait pass that is shorter than half a day; how often something was tried is remembered. */
const waitASecond = () => gatehouse.rows("update gatehouse.throttle set open_at = now()");

test("guessing: a stranger's guesses never lock the owner out of a device they know", async () => {
  const owner = gatehouse.visitor();
  const person = await owner.join();
  await owner.post("/sign-out", {});
  for (let i = 0; i < 8; i++) await guess(gatehouse.visitor(), person.email);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(429);
  expect((await owner.signIn(person)).location).toBe("/account");
});

test("guessing: a neighbour behind the same address does not lock the owner out of a device they know", async () => {
  const owner = gatehouse.visitor();
  const person = await owner.join();
  await owner.post("/sign-out", {});
  await guesses(30, () => guess(at(owner.address), newPerson().email));
  expect(await guess(at(owner.address), newPerson().email)).toBe(429);
  expect((await owner.signIn(person)).location).toBe("/account");
});

test("guessing: a device known to one account is a stranger to another", async () => {
  const [thief, owner] = [gatehouse.visitor(), gatehouse.visitor()];
  await thief.join();
  const person = await owner.join();
  const answers = await Promise.all(Array.from({ length: 10 }, () => guess(thief, person.email)));
  await Promise.all(Array.from({ length: 10 }, () => guess(gatehouse.visitor(), person.email)));
  expect(answers.filter((status) => status === 422).length).toBeLessThanOrEqual(5);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(429);
});

test("guessing: the right password forgets the wrong ones before it", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
    expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
  }
});

test("guessing: right sign-ins are sixty an hour for one account, by page and API, then one a minute", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows("update gatehouse.throttle set tries = 58 where tries = 1");
  const byApi = gatehouse.visitor();
  const json = {
    method: "POST",
    body: JSON.stringify(person),
    headers: { origin: gatehouse.origin, "content-type": "application/json" },
  };
  expect([
    await signIn(gatehouse.visitor(), person),
    (await byApi.send("/api/auth/sign-in/email", json)).status,
  ]).toEqual([303, 200]);
  for (const each of [visitor, gatehouse.visitor()]) {
    const held = await each.post("/sign-in", { ...person });
    expect([held.status, Number(held.headers.get("retry-after"))]).toEqual([429, expect.closeTo(60, -1)]);
  }
  expect((await gatehouse.visitor().send("/api/auth/sign-in/email", json)).status).toBe(429);
  await waitASecond();
  expect([await signIn(visitor, person), await signIn(visitor, person)]).toEqual([303, 429]);
});

test("guessing: a stranger's wrong passwords use up none of the owner's right sign-ins", async () => {
  const owner = gatehouse.visitor();
  const person = await owner.join();
  await gatehouse.rows("update gatehouse.throttle set tries = 58 where tries = 1");
  for (let i = 0; i < 5; i++) expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
  expect([await signIn(owner, person), await signIn(owner, person), await signIn(owner, person)]).toEqual([
    303, 303, 429,
  ]);
});

test("guessing: a person's password can be changed sixty times an hour, and not without end", async () => {
  const visitor = gatehouse.visitor();
  const { password } = await visitor.join();
  const change = async (current: string, next: string) =>
    (await visitor.post("/account/password", { current, password: next })).status;
  expect(await change(password, "the second pass phrase")).toBe(303);
  await gatehouse.rows("update gatehouse.throttle set tries = 59 where tries = 1");
  expect(await change("the second pass phrase", "the third pass phrase")).toBe(303);
  expect(await change("the third pass phrase", "the fourth pass phrase")).toBe(429);
});

test("guessing: another address can be asked for sixty times an hour, whichever it is and wherever from", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const askFor = async (email: string) =>
    (
      await gatehouse.visitor().send("/account/email", {
        method: "POST",
        body: new URLSearchParams({ email }).toString(),
        headers: {
          origin: gatehouse.origin,
          cookie: visitor.cookieHeader(),
          "content-type": "application/x-www-form-urlencoded",
        },
      })
    ).status;
  expect(await askFor("first@example.org")).toBe(303);
  await gatehouse.rows("update gatehouse.throttle set tries = 59 where tries = 1");
  expect([await askFor("second@example.org"), await askFor("third@example.org")]).toEqual([303, 429]);
});

test("guessing: an owner's own successes do not buy an attacker more tries from the same address", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  for (let i = 0; i < 19; i++) await guess(visitor, newPerson().email);
  expect((await visitor.post("/sign-in", { ...person })).status).toBe(303);
  expect(await guess(visitor, newPerson().email)).toBe(422);
  expect(await guess(visitor, newPerson().email)).toBe(429);
});

/** The services of a program all of whose places for hashing are taken, until `flood.resolve()`. */
async function floodedServices() {
  const { database, rows, remove } = await newTestDatabase();
  const secrets = [{ value: "a-secret-that-only-the-tests-know-0123456789" }] as const;
  const keys = keysFrom(secrets);
  const passwords = createPasswords(1, 2);
  const config = { ...readConfig({}), secrets };
  const services = {
    config,
    database,
    keys,
    passwords,
    strength: createStrength(),
    metrics: createMetrics(),
    log: () => undefined,
    throttle: createThrottle(database, { keys: keys.throttle, log: () => undefined }),
    tables: [],
    outbox: createOutbox(false, () => undefined),
  };
  const flood = Promise.withResolvers<void>();
  const guests = Array.from({ length: 16 }, () => passwords.admit(() => flood.promise)); // every place there is
  const visit = createVisits(config, { check: async () => null, wordsOf })(new Request(config.origin), "203.0.113.1");
  const end = async () => {
    flood.resolve();
    await Promise.all(guests);
    await remove();
  };
  return { services, visit, rows, end };
}

const turnedAway: PromiseRejectedResult = { status: "rejected", reason: expect.any(TooBusy) };

test("guessing: being turned away as busy is no try, or a flood would keep an owner out", async () => {
  const { services, visit, rows, end } = await floodedServices();
  const change = {
    current: { userId: "1", sessionId: "1" },
    email: "ada@example.org",
    oldPassword: "an old password",
    newPassword: "a new password",
    signOutOthers: true,
  };
  const tries = Array.from({ length: 10 }, () => changePassword(services, visit, change));
  for (const answer of await Promise.allSettled(tries)) expect(answer).toEqual(turnedAway);
  expect(await rows("select * from gatehouse.throttle")).toEqual([]);
  await end();
});

test("a recovery code that is given with a mailed link is not used up by being turned away as busy", async () => {
  const { services, visit, rows, end } = await floodedServices();
  await services.database.migrate();
  const [email, userId] = ["ada@example.org", "1"];
  await rows(`insert into "user" (id, name, email, email_verified) values ($1, 'Ada', $2, true)`, [userId, email]);
  const used: string[] = [];
  const code: OtherWay = {
    ...{ role: "opens", field: "code", removal: { event: "none", remove: async () => false } },
    isThere: async () => true,
    lacking: () => ({ text: "", href: "", label: "" }),
    view: () => "",
    async check(_services, _visit, { value }) {
      used.push(value);
      return refused("link_alone");
    },
  };
  const reset = { token: "", password: "a new password", email, userId, ways: [code], given: () => "abcde-fghjk" };
  const [answer] = await Promise.allSettled([resetPassword(services, visit, reset)]);
  expect([answer, used]).toEqual([turnedAway, []]);
  await end();
});
