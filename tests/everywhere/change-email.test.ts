import { afterAll, beforeAll, expect, test } from "bun:test";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const mailTo = async (address: string) => (await gatehouse.mailsTo(address))[0]?.text ?? "";
const addressOf = async (visitor: Visitor) => JSON.parse((await visitor.get("/api/session")).text).user?.email;

/** Somebody signed in who asked for another address; and the link that went there. */
async function moving() {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  // Else nobody is told.
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const newEmail = `new.${person.email}`;
  const asked = await visitor.submit(await visitor.get("/account/email"), { email: newEmail.toUpperCase() });
  expect(asked.location).toBe("/account/email?notice=email_change_asked");
  return { visitor, person, newEmail, link: linkIn(await mailTo(newEmail), "/confirm-email") };
}

/** The same, confirmed. */
async function moved() {
  const all = await moving();
  await all.visitor.submit(await all.visitor.get(all.link), {});
  return { ...all, undo: linkIn(await mailTo(all.person.email), "/undo-email") };
}

test("another address: becomes the address only when it has confirmed, by the button", async () => {
  const { visitor, person, newEmail, link } = await moving();
  const page = await visitor.get(link);
  expect(page.page.text).toContain(newEmail);
  expect(await addressOf(visitor)).toBe(person.email);
  expect((await visitor.submit(page, {})).status).toBe(303);
  expect(await addressOf(visitor)).toBe(newEmail);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(422);
  expect((await gatehouse.visitor().signIn({ ...person, email: newEmail })).status).toBe(303);
});

test("another address: signs the other devices out, and leaves the one that asked", async () => {
  const { visitor, person, link } = await moving();
  const other = gatehouse.visitor();
  await other.signIn(person);
  await visitor.submit(await visitor.get(link), {});
  expect((await other.get("/api/session")).status).toBe(401);
  expect((await visitor.get("/api/session")).status).toBe(200);
});

test("another address: a mistyped one cannot be confirmed by whoever has it, who is led to the sign-in", async () => {
  const { visitor, person, link } = await moving();
  const [stranger, other] = [gatehouse.visitor(), gatehouse.visitor()];
  const asked = await stranger.get(link);
  expect(asked.location).toBe(`/sign-in?notice=confirm_email&return_to=${encodeURIComponent(link)}`);
  expect((await stranger.post("/confirm-email", { token: link.split("=")[1] ?? "" })).location).toBe(asked.location);
  await other.join();
  const signOut = `/sign-out?return_to=${encodeURIComponent(link)}`;
  expect((await other.post("/confirm-email", { token: link.split("=")[1] ?? "" })).location).toBe(signOut);
  expect((await other.get(link)).location).toBe(signOut);
  expect((await other.submit(await other.get(signOut), {})).location).toBe(link);
  expect((await other.get(link)).location).toBe(asked.location);
  expect(await addressOf(visitor)).toBe(person.email);
  expect((await visitor.submit(await visitor.get(link), {})).status).toBe(303);
});

test("another address: the old address is told, and can take the account back for a week", async () => {
  const { visitor, person, newEmail, undo } = await moved();
  const owner = gatehouse.visitor();
  const page = await owner.get(undo);
  expect(page.page.text).toContain(person.email);
  expect(await addressOf(visitor)).toBe(newEmail);
  const got = await owner.submit(page, {});
  expect((await visitor.get("/api/session")).status).toBe(401);
  await owner.submit(await owner.get(got.location ?? ""), { password: "the owner's new passphrase" });
  expect(
    (await gatehouse.visitor().signIn({ email: person.email, password: "the owner's new passphrase" })).status,
  ).toBe(303);
  expect((await gatehouse.visitor().signIn({ email: newEmail, password: person.password })).status).toBe(422);
});

test("another address: a thief who moves on cannot end the owner's link, nor use a mail under way", async () => {
  const { visitor: thief, person, newEmail, undo } = await moved();
  await gatehouse.rows("delete from gatehouse.throttle");
  await thief.post("/account/email", { email: `third.${person.email}` });
  await thief.submit(await thief.get(linkIn(await mailTo(`third.${person.email}`), "/confirm-email")), {});
  const thiefsUndo = linkIn(await mailTo(newEmail), "/undo-email");
  await thief.submit(await thief.get(thiefsUndo), {}); // back at the second address, and everything later has ended
  const owner = gatehouse.visitor();
  const waiting = `insert into gatehouse.outbox (kind, recipient, language, user_id, facts, try_at)
      select kind, '${newEmail}', 'en', (select id from "user" where email = '${newEmail}'),
        '{"newEmail":"x@example.org"}', now() + interval '10 seconds'
        from unnest(array['email_changed', 'password_changed', 'new_device']) kind`;
  await gatehouse.rows(waiting);
  const got = await owner.submit(await owner.get(undo), {});
  await owner.submit(await owner.get(got.location ?? ""), { password: "the owner's new passphrase" });
  expect(await gatehouse.rows("select kind from gatehouse.outbox where recipient = $1", [newEmail])).toEqual([]);
  expect(
    (await gatehouse.visitor().signIn({ email: person.email, password: "the owner's new passphrase" })).status,
  ).toBe(303);
});

