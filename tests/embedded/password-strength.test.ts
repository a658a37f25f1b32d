import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMetrics } from "../../src/process/metrics";
import { createOutbox } from "../../src/account/outbox";
import { createDoor } from "../../src/auth/door";
import { createGate } from "../../src/auth/gate";
import { keysFrom } from "../../src/guard/keys";
import { createPasswords } from "../../src/guard/password";
import { createStrength, type Strength, type Verdict } from "../../src/guard/strength";
import { createThrottle } from "../../src/guard/throttle";
import { wordsOf } from "../../src/http/language";
import { createVisits } from "../../src/http/visit";
import { refused as refusal } from "../../src/result";
import { readConfig } from "../../src/settings/config";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ BRAND_NAME: "Lighthouse Labs" });
});
afterAll(() => gatehouse.close());

const refused = ["1234567890123456", "password123456", "iloveyou12345678", "Passwort2026!", "qwertyuiopasdfg"];
const taken = ["Tr0ub4dor&3", "tisch lampe wolke birne"];
const hashes = () => gatehouse.rows("select password from account order by user_id");

/** Ways to choose a password: each gives the status, and what is said about the password. */
type Choose = (password: string) => Promise<[status: number, said: string]>;

const said = ({ status, page }: Got): [number, string] => [status, page.querySelector("#password-note")?.text ?? ""];

const atSignUp: Choose = async (password) => said(await gatehouse.visitor().signUp({ ...newPerson(), password }));

const byProgram: Choose = async (password) => {
  const body = JSON.stringify({ ...newPerson(), password });
  const headers = { "content-type": "application/json" };
  const { status, text } = await gatehouse.visitor().send("/api/auth/sign-up/email", { method: "POST", body, headers });
  return [status, status === 200 ? "" : JSON.parse(text).message];
};

const byLink: Choose = async (password) => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows("delete from gatehouse.throttle"); // the wait for another mail
  await visitor.post("/forgot-password", { email: person.email });
  const mail = (await gatehouse.mailsTo(person.email)).find(({ subject }) => subject.includes("new password"));
  return said(await visitor.submit(await visitor.get(linkIn(mail?.text ?? "", "/reset-password")), { password }));
};

const byChange: Choose = async (password) => {
  const visitor = gatehouse.visitor();
  const { password: current } = await visitor.join();
  return said(await visitor.post("/account/password", { current, password }));
};

const ways: [name: string, choose: Choose, refusal: number, success: number][] = [
  ["at sign-up", atSignUp, 422, 303],
  ["through Better Auth's API", byProgram, 400, 200],
  ["with a link", byLink, 422, 303],
  ["in the account", byChange, 422, 303],
];

describe("choosing a password", () => {
  for (const [name, choose, refusal, success] of ways) {
    test(`${name} refuses what is easy to guess, and says why`, async () => {
      for (const password of refused) {
        const [status, reason] = await choose(password);
        expect([password, status]).toEqual([password, refusal]);
        expect(reason).toContain("easy to guess");
      }
    });

    test(`${name} takes what is hard to guess`, async () => {
      for (const password of taken) expect([password, (await choose(password))[0]]).toEqual([password, success]);
    });
  }
});

/** A door of its own, with a judge of passwords, and somebody at it. */
function doorWith(strength: Strength) {
  const { database } = gatehouse;
  const log = () => undefined;
  const secrets = [{ value: "a-secret-that-only-the-tests-know-0123456789" }] as const;
  const config = { ...readConfig({}), secrets };
  const keys = keysFrom(secrets);
  const door = createDoor({
    ...{ config, database, keys, log, strength, metrics: createMetrics(), gate: createGate([]), tables: [] },
    passwords: createPasswords(),
    throttle: createThrottle(database, { keys: keys.throttle, log }),
    outbox: createOutbox(false, () => undefined),
  });
  const visit = createVisits(config, { check: async () => null, wordsOf })(new Request(config.origin), "203.0.113.1");
  return { door, visit };
}

test("a sign-up is told to come again while too many passwords wait for their verdict", async () => {
  const strength = createStrength();
  const { door, visit } = doorWith(strength);
  const question = { password: "a fine pass phrase", known: [] };
  const waiting = Array.from({ length: 64 }, () => strength.judge(question, visit.ip));
  expect(await door.submit(visit, "/sign-up/email", newPerson())).toEqual(refusal("busy", 1));
  await Promise.all(waiting);
  expect(await door.submit(visit, "/sign-up/email", newPerson())).toMatchObject({ ok: true });
});

test("sign-ups whose passwords wait for their verdict keep nobody from signing in", async () => {
  const verdict = Promise.withResolvers<Verdict>();
  const { door, visit } = doorWith({ judge: () => verdict.promise });
  const waiting = Array.from({ length: 200 }, () => door.submit(visit, "/sign-up/email", newPerson()));
  expect(await door.submit(visit, "/sign-in/email", newPerson())).toEqual(refusal("wrong_credentials"));
  verdict.resolve({ score: 0, weakness: "password_weak" });
  expect(new Set((await Promise.all(waiting)).map((one) => (one.ok ? "" : one.problem)))).toEqual(
    new Set(["password_weak"]),
  );
});

