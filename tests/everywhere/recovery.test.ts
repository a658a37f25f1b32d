import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "a brand new passphrase";

/** Somebody who is signed in on one browser and asks for a new password on another; and the link they got. */
async function forgetful() {
  const [laptop, phone] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await laptop.join();
  return { laptop, phone, person, link: await ask(person) };
}

/** Asks for a link for a new password, past the wait for another mail. */
async function ask({ email }: Pick<Person, "email">) {
  await gatehouse.rows("delete from gatehouse.throttle");
  const visitor = gatehouse.visitor();
  const asked = await visitor.submit(await visitor.get("/forgot-password"), { email });
  expect(asked.location).toBe("/forgot-password?notice=reset_asked");
  const mail = (await gatehouse.mailsTo(email)).find(({ subject }) => subject.includes("new password"));
  return linkIn(mail?.text ?? "", "/reset-password");
}

const confirm = ({ email }: Person) =>
  gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);

test("a forgotten password: is replaced by the link: every session ends, and only the new one opens", async () => {
  const { laptop, phone, person, link } = await forgetful();
  const page = await phone.get(link);
  expect(page.page.querySelector("input[autocomplete=username]")?.getAttribute("value")).toBe(person.email);
  expect((await phone.submit(page, { password: next })).location).toBe("/account?notice=password_changed");
  expect([(await phone.get("/api/session")).status, (await laptop.get("/api/session")).status]).toEqual([200, 401]);
  expect((await laptop.signIn(person)).status).toBe(422);
  expect((await laptop.signIn({ ...person, password: next })).location).toBe("/account");
});

test("a forgotten password: signs nobody in whose new password was overtaken by another one", async () => {
  const { phone, person, link } = await forgetful();
  const page = await phone.get(link);
  const overtake = `create function overtake() returns trigger language plpgsql as $$ begin
    update account set password = 'another' where user_id = new.user_id; return new; end $$;
    create trigger overtake after insert on session for each row execute function overtake()`;
  for (const statement of overtake.split(/(?<=\$\$);/)) await gatehouse.rows(statement);
  const reset = await phone.submit(page, { password: next });
  for (const what of ["trigger overtake on session", "function overtake"]) await gatehouse.rows(`drop ${what}`);
  expect(reset.location).toBe("/sign-in?notice=password_reset");
  expect((await phone.get("/api/session")).status).toBe(401);
  const left = `select 1 from session s join "user" u on u.id = s.user_id where u.email = $1`;
  expect(await gatehouse.rows(left, [person.email])).toEqual([]);
});

test("a forgotten password: confirms the address, since the mail arrived there, and tells the owner", async () => {
  const { phone, person, link } = await forgetful();
  await phone.submit(await phone.get(link), { password: next });
  expect(
    await gatehouse.rows(`select email_verified as verified from "user" where email = $1`, [person.email]),
  ).toEqual([{ verified: true }]);
  expect((await gatehouse.mailsTo(person.email))[0]?.subject).toBe("Gatehouse: your password was changed");
});

test("a forgotten password: the browser that chose the new one is known, and no guesses keep it out", async () => {
  const { phone, person, link } = await forgetful();
  for (let i = 0; i < 8; i++) await gatehouse.visitor().signIn({ ...person, password: "a stranger's guess" });
  await phone.submit(await phone.get(link), { password: next });
  for (let i = 0; i < 8; i++) await gatehouse.visitor().signIn({ ...person, password: "a stranger's guess" });
  await phone.post("/sign-out", {});
  expect((await phone.signIn({ ...person, password: next })).status).toBe(303);
  expect((await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("New sign-in"))).toEqual([]);
});

test("a forgotten password: a squatter's devices are forgotten, and a sign-in there is mailed", async () => {
  const { laptop: squatter, phone, person, link } = await forgetful();
  const devices = () =>
    gatehouse.rows(`select 1 from gatehouse.device where user_id = (select id from "user" where email = $1)`, [
      person.email,
    ]);
  await phone.submit(await phone.get(link), { password: next });
  expect(await devices()).toHaveLength(1);
  for (let i = 0; i < 8; i++) await gatehouse.visitor().signIn({ ...person, password: "a stranger's guess" });
  expect((await squatter.signIn({ ...person, password: next })).status).toBe(429);
  await gatehouse.rows("delete from gatehouse.throttle");
  expect((await squatter.signIn({ ...person, password: next })).status).toBe(303);
  const subjects = (await gatehouse.mailsTo(person.email)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject.includes("New sign-in"))).toHaveLength(1);
});

test("a forgotten password: opening the link changes nothing, however often a scanner does it", async () => {
  const { laptop, phone, person, link } = await forgetful();
  for (const method of ["GET", "HEAD", "GET"]) expect((await phone.send(link, { method })).status).toBe(200);
  expect((await laptop.get("/api/session")).status).toBe(200);
  expect((await phone.submit(await phone.get(link), { password: next })).status).toBe(303);
  expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
});

test("a forgotten password: a link works once, and a newer one ends it", async () => {
  const { phone, person, link } = await forgetful();
  const newer = await ask(person);
  expect(newer).not.toBe(link);
  expect((await phone.get(link)).status).toBe(404);
  const page = await phone.get(newer);
  expect((await phone.submit(page, { password: next })).status).toBe(303);
  expect((await phone.submit(page, { password: "yet another passphrase" })).status).toBe(404);
  expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
});

