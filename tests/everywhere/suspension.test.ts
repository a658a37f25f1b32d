import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** Whoever is suspended has no session and gets none, by whatever way they come and whoever wrote the row. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_SUPPORT_URL: "https://example.com/help" });
});
afterAll(() => gatehouse.close());

const suspend = ({ email }: Person, reason = "", until = "null") =>
  gatehouse.rows(
    `insert into gatehouse.suspension (user_id, reason, until) select id, $2, ${until} from "user" where email = $1`,
    [email, reason],
  );
const resume = ({ email }: Person) =>
  gatehouse.rows(`delete from gatehouse.suspension where user_id = (select id from "user" where email = $1)`, [email]);
const sessionStatus = async (visitor: Visitor) => (await visitor.get("/api/session")).status;
const sessionsOf = async ({ email }: Person) =>
  (await gatehouse.rows(`select 1 from session where user_id = (select id from "user" where email = $1)`, [email]))
    .length;

/** Somebody who has an account, and is suspended with these words. */
async function suspended(reason = "You sold spoons.") {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await suspend(person, reason);
  return person;
}

test("a suspension: written with SQL ends every session at once, and none is left", async () => {
  const [laptop, phone] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await laptop.join();
  await phone.signIn(person);
  expect([await sessionStatus(laptop), await sessionStatus(phone)]).toEqual([200, 200]);
  await suspend(person);
  expect([await sessionStatus(laptop), await sessionStatus(phone), await sessionsOf(person)]).toEqual([401, 401, 0]);
  expect((await phone.get("/account")).location).toStartWith("/sign-in");
});

test("a suspension: is told in the operator's words, to nobody but whoever has the right password", async () => {
  const person = await suspended("You sold spoons.\nTheir <b> is mine.");
  const stranger = gatehouse.visitor();
  const wrong = await stranger.signIn({ ...person, password: "not the password" });
  const unknown = await stranger.signIn({ email: "nobody@example.org", password: "not the password" });
  expect(wrong.text.replaceAll(person.email, "")).toBe(unknown.text.replaceAll("nobody@example.org", ""));
  expect((await stranger.get("/suspended")).location).toBe("/sign-in");
  const visitor = gatehouse.visitor();
  const told = await visitor.signIn(person);
  expect([told.status, told.location, await sessionStatus(visitor)]).toEqual([303, "/suspended", 401]);
  const page = await visitor.get("/suspended");
  expect(page.page.querySelector("h1")?.text).toBe("Your account is suspended");
  const said = page.page.querySelector(".who bdi");
  expect(said?.structuredText.split("\n")).toEqual(["You sold spoons.", "Their <b> is mine."]); // line by line
  expect(page.page.querySelector(`a[href="https://example.com/help"]`)).not.toBeNull();
  expect(gatehouse.log.join("")).not.toContain("spoons");
});

test("a suspension: a sign-in that it refused is not called one in the activity", async () => {
  const person = await suspended();
  const visitor = gatehouse.visitor();
  await visitor.signIn(person);
  await resume(person);
  await visitor.signIn(person);
  const activity = (await visitor.get("/account/activity")).page.querySelectorAll(".entry-title");
  const titles = activity.map(({ text }) => text.trim()).slice(0, 2);
  expect(titles).toEqual(["Signed in", "Sign-in refused: account suspended"]);
});

test("a suspension: answers programs with 403, and with the same words", async () => {
  const { email, password } = await suspended("No <b>spoons</b>.");
  const body = JSON.stringify({ email, password });
  const headers = { "content-type": "application/json", origin: gatehouse.origin };
  const got = await gatehouse.visitor().send("/api/auth/sign-in/email", { method: "POST", headers, body });
  expect([got.status, JSON.parse(got.text)]).toEqual([
    403,
    { code: "SUSPENDED", message: "Your account is suspended. No <b>spoons</b>." },
  ]);
  expect(got.headers.getSetCookie().some((line) => line.startsWith("better-auth"))).toBe(false);
});