test("whoever asks much waits for their own questions, and nobody else does", async () => {
  const strength = createStrength();
  const order: string[] = [];
  const judged = (client: string) =>
    strength.judge({ password: `the phrase of ${client}`, known: [] }, client).then(() => order.push(client));
  const all = Array.from({ length: 30 }, () => judged("flood"));
  await Promise.all([judged("one"), judged("another")]);
  expect(order).toEqual(["flood", "flood", "one", "another"]);
  await Promise.all(all);
});

test("where too many ask, whoever has the most waiting makes room", async () => {
  const strength = createStrength();
  const judged = (client: string) =>
    strength.judge({ password: "a fine pass phrase", known: [] }, client).then(
      () => "judged",
      () => "busy",
    );
  const floods = ["one", "another"].map((client) => Array.from({ length: 48 }, () => judged(client)));
  const others = Array.from({ length: 10 }, (_, i) => judged(`client ${i}`));
  expect(await Promise.all(others)).toEqual(Array(10).fill("judged"));
  // One was judged meanwhile.
  expect((await Promise.all(floods.flat())).filter((one) => one === "busy")).toHaveLength(9);
});

const ask = (fields: Record<string, string>, visitor: Visitor = gatehouse.visitor()) =>
  visitor.post("/password-strength", fields, { "hx-request": "true" });

const answers: [fields: Record<string, string>, words: string][] = [
  [{ password: "" }, "At least 8 characters. Three or four random words work well."],
  [{ password: "short" }, "Weak. Use 8 characters or more."],
  [
    { password: "Passwort2026!" },
    "Weak. This is easy to guess, even with digits or signs added. Add another word or two.",
  ],
  [{ password: "Kettledrum77x", name: "Zoe Kettledrum" }, "Weak. This is too similar to your name"],
  [{ password: "Tr0ub4dor&3" }, "Fair. Another word makes it much harder to guess."],
  [{ password: "another good phrase" }, "Good. It’s hard to guess."],
  [{ password: "tisch lampe wolke birne" }, "Strong. It’s very hard to guess."],
  [{ password: "🔑".repeat(100) }, "Weak. Repeated characters"],
  [{ password: "x".repeat(60_000) }, "Weak. Use 128 characters or fewer."],
  [{ password: "tisch lampe wolke birne", name: "😀".repeat(100), email: "a".repeat(50_000) }, "Strong."],
];
describe("the strength of what is typed", () => {
  for (const [fields, words] of answers)
    test(`is said in words: ${JSON.stringify(fields).slice(0, 50)}`, async () => {
      const got = await ask(fields);
      expect(got.status).toBe(200);
      expect(got.page.text.trim()).toStartWith(words);
      expect(got.text).not.toContain(fields.password || "?");
      expect(got.headers.getSetCookie()).toEqual([]);
    });

  test("knows the name of whoever is signed in, which the form does not ask for", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join({ ...newPerson(), name: "Zoe Kettledrum" });
    expect((await ask({ password: "Kettledrum77x" }, visitor)).text).toContain("too similar to your name");
  });

  test("is told to pages of this site only", async () => {
    const visitor = gatehouse.visitor();
    const from = (origin: string) => visitor.post("/password-strength", { password: "Tr0ub4dor&3" }, { origin });
    expect((await from("https://elsewhere.example")).status).toBe(403);
    expect((await from("null")).status).toBe(403);
    expect((await visitor.get("/password-strength")).status).toBe(404);
  });
});

describe("asking for the strength", () => {
  test("is answered 120 times in a row, and then after a wait; the form itself goes on", async () => {
    const visitor = gatehouse.visitor();
    const statuses: number[] = [];
    for (let i = 0; i < 122; i++) statuses.push((await ask({ password: "x" }, visitor)).status);
    expect(statuses).toEqual([...Array<number>(120).fill(200), 429, 429]);
    expect((await ask({ password: "x" }, visitor)).headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await visitor.signUp(newPerson())).status).toBe(303);
  });

  test("leaves no trace of the password, neither in the log nor in the database", async () => {
    const password = "an unmistakable kettle of 4711 fish";
    const before = await hashes();
    await ask({ password, name: "Somebody", email: "somebody@example.org" });
    await gatehouse.visitor().signUp({ ...newPerson(), password: "unmistakable1" });
    const rows = await gatehouse.rows<{ all: string }>(
      `select query_to_xml(format('select * from %I.%I', schemaname, tablename), false, false, '')::text as all
        from pg_tables where schemaname in ('public', 'gatehouse')`,
    );
    expect(rows.length).toBeGreaterThan(4);
    for (const text of [...rows.map(({ all }) => all), ...gatehouse.log]) expect(text).not.toContain("unmistakable");
    expect(await hashes()).toEqual(before);
  });

  test("is asked after a pause, by the page itself, and read aloud", async () => {
    const { page } = await gatehouse.visitor().get("/sign-up");
    const input = page.querySelector("#password");
    expect(input?.getAttribute("hx-post")).toBe("/password-strength");
    expect(input?.getAttribute("hx-trigger")).toContain("delay:");
    expect(page.querySelector(input?.getAttribute("hx-target") ?? "#")?.getAttribute("aria-live")).toBe("polite");
    expect((await gatehouse.visitor().get("/sign-in")).page.querySelector("[hx-post='/password-strength']")).toBeNull();
  });
});
