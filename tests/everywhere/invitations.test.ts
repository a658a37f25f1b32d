import { afterAll, beforeAll, expect, test } from "bun:test";
import { invite, listInvitations, revokeInvitation, type Doing } from "../../src/account/invitations";
import { createOutbox } from "../../src/account/outbox";
import { inTransaction } from "../../db/transaction";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_SIGN_UP: "closed", GATEHOUSE_SIGN_UP_DOMAINS: "example.com" });
});
afterAll(() => gatehouse.close());

const by: Doing = { by: "operator", reason: "a new colleague" };
const outbox = createOutbox(true, () => undefined);

/** Invites an address as a verb does, with nothing but a database. */
const inviting = (email: string, language: "en" | "de" = "en") =>
  inTransaction(gatehouse.database, (inner) =>
    invite({ inner, order: (mail) => outbox.order(inner, mail) }, { ...by, email, language }),
  );

/** Somebody who is invited: the mail, and where its link leads. */
async function invited(language: "en" | "de" = "en", person = newPerson()) {
  const made = await inviting(person.email, language);
  if (!made.ok) throw new Error(made.problem);
  return { person, id: made.value.id, ...(await arrivedAt(person.email)) };
}

/** The newest invitation that arrived; a mail that a visitor asks for wakes the sender. */
async function arrivedAt(address: string) {
  await gatehouse.visitor().post("/forgot-password", { email: newPerson().email });
  const [mail] = await gatehouse.mailsTo(address);
  const path = /\/invitation\?token=([\w-]{43})&lang=[\w-]+/.exec(mail?.text ?? "");
  return { mail, link: path?.[0] ?? "", token: path?.[1] ?? "" };
}

const accountOf = (email: string) =>
  gatehouse.rows<{ id: string; name: string; verified: boolean }>(
    `select id, name, email_verified as verified from "user" where email = $1`,
    [email],
  );
const stateOf = async (email: string) =>
  (await listInvitations(gatehouse.database.orm, { count: 5, email })).map(({ state }) => state);

test("an invited person makes an account, confirmed and signed in, while sign-up is closed", async () => {
  const { person, link, token, mail } = await invited();
  expect(mail?.subject).toBe("Gatehouse: you’re invited");
  const visitor = gatehouse.visitor();
  const chosen = await visitor.get(link);
  expect(chosen.location).toBe(`${gatehouse.origin}/invitation?token=${token}`);
  const page = await visitor.get(`/invitation?token=${token}`);
  expect(page.page.querySelector("h1")?.text).toBe("You’re invited to Gatehouse");
  await visitor.post(`/invitation?token=${token}&lang=en`, { name: "Typed before" });
  const inEnglish = await visitor.get(`/invitation?token=${token}`);
  expect(inEnglish.page.querySelector("[name=name]")?.getAttribute("value")).toBe("Typed before");
  expect(page.text).toContain(person.email);
  const { name, password } = person;
  expect((await visitor.submit(page, { name, password: "12345678" })).status).toBe(422);
  expect((await visitor.submit(page, { name, password })).location).toBe("/account");
  expect(JSON.parse((await visitor.get("/api/session")).text).user).toMatchObject({
    ...{ name, email: person.email, emailVerified: true },
  });
  expect(await stateOf(person.email)).toEqual(["accepted"]);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
  const events = await gatehouse.rows<{ kind: string; actor: string; reason: string; subject: string }>(
    `select kind, actor, reason, subject from gatehouse.event
     where subject = $1 or user_id = (select id from "user" where email = $1) order by id`,
    [person.email],
  );
  expect(events[0]).toEqual({ kind: "invited", actor: by.by, reason: "a new colleague", subject: person.email });
  expect(events.map(({ kind }) => kind)).toEqual(["invited", "invitation_accepted", "sign_in", "sign_in"]);
  const { text } = await visitor.submit(await visitor.get("/account/export"), {});
  expect(JSON.parse(text).invitations).toMatchObject([{ by: by.by, reason: "a new colleague" }]);
});

test("the page of an invitation is in the language that was chosen for it, as its mail is", async () => {
  const { link, token, mail } = await invited("de");
  expect(mail?.text).toContain("Du bist eingeladen, mit dieser E-Mail-Adresse");
  const visitor = gatehouse.visitor();
  await visitor.get(link, { "accept-language": "en" });
  const page = await visitor.get(`/invitation?token=${token}`, { "accept-language": "en" });
  expect(page.page.querySelector("h1")?.text).toBe("Du bist zu Gatehouse eingeladen");
});

test("an invitation opened by a mail scanner, by GET and HEAD, changes nothing", async () => {
  const { person, token } = await invited();
  for (const method of ["GET", "HEAD", "GET"])
    expect((await gatehouse.visitor().send(`/invitation?token=${token}`, { method })).status).toBe(200);
  expect(await accountOf(person.email)).toEqual([]);
  expect(await stateOf(person.email)).toEqual(["waiting"]);
});

