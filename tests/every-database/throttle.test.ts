import { afterAll, beforeAll, expect, test } from "bun:test";
import { clientKey, networkKey } from "../../src/http/client-key";
import { createThrottle, rowsOfLimit } from "../../src/guard/throttle";
import { newPerson, startGatehouse, Visitor, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const wrong = "not the password";
const at = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
const guess = async (visitor: Visitor, email: string) =>
  (await visitor.post("/sign-in", { email, password: wrong })).status;
/** Many guesses, ten at a time: more at once would be turned away before they are counted. */
async function guesses(count: number, guessNumber: (i: number) => Promise<number>): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i += 10)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(10, count - i) }, (_, j) => guessNumber(i + j)))));
  return answers;
}
/** Lets seconds pass for the limits. */
const letPass = (seconds: number) =>
  gatehouse.rows(
    `update gatehouse.throttle set open_at = open_at - $1 * interval '1 second',
      changed_at = changed_at - $1 * interval '1 second'`,
    [seconds],
  );
/** Lets every wait pass that is shorter than half a day; how often something was tried is remembered. */
const waitASecond = () => gatehouse.rows("update gatehouse.throttle set open_at = now()");

test("guessing: a hundred guesses at one account from a hundred addresses are five", async () => {
  const { email } = newPerson();
  const answers = await guesses(100, () => guess(gatehouse.visitor(), email));
  expect(answers.filter((status) => status === 422)).toHaveLength(5);
  expect(answers.filter((status) => status === 429)).toHaveLength(95);
});

test("guessing: ten guesses an hour is the most, and the waits grow", async () => {
  const { email } = newPerson();
  const waits: number[] = [];
  let guessesInAnHour = 0;
  for (let seconds = 0; seconds < 60 * 60; ) {
    const { status, headers } = await gatehouse.visitor().post("/sign-in", { email, password: wrong });
    if (status === 422) {
      guessesInAnHour++;
      continue;
    }
    expect(status).toBe(429);
    const wait = Number(headers.get("retry-after"));
    waits.push(wait);
    seconds += wait;
    await letPass(wait);
  }
  expect(guessesInAnHour).toBe(10);
  expect(waits.map((seconds) => Math.round(seconds / 60))).toEqual([1, 2, 4, 8, 16, 30]);
});

test("guessing: sign-ups are held up per client, and per network of an IPv6 provider", async () => {
  const signUps = async (addressOf: (i: number) => string, count: number) => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) => at(addressOf(i)).post("/sign-up", { ...newPerson() })),
    );
    return answers.map(({ status }) => status);
  };
  const aClass: number[] = [];
  for (let i = 0; i < 42; i += 14) aClass.push(...(await signUps(() => "192.0.2.77", 14)));
  expect(aClass.filter((status) => status === 303)).toHaveLength(40);
  expect(Number((await at("192.0.2.77").post("/sign-up", { ...newPerson() })).headers.get("retry-after"))).toBeCloseTo(
    60,
    -2,
  );
  const signUpInBlock = (i: number) => at(`2001:db8:77:${i.toString(16)}::1`).post("/sign-up", { ...newPerson() });
  await gatehouse.rows("delete from gatehouse.throttle");
  await signUpInBlock(0);
  await gatehouse.rows("update gatehouse.throttle set tries = 198 where tries = 1");
  const many = await signUps((i) => `2001:db8:77:${(i + 1).toString(16)}::1`, 4);
  expect(many.filter((status) => status === 303)).toHaveLength(2);
});

test("guessing: a script that makes accounts all day is held to four an hour after the first forty", async () => {
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

test("guessing: one address trying one password at many accounts is held up after twenty", async () => {
  const visitor = gatehouse.visitor();
  const answers = await guesses(40, () => guess(visitor, newPerson().email));
  expect(answers.filter((status) => status === 422)).toHaveLength(20);
});

test("guessing: whoever is held up holds nobody else up: neither another client nor the account", async () => {
  const [loud, person] = [gatehouse.visitor(), newPerson()];
  await guesses(25, () => guess(loud, newPerson().email));
  for (let i = 0; i < 10; i++) expect(await guess(loud, person.email)).toBe(429);
  expect(await guess(gatehouse.visitor(), person.email)).toBe(422);
});

test("guessing: an IPv6 client is its /64, however it is written; a made-up /64 of one /48 is counted too", () => {
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

test("guessing: addresses of one /64 share their tries", async () => {
  const answers = await guesses(30, (i) => guess(at(`2001:db8:9:9::${i.toString(16)}`), newPerson().email));
  expect(answers.filter((status) => status === 422)).toHaveLength(20);
});

test("guessing: the session API is never limited, and whoever has no address any more gets no try", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const checks = await Promise.all(Array.from({ length: 300 }, () => visitor.get("/api/session")));
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
  const gone = at(""); // the connection was reset
  const answers = await guesses(30, () => guess(gone, newPerson().email));
  expect(new Set(answers)).toEqual(new Set([400]));
});

test("guessing: a clock that was set back locks nobody out", async () => {
  const { email } = newPerson();
  for (let i = 0; i < 5; i++) await guess(gatehouse.visitor(), email);
  expect(await guess(gatehouse.visitor(), email)).toBe(429);
  await gatehouse.rows(
    "update gatehouse.throttle set open_at = now() + interval '5 hours', changed_at = now() + interval '5 hours'",
  );
  expect(await guess(gatehouse.visitor(), email)).toBe(422);
});

test("guessing: the table names nobody", async () => {
  const person = newPerson();
  await guess(gatehouse.visitor(), person.email);
  expect(JSON.stringify(await gatehouse.rows("select * from gatehouse.throttle"))).not.toContain(person.email);
});

test("guessing: a limit that is given twice, or hidden by one secret twice, counts and forgets one try", async () => {
  const limit = { kind: "signIn", key: newPerson().email } as const;
  const keys = ["one secret", "one secret"] as const;
  const throttle = createThrottle(gatehouse.database, { keys, log: () => undefined });
  const tries = async () => {
    const counted = "select tries from gatehouse.throttle where key = any($1)";
    return (await gatehouse.rows<{ tries: number }>(counted, [rowsOfLimit(keys, limit)])).map((row) => row.tries);
  };
  for (let i = 0; i < 3; i++) expect((await throttle.take([limit, limit])).ok).toBe(true);
  expect(await tries()).toEqual([3]);
  await throttle.forgive([limit, limit]);
  expect(await tries()).toEqual([2]);
});

test("guessing: being turned away is one event, however often it happens", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  for (let i = 0; i < 12; i++) await guess(gatehouse.visitor(), person.email);
  const events = await gatehouse.rows<{ outcome: string; n: number }>(
    `select outcome, count(*)::int as n from gatehouse.event
       where kind = 'sign_in' and user_id = (select id from "user" where email = $1) group by 1 order by 1`,
    [person.email],
  );
  expect(events).toEqual([
    { outcome: "held_up", n: 1 },
    { outcome: "refused", n: 5 },
  ]);
});
