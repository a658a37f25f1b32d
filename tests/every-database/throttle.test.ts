import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { changePassword } from "../../src/account/change-password";
import { clientKey, networkKey } from "../../src/http/client";
import { readConfig } from "../../src/settings/config";
import { keysFrom } from "../../src/guard/keys";
import { createOutbox } from "../../src/account/outbox";
import { createPasswords } from "../../src/guard/password";
import { createStrength } from "../../src/guard/strength";
import { TooBusy } from "../../src/http/problem";
import { createThrottle } from "../../src/guard/throttle";
import { newTestDatabase } from "../support/databases";
import { newPerson, startGatehouse, Visitor, type Gatehouse, type Person } from "../support/harness";

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

describe("guessing", () => {
  test("a hundred guesses at one account from a hundred addresses are five", async () => {
    const { email } = newPerson();
    const answers = await guesses(100, () => guess(gatehouse.visitor(), email));
    expect(answers.filter((status) => status === 422)).toHaveLength(5);
    expect(answers.filter((status) => status === 429)).toHaveLength(95);
  });

  test("ten guesses an hour is the most, and the waits grow", async () => {
    const { email } = newPerson();
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      expect(await guess(gatehouse.visitor(), email)).toBe(422);
      const told = await gatehouse.visitor().post("/sign-in", { email, password: wrong });
      waits.push(told.status === 429 ? Number(told.headers.get("retry-after")) : 0);
      if (told.status !== 429) i++; // it was a guess of its own
      await waitASecond();
    }
    const minutes = waits.map((seconds) => Math.round(seconds / 60)).filter(Boolean);
    expect(minutes).toEqual([1, 2, 4, 8, 16, 30, 30, 30].slice(0, minutes.length));
    expect(minutes.length).toBeGreaterThan(6);
  });

  test("a stranger's guesses never lock the owner out of a device they know", async () => {
    const owner = gatehouse.visitor();
    const person = await owner.join();
    await owner.post("/sign-out", {});
    for (let i = 0; i < 8; i++) await guess(gatehouse.visitor(), person.email);
    expect((await gatehouse.visitor().signIn(person)).status).toBe(429);
    expect((await owner.signIn(person)).location).toBe("/account");
  });

  test("a neighbour behind the same address does not lock the owner out of a device they know", async () => {
    const owner = gatehouse.visitor();
    const person = await owner.join();
    await owner.post("/sign-out", {});
    await guesses(30, () => guess(at(owner.address), newPerson().email));
    expect(await guess(at(owner.address), newPerson().email)).toBe(429);
    expect((await owner.signIn(person)).location).toBe("/account");
  });

  test("sign-ups are held up per client, and per network of an IPv6 provider", async () => {
    const signUps = async (addressOf: (i: number) => string, count: number) => {
      const answers = await Promise.all(
        Array.from({ length: count }, (_, i) => at(addressOf(i)).post("/sign-up", { ...newPerson() })),
      );
      return answers.map(({ status }) => status);
    };
    const aClass: number[] = [];
    for (let i = 0; i < 42; i += 14) aClass.push(...(await signUps(() => "192.0.2.77", 14)));
    expect(aClass.filter((status) => status === 303)).toHaveLength(40);
    expect(
      Number((await at("192.0.2.77").post("/sign-up", { ...newPerson() })).headers.get("retry-after")),
    ).toBeCloseTo(60, -2);
    const signUpInBlock = (i: number) => at(`2001:db8:77:${i.toString(16)}::1`).post("/sign-up", { ...newPerson() });
    await gatehouse.rows("delete from gatehouse.throttle");
    await signUpInBlock(0);
    await gatehouse.rows("update gatehouse.throttle set tries = 198 where tries = 1");
    const many = await signUps((i) => `2001:db8:77:${(i + 1).toString(16)}::1`, 4);
    expect(many.filter((status) => status === 303)).toHaveLength(2);
  });

  test("a script that makes accounts all day is held to four an hour after the first forty", async () => {
    const one = () => at("192.0.2.78").post("/sign-up", { ...newPerson() });
    await one();
    await gatehouse.rows("update gatehouse.throttle set tries = 39 where tries = 1");
    const waits: (string | null)[] = [];
    for (let i = 0; i < 5; i++) {
      expect((await one()).status).toBe(303);
      waits.push((await one()).headers.get("retry-after"));
      await waitASecond();
    }
    expect(waits.map((wait) => Math.round(Number(wait) / 60))).toEqual([1, 5, 15, 15, 15]);
  });

  test("a device known to one account is a stranger to another", async () => {
    const [thief, owner] = [gatehouse.visitor(), gatehouse.visitor()];
    await thief.join();
    const person = await owner.join();
    const answers = await Promise.all(Array.from({ length: 10 }, () => guess(thief, person.email)));
    await Promise.all(Array.from({ length: 10 }, () => guess(gatehouse.visitor(), person.email)));
    expect(answers.filter((status) => status === 422).length).toBeLessThanOrEqual(5);
    expect((await gatehouse.visitor().signIn(person)).status).toBe(429);
  });

  test("one address trying one password at many accounts is held up after twenty", async () => {
    const visitor = gatehouse.visitor();
    const answers = await guesses(40, () => guess(visitor, newPerson().email));
    expect(answers.filter((status) => status === 422)).toHaveLength(20);
  });

  test("whoever is held up holds nobody else up: neither another client nor the account", async () => {
    const [loud, person] = [gatehouse.visitor(), newPerson()];
    await guesses(25, () => guess(loud, newPerson().email));
    for (let i = 0; i < 10; i++) expect(await guess(loud, person.email)).toBe(429);
    expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
  });

  test("the right password forgets the wrong ones before it", async () => {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
      expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
    }
  });

  test("right sign-ins are sixty an hour for one account, by page and API, from whatever device, then one a minute", async () => {
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

  test("a stranger's wrong passwords use up none of the owner's right sign-ins", async () => {
    const owner = gatehouse.visitor();
    const person = await owner.join();
    await gatehouse.rows("update gatehouse.throttle set tries = 58 where tries = 1");
    for (let i = 0; i < 5; i++) expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
    expect([await signIn(owner, person), await signIn(owner, person), await signIn(owner, person)]).toEqual([
      303, 303, 429,
    ]);
  });

  test("a person's password can be changed sixty times an hour, and not without end", async () => {
    const visitor = gatehouse.visitor();
    const { password } = await visitor.join();
    const change = async (current: string, next: string) =>
      (await visitor.post("/account/password", { current, password: next })).status;
    expect(await change(password, "the second pass phrase")).toBe(303);
    await gatehouse.rows("update gatehouse.throttle set tries = 59 where tries = 1");
    expect(await change("the second pass phrase", "the third pass phrase")).toBe(303);
    expect(await change("the third pass phrase", "the fourth pass phrase")).toBe(429);
  });

  test("another address can be asked for sixty times an hour, whichever it is and wherever from", async () => {
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

  test("an owner's own successes do not buy an attacker more tries from the same address", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    for (let i = 0; i < 19; i++) await guess(visitor, newPerson().email);
    expect((await visitor.post("/sign-in", { ...person })).status).toBe(303);
    expect(await guess(visitor, newPerson().email)).toBe(422);
    expect(await guess(visitor, newPerson().email)).toBe(429);
  });

  test("an IPv6 client is its /64, however it is written; a made-up /64 of one /48 is counted too", () => {
    const same = ["2001:db8:1:2::1", "2001:0DB8:0001:0002:ffff::", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:0:0:1.2.3.4"];
    expect(new Set(same.map(clientKey))).toEqual(new Set(["2001:db8:1:2::/64"]));
    expect(clientKey("2001:db8:1:3::1")).not.toBe(clientKey("2001:db8:1:2::1"));
    expect(networkKey("2001:db8:1:3::1")).toBe(networkKey("2001:db8:1:2::1"));
    expect([clientKey("::1"), clientKey("fe80::1%eth0"), clientKey("192.0.2.1"), networkKey("192.0.2.1")]).toEqual([
      "0:0:0:0::/64",
      "fe80:0:0:0::/64",
      "192.0.2.1",
      "192.0.2.1",
    ]);
  });

  test("addresses of one /64 share their tries", async () => {
    const answers = await guesses(30, (i) => guess(at(`2001:db8:9:9::${i.toString(16)}`), newPerson().email));
    expect(answers.filter((status) => status === 422)).toHaveLength(20);
  });

  test("the session API is never limited, and clients without an address share no count", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const checks = await Promise.all(Array.from({ length: 300 }, () => visitor.get("/api/session")));
    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
    const nobody = at("");
    const answers = await guesses(30, () => guess(nobody, newPerson().email));
    expect(new Set(answers)).toEqual(new Set([422]));
  });

  test("a clock that was set back locks nobody out", async () => {
    const { email } = newPerson();
    for (let i = 0; i < 5; i++) await guess(gatehouse.visitor(), email);
    expect(await guess(gatehouse.visitor(), email)).toBe(429);
    await gatehouse.rows(
      "update gatehouse.throttle set open_at = now() + interval '5 hours', changed_at = now() + interval '5 hours'",
    );
    expect(await guess(gatehouse.visitor(), email)).toBe(422);
  });

  test("the table names nobody", async () => {
    const person = newPerson();
    await guess(gatehouse.visitor(), person.email);
    expect(JSON.stringify(await gatehouse.rows("select * from gatehouse.throttle"))).not.toContain(person.email);
  });

  test("being turned away is one event, however often it happens", async () => {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    for (let i = 0; i < 12; i++) await guess(gatehouse.visitor(), person.email);
    const events = await gatehouse.rows<{ outcome: string; n: number }>(
      `select outcome, count(*)::int as n from gatehouse.event where kind = 'sign_in' and user_id = (select id from "user" where email = $1) group by 1 order by 1`,
      [person.email],
    );
    expect(events).toEqual([
      { outcome: "held_up", n: 1 },
      { outcome: "refused", n: 5 },
    ]);
  });

  test("being turned away as busy is no try, or a flood would keep an owner from changing the password", async () => {
    const { database, rows, remove } = await newTestDatabase();
    const secret = "a-secret-that-only-the-tests-know-0123456789";
    const keys = keysFrom(secret);
    const passwords = createPasswords(1, 2);
    const needs = {
      config: { ...readConfig({}), secret },
      database,
      keys,
      passwords,
      log: () => undefined,
      throttle: createThrottle(database, keys.throttle),
      outbox: createOutbox(false, () => undefined),
      strength: createStrength(),
    };
    const flood = Promise.withResolvers<void>();
    const guests = Array.from({ length: 16 }, () => passwords.admit(() => flood.promise)); // every place there is
    const change = {
      userId: "1",
      email: "ada@example.org",
      sessionId: "1",
      current: "an old password",
      next: "a new password",
      signOutOthers: true,
    };
    const tries = Array.from({ length: 10 }, () =>
      changePassword(needs, change, { ip: "203.0.113.1", userAgent: "", language: "en" }, { hash: "a device" }),
    );
    for (const answer of await Promise.allSettled(tries))
      expect(answer).toEqual({ status: "rejected", reason: expect.any(TooBusy) });
    expect(await rows("select * from gatehouse.throttle")).toEqual([]);
    flood.resolve();
    await Promise.all(guests);
    await remove();
  });
});
