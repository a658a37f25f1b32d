import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Capability } from "../../src/capability";
import { contributionsOf, migrationsOf, readWholeConfig } from "../../src/contributions";
import { actsOf } from "../../src/process/acts";
import type { ServedConfig } from "../../src/settings/config";
import { notes } from "../fixtures/capability/index";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** A capability of the tests: what capabilities contribute, by one that no other test is about. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [notes]);
});
afterAll(() => gatehouse.close());

const write = (visitor: Visitor, text: string) => visitor.post("/account/notes", { text });

/** Everything that a sign-in leaves behind: sessions, devices, events, mails. */
const traces = async ({ email }: Person) => {
  const [counted] = await gatehouse.rows<{ counts: string }>(
    `select concat_ws(' ', (select count(*) from session where user_id = u.id),
       (select count(*) from gatehouse.device where user_id = u.id),
       (select count(*) from gatehouse.event where user_id = u.id and kind = 'sign_in' and outcome = 'done'),
       (select count(*) from gatehouse.outbox where user_id = u.id)) as counts
     from "user" u where email = $1`,
    [email],
  );
  return counted?.counts;
};

test("a capability that is on has its pages, its section in the user's language, and its own table", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  expect((await write(visitor, "milk & bread")).location).toBe("/account/notes");
  const { page } = await visitor.get("/account/notes");
  expect(page.querySelector(".content li")?.text).toBe("milk & bread");
  expect(page.querySelector("nav [aria-current=page]")?.text).toBe("Notes");
  const german = await visitor.get("/account", { "accept-language": "de" });
  expect(german.page.querySelectorAll("nav a").map(({ text }) => text)).toContain("Notizen");
  expect(german.page.querySelector('.content [href="/account/notes"]')?.closest("li")?.text).toContain("Notizen: 1");
});

test("a capability that is on refuses in its own words, and with its own limit", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const empty = await write(visitor, " ");
  expect([empty.status, empty.text]).toEqual([422, expect.stringContaining("Write something.")]);
  for (let i = 0; i < 4; i++) expect((await write(visitor, `note ${i}`)).status).toBe(303);
  const fifth = await write(visitor, "one too many");
  expect([fifth.status, Number(fifth.headers.get("retry-after")) > 50]).toEqual([429, true]);
});

test("a capability that is on records its own events and sends its own mails, in their own words", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await write(visitor, "call home");
  expect((await visitor.get("/account/activity")).text).toContain("Note written");
  const [mail] = await gatehouse.mailsTo(email);
  expect([mail?.subject, mail?.text]).toEqual(["You wrote a note", expect.stringContaining("It says: call home")]);
});

test("a capability that is on has its part in the file about a user, and goes with the user", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await write(visitor, "in my data");
  const file = JSON.parse((await visitor.post("/account/export", {})).text);
  expect(file.notes).toEqual([{ text: "in my data", writtenAt: expect.any(String) }]);
  await gatehouse.rows(`delete from "user" where email = $1`, [email]);
  expect(await gatehouse.rows("select 1 from gatehouse.note where text = 'in my data'")).toEqual([]);
});

test("a capability that is on proves again who somebody is, in a way of its own", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await write(visitor, "open sesame");
  await gatehouse.rows(
    `update session set created_at = now() - interval '1 hour'
       where user_id = (select id from "user" where email = $1)`,
    [email],
  );
  const asked = await visitor.post("/account/sessions", { others: "on" });
  expect(asked.status).toBe(403);
  expect((await visitor.post("/account/sessions", { others: "on", note: "sesame" })).status).toBe(422);
  const proved = await visitor.post("/account/sessions", { others: "on", note: "open sesame" });
  expect(proved.location).toBe("/account/sessions?notice=others_ended");
  expect((await visitor.get("/api/session")).status).toBe(200);
});

test("the gate lets nobody in before the further step is taken, and then lets them in by it", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await write(visitor, "lock the door");
  await gatehouse.mailsTo(person.email);
  const stranger = gatehouse.visitor();
  const before = await traces(person);
  const held = await stranger.signIn(person);
  expect(held.location).toBe("/note-step");
  expect([await traces(person), (await stranger.get("/api/session")).status]).toEqual([before, 401]);
  expect(held.headers.getSetCookie().join()).not.toContain("session_token");
  const wrong = await stranger.post("/note-step", { text: "lock the window" });
  expect([wrong.status, await traces(person)]).toEqual([422, before]);
  expect((await stranger.post("/note-step", { text: "lock the door" })).location).toBe("/account");
  expect((await stranger.get("/api/session")).status).toBe(200);
  expect(await traces(person)).toBe("2 2 2 0"); // a session, a device and an event more
});