test("another address: once undone, the thief's password opens nothing, before a new one is chosen too", async () => {
  const { person, undo } = await moved();
  const owner = gatehouse.visitor();
  await owner.submit(await owner.get(undo), {});
  expect((await gatehouse.visitor().signIn(person)).status).toBe(422);
});

test("another address: once undone, a link that would undo a later change is dead", async () => {
  const { visitor: thief, person, newEmail, undo } = await moved();
  await gatehouse.rows("delete from gatehouse.throttle");
  await thief.post("/account/email", { email: `fourth.${person.email}` });
  await thief.submit(await thief.get(linkIn(await mailTo(`fourth.${person.email}`), "/confirm-email")), {});
  const laterUndo = linkIn(await mailTo(newEmail), "/undo-email");
  expect((await thief.get(laterUndo)).status).toBe(200);
  const owner = gatehouse.visitor();
  await owner.submit(await owner.get(undo), {});
  expect((await thief.get(laterUndo)).status).toBe(404);
});

test("another address: squatting the freed address does not stop its owner from coming back", async () => {
  const { person, undo } = await moved();
  await gatehouse.visitor().signUp({ ...newPerson(), email: person.email });
  const owner = gatehouse.visitor();
  expect((await owner.submit(await owner.get(undo), {})).status).toBe(303);
  expect(await gatehouse.rows(`select name from "user" where email = $1`, [person.email])).toEqual([
    { name: person.name },
  ]);
});

test("another address: links to the old one die with the change, but not the one that undoes it", async () => {
  const { visitor, person, link } = await moving();
  await gatehouse.rows("delete from gatehouse.throttle");
  await visitor.post("/forgot-password", { email: person.email });
  const reset = linkIn(await mailTo(person.email), "/reset-password");
  await visitor.submit(await visitor.get(link), {});
  expect((await visitor.get(reset)).status).toBe(404);
  expect((await visitor.get(linkIn(await mailTo(person.email), "/undo-email"))).status).toBe(200);
});

test("another address: of somebody else gets the same answer, and its owner a mail without a link", async () => {
  const [visitor, other] = [gatehouse.visitor(), gatehouse.visitor()];
  await visitor.join();
  const taken = await other.join();
  await gatehouse.rows("delete from gatehouse.throttle");
  const got = await visitor.post("/account/email", { email: taken.email });
  expect(got.location).toBe("/account/email?notice=email_change_asked");
  const mail = await mailTo(taken.email);
  expect(mail).toContain("It already has an account of its own");
  expect(linkIn(mail, "/confirm-email")).toBe("");
});

test("another address: that somebody signed up with meanwhile is not taken over", async () => {
  const { visitor, person, newEmail, link } = await moving();
  await gatehouse.visitor().signUp({ ...newPerson(), email: newEmail });
  expect((await visitor.submit(await visitor.get(link), {})).status).toBe(404);
  expect(await addressOf(visitor)).toBe(person.email);
});

test("another address: a confirmation proves its own only: asked for twice, the first link is dead", async () => {
  const { visitor, person, link } = await moving();
  await visitor.post("/account/email", { email: `victim.${person.email}` });
  await mailTo(`victim.${person.email}`);
  expect((await visitor.get(link)).status).toBe(404);
  expect((await visitor.post("/verify-email", { token: link.split("=")[1] ?? "" })).status).toBe(404);
  expect(await addressOf(visitor)).toBe(person.email);
});

test("another address: a link does nothing once the account has changed its address meanwhile", async () => {
  const { visitor, person, link } = await moving();
  const meanwhile = `meanwhile.${person.email}`;
  await gatehouse.rows(`update "user" set email = $1 where email = $2`, [meanwhile, person.email]);
  expect((await visitor.submit(await visitor.get(link), {})).status).toBe(404);
  expect(await addressOf(visitor)).toBe(meanwhile);
});

test("another address: refuses the address one has, and what is none", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  for (const [email, words] of [
    [person.email, "already your email address"],
    ["nonsense", "like name@example.com"],
    ["", "Enter your email"],
  ] as const) {
    const got = await visitor.post("/account/email", { email });
    expect([email, got.status]).toEqual([email, 422]);
    expect(got.page.querySelector("#email-note")?.text).toContain(words);
  }
});
