import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { newPerson, type Gatehouse, type Person } from "../support/harness";
import { codeIn, linkIn } from "../support/mails";
import { at, startRotated, type Rotated } from "../support/rotated";

/** What follows from the secret besides sessions, when there is another: devices, mails, journeys, counted tries. */

let rotated: Rotated;
beforeAll(async () => {
  rotated = await startRotated();
});
beforeEach(() => rotated.given.rows("delete from gatehouse.throttle"));
afterAll(() => rotated.close());

const sessionCookie = "better-auth.session_token";
const deviceCookie = "gatehouse.device";

const warningsTo = async ({ email }: Person) => {
  const { before, both, turned, after } = rotated;
  const all = await Promise.all([before, both, turned, after].map((gatehouse) => gatehouse.mailsTo(email)));
  return all.flat().filter(({ subject }) => subject.includes("New sign-in")).length;
};

/** The newest mail that a program sent to somebody. */
const mailOf = async (gatehouse: Gatehouse, { email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";

test("another secret: a device stays known and is signed again; else it becomes a stranger", async () => {
  const { before, both, after } = rotated;
  const visitor = before.visitor();
  const person = await visitor.join();
  await rotated.given.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const left = at(both, visitor);
  left.cookies.delete(sessionCookie);
  expect((await left.get("/sign-in")).headers.getSetCookie().map((line) => line.split("=")[0])).toEqual([deviceCookie]);
  expect((await left.get("/sign-in")).headers.getSetCookie()).toEqual([]);
  await left.signIn(person);
  expect(await warningsTo(person)).toBe(0);
  const later = at(after, left);
  later.cookies.delete(sessionCookie);
  await later.signIn(person);
  expect(await warningsTo(person)).toBe(0);
  const unseen = at(after, visitor);
  await unseen.signIn(person);
  expect(await warningsTo(person)).toBe(1);
});

test("another secret: link and code of a mail from before work, and an unfinished sign-up is signed in", async () => {
  const { before, both, turned } = rotated;
  for (const there of [both, turned]) {
    const visitor = before.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const code = codeIn(await mailOf(before, person));
    const moved = at(there, visitor);
    const done = await moved.submit(await moved.get("/verify-email"), { code });
    expect(done.location).toBe("/account?notice=email_verified");
    expect((await moved.get("/api/session")).status).toBe(200);
    const other = newPerson();
    const second = before.visitor();
    await second.signUp(other);
    const link = linkIn(await mailOf(before, other), "/verify-email");
    const opened = at(there, second);
    expect((await opened.submit(await opened.get(link), {})).status).toBe(303);
    expect(
      await rotated.given.rows(`select 1 from "user" where email = $1 and email_verified`, [other.email]),
    ).toHaveLength(1);
  }
});

test("another secret: a code from before is no code any more to who has dropped the old one; its link is", async () => {
  const { before, after } = rotated;
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.signUp(person);
  const mail = await mailOf(before, person);
  const moved = at(after, visitor);
  const wrong = await moved.post("/verify-email", { email: person.email, code: codeIn(mail) });
  expect(wrong.status).toBe(422);
  expect((await moved.submit(await moved.get(linkIn(mail, "/verify-email")), {})).status).toBe(303);
});

test("another secret: a journey leads where it was to lead, and a draft is still there", async () => {
  const { before, both } = rotated;
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.submit(await visitor.get("/sign-up?return_to=%2Faccount%2Fsessions"), { ...person });
  const moved = at(both, visitor);
  const typed = await moved.post("/verify-email", { code: codeIn(await mailOf(before, person)), email: person.email });
  expect(typed.location).toStartWith("/account/sessions");
  const owner = before.visitor();
  await owner.join();
  owner.cookies.delete(sessionCookie);
  expect((await owner.post("/account/profile", { name: "A New Name" })).location).toContain("session_over_kept");
  const there = at(both, owner);
  await there.join();
  const field = (await there.get("/account/profile")).page.querySelector("input[name=name]");
  expect(field?.getAttribute("value")).toBe("A New Name");
});

/** Guesses somebody's password from an address of its own. */
const guess = async (gatehouse: Gatehouse, { email }: Person) =>
  (await gatehouse.visitor().post("/sign-in", { email, password: "wrong wrong wrong" })).status;

test("another secret: waits go on, with both, and when the old one is dropped", async () => {
  const { before, both, turned, after, given } = rotated;
  const person = await before.visitor().join();
  await given.rows("delete from gatehouse.throttle");
  for (const gatehouse of [before, turned, both, turned, both]) expect(await guess(gatehouse, person)).toBe(422);
  for (const gatehouse of [turned, both, before]) expect(await guess(gatehouse, person)).toBe(429);
  expect(await guess(after, person)).toBe(422); // the first was counted before the new secret was known
  for (const gatehouse of [after, turned, both]) expect(await guess(gatehouse, person)).toBe(429);
});

test("another secret: a wait from both is one when the old secret is dropped, and is forgiven whole", async () => {
  const { both, after, given } = rotated;
  const [owner, person] = [both.visitor(), newPerson()];
  await owner.join(person);
  await given.rows("delete from gatehouse.throttle");
  for (let tries = 0; tries < 5; tries++) expect(await guess(both, person)).toBe(422);
  expect([await guess(both, person), await guess(after, person)]).toEqual([429, 429]);
  await given.rows("update gatehouse.throttle set open_at = clock_timestamp()");
  expect((await both.visitor().signIn(person)).status).toBe(303); // a right one: forgiven under both keys
  expect(await given.rows("select 1 from gatehouse.throttle where tries >= 5")).toEqual([]);
});

test("another secret: a try that one count refuses is none to the other, so nobody waits longer for it", async () => {
  const { before, both, given } = rotated;
  const person = await before.visitor().join();
  await given.rows("delete from gatehouse.throttle");
  for (let tries = 0; tries < 5; tries++) expect(await guess(before, person)).toBe(422);
  for (let tries = 0; tries < 6; tries++) expect(await guess(both, person)).toBe(429);
  expect(await given.rows("select tries from gatehouse.throttle where tries > 1")).toEqual([{ tries: 5 }]);
});