test("an invitation makes one account, of two that are asked for at once", async () => {
  const { person, token } = await invited();
  const answers = await Promise.all(
    ["first", "second"].map((name) =>
      gatehouse.visitor().post("/invitation", { token, name, password: person.password }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
  expect(await accountOf(person.email)).toHaveLength(1);
  const again = await gatehouse.visitor().get(`/invitation?token=${token}`);
  expect(again.status).toBe(404);
  expect(again.page.querySelector("h1")?.text).toBe("This link no longer works");
  expect(again.page.querySelector("#content a")?.getAttribute("href")).toBe("/sign-in");
});

test("a link that was revoked, has expired or was replaced is dead, and makes nothing", async () => {
  const [revoked, expired, replaced] = [await invited(), await invited(), await invited()];
  const revoke = () => revokeInvitation(gatehouse.database.orm, { ...by, id: revoked.id });
  expect((await revoke()).ok).toBe(true);
  expect(await revoke()).toMatchObject({ problem: "not_found" });
  expect(await revokeInvitation(gatehouse.database.orm, { ...by, id: "nonsense" })).toMatchObject({ ok: false });
  await gatehouse.rows(`update gatehouse.invitation set expires_at = now() where id = '${expired.id}'`);
  await inviting(replaced.person.email);
  const unsent = await gatehouse.visitor().get(`/invitation?token=${replaced.token}`);
  expect(unsent.status).toBe(404); // before the new mail is written
  const { token } = await arrivedAt(replaced.person.email);
  for (const one of [revoked, expired, replaced]) {
    expect((await gatehouse.visitor().get(`/invitation?token=${one.token}`)).status).toBe(404);
    const { name, password } = one.person;
    expect((await gatehouse.visitor().post("/invitation", { token: one.token, name, password })).status).toBe(404);
    expect(await accountOf(one.person.email)).toEqual([]);
  }
  expect(await stateOf(revoked.person.email)).toEqual(["revoked"]);
  expect(await stateOf(expired.person.email)).toEqual(["expired"]);
  expect((await gatehouse.visitor().get(`/invitation?token=${token}`)).status).toBe(200);
});

test("an invitation for an address that has an account by now leads its holder to sign-in", async () => {
  const { person, token } = await invited();
  await gatehouse.rows(`insert into "user" (id, name, email, email_verified) values ($1, 'Own', $1, true)`, [
    person.email,
  ]);
  const visitor = gatehouse.visitor();
  const page = await visitor.get(`/invitation?token=${token}`);
  expect(page.status).toBe(200);
  expect(page.page.querySelector("h1")?.text).toBe("You already have an account");
  const { name, password } = person;
  for (const typed of [name, ""]) {
    const sent = await visitor.post("/invitation", { token, name: typed, password });
    expect(sent.page.querySelector("h1")?.text).toBe("You already have an account");
  }
  expect(await accountOf(person.email)).toMatchObject([{ name: "Own" }]);
  expect((await visitor.get("/sign-in")).page.querySelector("[name=email]")?.getAttribute("value")).toBe(person.email);
  expect(await inviting(person.email)).toMatchObject({ problem: "has_account" });
});

test("an invitation ends what a stranger set up with the address before", async () => {
  const { person, token } = await invited();
  const squat = (email: string) =>
    gatehouse.rows(`insert into "user" (id, name, email) values ($1, 'Squatter', $1)`, [email]);
  await squat("squatted@example.org");
  expect((await inviting("squatted@example.org")).ok).toBe(true);
  await squat(person.email);
  for (const statement of [
    `insert into session (id, token, user_id, expires_at) values ($1, $1, $1, now() + interval '1 day')`,
    `insert into gatehouse.picture (user_id, name, content) values ($1, $1, '')`,
    `insert into gatehouse.deletion (user_id, due_at) values ($1, now() + interval '7 days')`,
  ])
    await gatehouse.rows(statement, [person.email]);
  const { name, password } = person;
  const accepted = await gatehouse.visitor().post("/invitation", { token, name, password });
  expect(accepted.location).toBe("/account");
  expect(await accountOf(person.email)).toEqual([{ id: person.email, name, verified: true }]);
  expect(await gatehouse.rows("select 1 from session where token = $1", [person.email])).toEqual([]);
  for (const table of ["picture", "deletion"])
    expect(await gatehouse.rows(`select 1 from gatehouse.${table} where user_id = $1`, [person.email])).toEqual([]);
});

test("invitations are listed newest first, part by part", async () => {
  const three = [await invited(), await invited(), await invited()].map(({ id }) => id).reverse();
  const { orm } = gatehouse.database;
  const first = await listInvitations(orm, { count: 2 });
  const second = await listInvitations(orm, { count: 1, before: first[1]?.id });
  expect([...first, ...second].map(({ id }) => id)).toEqual(three);
  expect(JSON.stringify(first)).not.toContain("hash");
});

test("the list of invitations begins anew behind one that was sent again, and has another id since", async () => {
  const former = await invited();
  const anew = await inviting(former.person.email);
  const { orm } = gatehouse.database;
  const [first] = await listInvitations(orm, { count: 1, before: former.id });
  expect(first?.id).toBe(anew.ok ? anew.value.id : "");
});