test("the gate tells a program what is due instead of a session", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await write(visitor, "lock the safe");
  const program = gatehouse.visitor();
  const { email, password } = person;
  const answer = await program.send("/api/auth/sign-in/email", {
    method: "POST",
    headers: { "content-type": "application/json", origin: gatehouse.origin },
    body: JSON.stringify({ email, password }),
  });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { noteRedirect: true }]);
  expect(answer.text).not.toContain("token");
  expect((await program.get("/api/session")).status).toBe(401);
});

test("the gate does not count the right password of a user who is held as a wrong one", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await write(visitor, "lock it all");
  const stranger = gatehouse.visitor();
  await stranger.signIn(person);
  const [{ refusals } = { refusals: -1 }] = await gatehouse.rows<{ refusals: number }>(
    `select count(*)::int as refusals from gatehouse.event e join "user" u on u.id = e.user_id
     where u.email = $1 and e.kind = 'sign_in' and e.outcome = 'refused'`,
    [person.email],
  );
  expect(refusals).toBe(0);
});

test("the gate is not asked again by a new password, which keeps the session it had", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await write(visitor, "lock the gate");
  const next = "a new correct horse";
  const changed = await visitor.post("/account/password", { current: person.password, password: next, others: "on" });
  expect(changed.location).toBe("/account/password?notice=password_changed");
  expect((await visitor.get("/api/session")).status).toBe(200);
});

/** What the program is made of with these capabilities. */
function contributedBy(...capabilities: Capability[]) {
  const config: ServedConfig = { ...readWholeConfig({}, capabilities), secrets: [{ value: "a secret of the tests" }] };
  return contributionsOf(config, capabilities);
}

const withEnglish = (more: Partial<Capability["words"]["en"]>): Capability => ({
  ...notes,
  words: { ...notes.words, en: { ...notes.words.en, ...more } },
});

describe("there is no start with a capability", () => {
  test("without a letter for one of its mails", () => {
    const silent: Capability = { ...notes, create: (config) => ({ ...notes.create(config), letters: {} }) };
    expect(() => contributedBy(silent)).toThrow('There is no letter for the mail "note_written".');
  });

  test("that is called like another one, or whose limit, mail, letter, setting, event or problem is", () => {
    expect(() => contributedBy({ ...notes, limits: { password: [0] } })).toThrow('Two things are called "password".');
    const create: Capability["create"] = (config) => ({ ...notes.create(config), letters: { reset: () => undefined } });
    expect(() => contributedBy({ ...notes, mails: {}, create })).toThrow('called "reset"');
    const mails = { reset: { maxAgeHours: 1 } };
    expect(() => contributedBy({ ...notes, mails, create })).toThrow('called "reset"');
    expect(() => contributedBy(notes, { ...notes, name: "more_notes" })).toThrow('called "GATEHOUSE_NOTES"');
    const PORT = { description: "Whether users write notes.", read: () => 0 };
    expect(() => contributedBy({ ...notes, settings: { PORT } })).toThrow('called "PORT"');
    const events = { sign_in: "Note written" };
    expect(() => contributedBy(withEnglish({ events }))).toThrow('called "sign_in"');
    const problems = { wrong_credentials: "Write something." };
    expect(() => contributedBy(withEnglish({ problems }))).toThrow('called "wrong_credentials"');
    expect(() => migrationsOf([notes, notes])).toThrow('called "note"');
  });

  test("whose act is called like another one", async () => {
    const acts = { mails: async () => "sent" };
    await expect(actsOf([{ ...notes, verbs: async () => acts }])).rejects.toThrow('called "mails"');
  });
});

test("a capability that is off is not there, and what it kept stays", async () => {
  const database = await newTestDatabase();
  const kept = { ...database, remove: async () => undefined };
  const on = await startGatehouse({}, kept, [notes]);
  const visitor = on.visitor();
  const { email, password } = await visitor.join();
  await visitor.post("/account/notes", { text: "lock what stays" });
  await on.close();
  const off = await startGatehouse({ GATEHOUSE_NOTES: "off" }, database, [notes]);
  const again = off.visitor();
  expect((await again.post("/sign-in", { email, password })).location).toBe("/account");
  expect((await again.get("/account/notes")).status).toBe(404);
  expect((await again.get("/account")).text).not.toContain("/account/notes");
  expect((await again.get("/account/activity")).text).toContain("Note written");
  expect(await off.rows("select text from gatehouse.note")).toEqual([{ text: "lock what stays" }]);
  await off.close();
});