test("a suspension: is not lifted by a new password, which does not sign in either", async () => {
  const person = await suspended();
  await gatehouse.rows("delete from gatehouse.throttle"); // one mail has just been sent
  const visitor = gatehouse.visitor();
  await visitor.submit(await visitor.get("/forgot-password"), { email: person.email });
  const mail = (await gatehouse.mailsTo(person.email)).find(({ subject }) => subject.includes("new password"));
  const password = "a brand new passphrase";
  const reset = await visitor.submit(await visitor.get(linkIn(mail?.text ?? "", "/reset-password")), { password });
  expect([reset.location, await sessionStatus(visitor), await sessionsOf(person)]).toEqual(["/suspended", 401, 0]);
  expect((await gatehouse.visitor().signIn({ ...person, password })).location).toBe("/suspended");
});

test("a suspension: is not passed by the six digits of a sign-up's mail", async () => {
  const person = newPerson();
  const visitor = gatehouse.visitor();
  const inbox = await visitor.signUp(person);
  await suspend(person);
  const page = await visitor.get(inbox.location ?? "");
  const [mail] = await gatehouse.mailsTo(person.email);
  const confirmed = await visitor.submit(page, { code: codeIn(mail?.text ?? "") });
  expect([confirmed.location, await sessionStatus(visitor)]).toEqual(["/suspended", 401]);
});

test("a suspension: that comes while a sign-in is being completed leaves no session", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await gatehouse.rows(`create function meanwhile() returns trigger language plpgsql as
      $$ begin insert into gatehouse.suspension (user_id) values (new.user_id); return new; end $$`);
  await gatehouse.rows("create trigger meanwhile before insert on session for each row execute function meanwhile()");
  const visitor = gatehouse.visitor();
  const { status } = await visitor.signIn(person);
  await gatehouse.rows("drop function meanwhile() cascade");
  expect([status, await sessionStatus(visitor), await sessionsOf(person)]).toEqual([422, 401, 0]);
  expect((await visitor.signIn(person)).location).toBe("/suspended");
});

test("a suspension: with a time ends by itself, and says until when", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await suspend(person, "", "timestamptz '2099-05-01 12:00Z'");
  const visitor = gatehouse.visitor();
  await visitor.signIn(person);
  expect((await visitor.get("/suspended")).text).toContain("2099");
  await gatehouse.rows("update gatehouse.suspension set until = now() - interval '1 second' where until > now()");
  expect((await visitor.get("/suspended")).location).toBe("/sign-in");
  expect((await visitor.signIn(person)).location).toBe("/account");
});

test("a suspension: until a time that never comes, as SQL may have it, is without an end", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await suspend(person, "For ever.", "'infinity'");
  const visitor = gatehouse.visitor();
  expect((await visitor.signIn(person)).location).toBe("/suspended");
  const { text } = await visitor.get("/suspended");
  expect([text.includes("For ever."), text.includes("It is suspended until")]).toEqual([true, false]);
});

test("a suspension: that is lifted lets the person in again, who finds in the activity that it was there", async () => {
  const person = await suspended();
  await gatehouse.visitor().signIn(person);
  await resume(person);
  const visitor = gatehouse.visitor();
  expect((await visitor.signIn(person)).location).toBe("/account");
  expect((await visitor.get("/account/activity")).text).toContain("account suspended");
});

test("a suspension: that is written again while it holds ends what was made past the gate", async () => {
  const person = await suspended();
  await gatehouse.rows(
    `insert into session (id, token, user_id, expires_at) select 's' || id, 't' || id, id, now() + interval '1 day'
        from "user" where email = $1`,
    [person.email],
  );
  await gatehouse.rows("update gatehouse.suspension set reason = reason");
  expect(await sessionsOf(person)).toBe(0);
});
