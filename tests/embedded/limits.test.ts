import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, Visitor, type Gatehouse, type Person } from "../support/harness";
import { sameBrowser } from "../support/kept";

/** What each limit counts, and what it forgets. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

const wrong = "not the password";
const next = "a brand new passphrase";
const at = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
const guess = async ({ email }: Person, visitor = gatehouse.visitor()) =>
  (await visitor.post("/sign-in", { email, password: wrong })).status;
const typeCode = async ({ email }: Person, visitor = gatehouse.visitor()) =>
  (await visitor.post("/verify-email", { email, code: "000000" })).status;
const confirm = ({ email }: Person) =>
  gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
const mailsAbout = async ({ email }: Person, subject: string) =>
  (await gatehouse.mailsTo(email)).filter((mail) => mail.subject.includes(subject)).length;
/** The answers to the same thing done many times in turn. */
async function inTurn(times: number, act: () => Promise<number>): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < times; i++) answers.push(await act());
  return answers;
}
const freeThenHeld = (free: number) => [...Array<number>(free).fill(422), 429];
const letPass = (seconds: number) =>
  gatehouse.rows(
    `update gatehouse.throttle set open_at = open_at - $1 * interval '1 second',
      changed_at = changed_at - $1 * interval '1 second'`,
    [seconds],
  );

test("guessing at an address's codes is held up after five, from wherever", async () => {
  const person = newPerson();
  expect(await inTurn(6, () => typeCode(person))).toEqual(freeThenHeld(5));
});

test("a client that guessed too often waits with codes, mails and another address too", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await inTurn(20, () => guess(newPerson(), visitor));
  expect(await guess(newPerson(), visitor)).toBe(429);
  expect(await typeCode(newPerson(), visitor)).toBe(429);
  expect((await visitor.post("/forgot-password", { email: newPerson().email })).status).toBe(429);
  expect((await visitor.post("/account/email", { email: `new.${email}` })).status).toBe(429);
});

test("a provider's block of addresses is held up after two hundred guesses", async () => {
  const from = (i: number) => guess(newPerson(), at(`2001:db8:55:${i.toString(16)}::1`));
  expect(await from(0)).toBe(422);
  await gatehouse.rows("update gatehouse.throttle set tries = 198");
  expect([await from(1), await from(2), await from(3)]).toEqual([422, 422, 429]);
});

test("guesses are forgotten after an hour without one", async () => {
  const person = newPerson();
  await inTurn(5, () => guess(person));
  await letPass(61 * 60);
  expect(await inTurn(6, () => guess(person))).toEqual(freeThenHeld(5));
});

test("being held up once more after a wait is one more event", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  for (let i = 0; i < 2; i++) {
    await inTurn(8, () => guess(person));
    await letPass(2 * 60);
  }
  const held = `select 1 from gatehouse.event where outcome = 'held_up'
    and user_id = (select id from "user" where email = $1)`;
  expect(await gatehouse.rows(held, [person.email])).toHaveLength(2);
});

test("sign-ins on a known device use up no warnings of a new one", async () => {
  const laptop = gatehouse.visitor();
  const person = await laptop.join();
  await confirm(person);
  for (let i = 0; i < 6; i++) await laptop.post("/sign-in", { ...person });
  await gatehouse.visitor().signIn(person);
  expect(await mailsAbout(person, "New sign-in")).toBe(1);
});

test("the first device of a user who came from another app brings no warning", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await confirm(person);
  await gatehouse.rows(`delete from gatehouse.device where user_id = (select id from "user" where email = $1)`, [
    person.email,
  ]);
  await gatehouse.visitor().signIn(person);
  expect(await mailsAbout(person, "New sign-in")).toBe(0);
});

test("a user has a hundred known devices, and the one that was used last is among them", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const ofUser = `(select id from "user" where email = '${person.email}')`;
  await gatehouse.rows(`insert into gatehouse.device (user_id, hash, last_seen_at)
    select ${ofUser}, 'device ' || n, now() - n * interval '1 day' from generate_series(1, 105) n`);
  await visitor.post("/sign-in", { ...person });
  const devices = await gatehouse.rows<{ hash: string }>(
    `select hash from gatehouse.device where user_id = ${ofUser} order by last_seen_at desc`,
  );
  expect([devices.length, devices.at(-1)?.hash]).toEqual([100, "device 99"]);
});

test("a new password by mail forgets the guesses at the former one", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  await gatehouse.rows("delete from gatehouse.throttle");
  await visitor.post("/forgot-password", { email: person.email });
  const link = linkIn((await gatehouse.mailsTo(person.email))[0]?.text ?? "", "/reset-password");
  expect(await inTurn(6, () => guess(person))).toEqual(freeThenHeld(5));
  await visitor.submit(await visitor.get(link), { password: next });
  expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
});

test("one address is asked once in thirty seconds, whoever wants to have it", async () => {
  const answers = [];
  for (let i = 0; i < 2; i++) {
    const visitor = gatehouse.visitor();
    await visitor.join();
    answers.push((await visitor.post("/account/email", { email: "wanted@example.org" })).status);
  }
  expect(answers).toEqual([303, 429]);
});

test("guessing at the current password is held up, and the right one forgets the guesses", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const change = async (current: string, password: string) =>
    (await visitor.post("/account/password", { current, password })).status;
  await inTurn(4, () => change(wrong, next));
  expect(await change(person.password, next)).toBe(303);
  expect(await inTurn(6, () => change(wrong, "another passphrase"))).toEqual(freeThenHeld(5));
});

test("the right code forgets the wrong ones before it", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const code = codeIn((await gatehouse.mailsTo(person.email))[0]?.text ?? "");
  await inTurn(4, () => typeCode(person, visitor));
  expect((await visitor.post("/verify-email", { email: person.email, code })).status).toBe(303);
  expect(await inTurn(6, () => typeCode(person))).toEqual(freeThenHeld(5));
});

test("warnings of new passwords and of closing the account are five an hour each", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await confirm(person);
  const passwords = [person.password, ...Array.from({ length: 6 }, (_, i) => `${next} ${i}`)];
  for (const [i, current] of passwords.slice(0, -1).entries())
    await visitor.post("/account/password", { current, password: passwords[i + 1] ?? "" });
  expect(await mailsAbout(person, "password was changed")).toBe(5);
  for (let i = 0; i < 6; i++) {
    const again = sameBrowser(gatehouse, visitor);
    expect((await again.post("/account/delete", {})).location).toBe("/sign-in?notice=deletion_asked");
    await visitor.post("/sign-in", { email: person.email, password: passwords.at(-1) ?? "" });
  }
  expect(await mailsAbout(person, "delet")).toBe(5);
});
