import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { secondFactorOff } from "../../src/capabilities/two-factor/operator";
import { newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** What becomes of a second factor that is lost: who can take it off, when, and who can stop it. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

const sessionOf = async (visitor: Visitor) => {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
};

async function waiting({ email, password }: Person) {
  const visitor = gatehouse.visitor();
  await visitor.post("/sign-in", { email, password });
  return visitor;
}

const subjects = async ({ email }: Person) => (await gatehouse.mailsTo(email)).map(({ subject }) => subject);
const linkIn = async ({ email }: Person, path: string) => {
  const mail = (await gatehouse.mailsTo(email)).find(({ text }) => text.includes(path));
  return /token=([\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
};

const due = (when: string, { email }: Person) =>
  gatehouse.rows(`update gatehouse.factor_loss set ${when} where user_id = (select id from "user" where email = $1)`, [
    email,
  ]);
async function lost() {
  const owner = await newFactorOwner(gatehouse);
  const visitor = await waiting(owner.person);
  const step = await visitor.get("/second-step");
  expect(step.text).toContain("72 hours");
  expect((await visitor.post("/second-step/lost", {})).location).toBe("/second-step");
  expect((await visitor.get("/second-step")).text).toContain("will be turned off on");
  return owner;
}
const told = async (person: Person) =>
  (await subjects(person)).filter((subject) => subject === "Gatehouse: two-step sign-in will be turned off").length;

describe("a second factor that is lost", () => {
  test("is taken off after three days, with a mail at once and every day", async () => {
    const { person, visitor } = await lost();
    expect(await told(person)).toBe(1);
    await gatehouse.chores();
    expect([await told(person), (await waiting(person)).cookies.size > 0]).toEqual([1, true]);
    await due("told_at = now() - interval '25 hours'", person);
    await Promise.all([gatehouse.chores(), gatehouse.chores()]);
    expect(await told(person)).toBe(2);
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/second-step");
    await due("due_at = now() - interval '1 second'", person);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2 });
    await gatehouse.chores();
    expect(await sessionOf(visitor)).toBe(401);
    expect((await subjects(person))[0]).toBe("Gatehouse: two-step sign-in is off");
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/account");
  });

  test("is taken off at the very sign-in that comes after, were nothing else to do it", async () => {
    const { person } = await lost();
    await due("due_at = now() - interval '1 second'", person);
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/account");
  });

  test("says by when in words: by the clock of whoever asks or looks, and by UTC the next day", async () => {
    const { person, visitor } = await newFactorOwner(gatehouse);
    const stranger = await waiting(person);
    for (const browser of [stranger, visitor]) browser.cookies.set("gatehouse.time-zone", "Asia%2FTokyo");
    await stranger.post("/second-step/lost", {});
    await due("told_at = now() - interval '25 hours'", person);
    await gatehouse.chores();
    const when = /turned off on [A-Z][a-z]+ \d+, \d{4} at \d+:\d\d [AP]M (\S+?)\.[ <]/;
    const zoneIn = ({ text }: { text: string }) => when.exec(text)?.[1];
    expect((await gatehouse.mailsTo(person.email)).map(zoneIn).filter(Boolean)).toEqual(["UTC", "GMT+9"]);
    const shown = [await stranger.get("/second-step"), await visitor.get("/account/security/second-factor")];
    expect(shown.map(zoneIn)).toEqual(["GMT+9", "GMT+9"]);
    await gatehouse.rows("delete from gatehouse.factor_loss");
  });
});

describe("a second factor that is lost", () => {
  test("is kept by a sign-in with it, and by the link in the mail", async () => {
    const first = await lost();
    const visitor = await waiting(first.person);
    await visitor.post("/second-step", { code: first.app.code() });
    await due("due_at = now() - interval '1 second'", first.person);
    expect((await gatehouse.visitor().signIn(first.person)).location).toBe("/second-step");
    const second = await lost();
    const token = await linkIn(second.person, "/keep-second-factor");
    const reader = gatehouse.visitor();
    expect((await reader.get(`/keep-second-factor?token=${token}`)).text).toContain("Keep two-step sign-in");
    expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toHaveLength(1);
    expect((await reader.post("/keep-second-factor", { token })).location).toBe("/account/password");
    expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toEqual([]);
    expect((await reader.post("/keep-second-factor", { token })).status).toBe(404);
  });
});

describe("a second factor that is lost", () => {
  test("is not said to be lost by whoever waits with a former password", async () => {
    const { person, visitor, app } = await newFactorOwner(gatehouse);
    const thief = await waiting(person);
    const password = "a newly chosen pass phrase";
    await visitor.post("/account/password", { current: person.password, password });
    expect((await thief.post("/second-step/lost", {})).location).toBe("/sign-in?notice=step_over");
    expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toEqual([]);
    const owner = await waiting({ ...person, password });
    expect((await owner.post("/second-step", { code: app.code() })).location).toBe("/account");
  });

  test("of an address that never confirmed is the operator's to take off, at once", async () => {
    const { person, visitor } = await newFactorOwner(gatehouse);
    await gatehouse.rows(`update "user" set email_verified = false where email = $1`, [person.email]);
    const stranger = await waiting(person);
    expect((await stranger.get("/second-step")).text).toContain("Contact the people who run this site.");
    await stranger.post("/second-step/lost", {});
    expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toEqual([]);
    expect(await secondFactorOff(gatehouse.given, "off", person.email)).toContain("is off");
    await gatehouse.live.caughtUp();
    expect(await sessionOf(visitor)).toBe(401);
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/account");
    await expect(secondFactorOff(gatehouse.given, "off", "nobody@example.org")).rejects.toThrow("Nobody");
  });

  test("is taken off by the owner's id too, and with a reason as any verb takes one", async () => {
    const { person } = await newFactorOwner(gatehouse);
    const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
    const off = (...words: string[]) => secondFactorOff(gatehouse.given, "off", ...words);
    for (const reason of ["x".repeat(501), "\u001B[2J", "\0"])
      await expect(off(person.email, `--reason=${reason}`)).rejects.toThrow("--reason: at most 500 characters");
    await expect(off("\0")).rejects.toThrow("Nobody has this email address or id.");
    expect(await off(row?.id ?? "", "--reason=lost phone")).toContain("is off");
  });
});

test("a form of one sign-in does nothing to another that was begun since in the same browser", async () => {
  const [first, second] = [await newFactorOwner(gatehouse), await newFactorOwner(gatehouse)];
  const visitor = await waiting(first.person);
  const named = (await visitor.get("/second-step")).page.querySelectorAll("main form [name=account]");
  const account = first.person.email;
  expect(named.map((field) => field.getAttribute("value"))).toEqual([account, account, account]);
  await visitor.signIn(second.person); // in another tab
  const late = [
    await visitor.post("/second-step", { account, code: second.app.code() }),
    await visitor.post("/second-step/lost", { account }),
  ];
  expect(late.map(({ location }) => location)).toEqual(Array(2).fill("/sign-in?notice=step_over"));
  expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toEqual([]);
  expect((await visitor.post("/second-step", { code: second.app.code() })).location).toBe("/account");
});