test("a forgotten password: a changed password ends the links that are on their way", async () => {
  const { laptop, phone, person, link } = await forgetful();
  expect(
    (await laptop.post("/account/password", { current: person.password, password: next, others: "on" })).status,
  ).toBe(303);
  expect((await phone.get(link)).status).toBe(404);
  expect(
    (await phone.post("/reset-password", { token: link.split("=")[1] ?? "", password: "yet another passphrase" }))
      .status,
  ).toBe(404);
});

test("a forgotten password: a refused password keeps the link, and says why", async () => {
  const { phone, person, link } = await forgetful();
  for (const [password, words] of [
    ["short", "8 characters"],
    ["password1", "leaked passwords"],
    [person.email, "too similar"],
    ["", "Enter a password."],
  ] as const) {
    const got = await phone.submit(await phone.get(link), { password });
    expect([password, got.status]).toEqual([password, 422]);
    expect(got.page.querySelector("#password-note")?.text).toContain(words);
  }
  expect((await phone.submit(await phone.get(link), { password: next })).status).toBe(303);
});

test("a forgotten password: a link is too old after an hour", async () => {
  const { phone, link } = await forgetful();
  await gatehouse.rows("update gatehouse.mail_token set expires_at = now() - interval '1 second'");
  expect((await phone.get(link)).status).toBe(404);
});

test("a forgotten password: an address nobody has gets the same answer, and no mail", async () => {
  const [stranger, owner] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = newPerson();
  await owner.signUp(person);
  await gatehouse.rows("delete from gatehouse.throttle");
  const [unknown, known] = [
    await stranger.post("/forgot-password", { email: "nobody.here@example.org" }),
    await owner.post("/forgot-password", { email: person.email }),
  ];
  expect([unknown.status, unknown.location, unknown.text]).toEqual([known.status, known.location, known.text]);
  expect(await gatehouse.mailsTo("nobody.here@example.org")).toEqual([]);
  expect(await gatehouse.rows("select 1 from gatehouse.outbox")).toEqual([]);
});

test("a forgotten password: a thousand requests are three mails an hour; the fourth is told to wait", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  await gatehouse.rows("delete from gatehouse.throttle");
  const ask = () => gatehouse.visitor().post("/forgot-password", { email: person.email });
  const open = () =>
    gatehouse.rows("update gatehouse.throttle set open_at = now() where open_at < now() + interval '30 minutes'");
  for (let i = 0; i < 20; i++) {
    await ask();
    await open();
    await gatehouse.mailsTo(person.email); // sent: of two that wait only the newer one would be
  }
  expect(
    (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("new password")),
  ).toHaveLength(3);
  const got = await ask();
  expect(got.status).toBe(429);
  expect(got.page.querySelector("[role=status][data-wait]")?.text).toMatch(/Try again in (59|60) minutes\./);
});

test("a forgotten password: repairs an account whose password cannot be read any more", async () => {
  const { phone, person } = await forgetful();
  await gatehouse.rows(`delete from account where user_id = (select id from "user" where email = $1)`, [person.email]);
  const link = await ask(person);
  await phone.submit(await phone.get(link), { password: next });
  expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
});

describe("a warning by mail", () => {
  test("'this was not me' signs everybody out and starts a new password, by its button only", async () => {
    const [owner, thief] = [gatehouse.visitor(), gatehouse.visitor()];
    const person = await owner.join();
    await confirm(person);
    await thief.signIn(person);
    const [mail] = await gatehouse.mailsTo(person.email);
    expect(mail?.subject).toBe("New sign-in to Gatehouse: Unknown device");
    const page = await gatehouse.visitor().get(linkIn(mail?.text ?? "", "/not-me"));
    expect((await thief.get("/api/session")).status).toBe(200);
    const got = await owner.submit(page, {});
    for (const visitor of [owner, thief]) expect((await visitor.get("/api/session")).status).toBe(401);
    expect((await thief.signIn(person)).status).toBe(422); // the password that the thief knows opens nothing meanwhile
    expect((await owner.submit(await owner.get(got.location ?? ""), { password: next })).status).toBe(303);
    expect((await thief.signIn(person)).status).toBe(422);
    expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
  });

  test("comes for a browser that was not seen before, and for no other", async () => {
    const [laptop, phone] = [gatehouse.visitor(), gatehouse.visitor()];
    const person = await laptop.join();
    await phone.signIn(person);
    // Nobody has confirmed yet that the address is theirs.
    expect(await gatehouse.mailsTo(person.email)).toHaveLength(1);
    phone.cookies.clear();
    await confirm(person);
    const warnings = async () =>
      (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("New sign-in")).length;
    await laptop.post("/sign-in", { ...person });
    expect(await warnings()).toBe(0); // the first browser of all, and the same again
    await phone.signIn(person);
    expect(await warnings()).toBe(1);
    await phone.post("/sign-in", { ...person });
    phone.cookies.set("gatehouse.device", `${crypto.randomUUID()}.forged`);
    await phone.post("/sign-in", { ...person });
    expect(await warnings()).toBe(2); // a device cookie that is not ours makes nobody known
  });
});
