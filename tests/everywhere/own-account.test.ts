import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse, type Got, type Person, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "a brand new passphrase";
const entries = ({ page }: Got) => page.querySelectorAll(".entries li");
const mails = async ({ email }: Person, subject: string) =>
  (await gatehouse.mailsTo(email)).filter((mail) => mail.subject.includes(subject));

/** Makes the last proof of everybody older than 15 minutes. */
const letTimePass = () => gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");

/** One person on two browsers. */
async function onTwo() {
  const [laptop, phone] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await laptop.join();
  // Else nobody is told.
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await phone.post(
    "/sign-in",
    { ...person },
    {
      "user-agent":
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 " +
        "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    },
  );
  return { laptop, phone, person };
}

test("the password page: a new password ends the others, renews this session, and mails the owner", async () => {
  const { laptop, phone, person } = await onTwo();
  const before = laptop.cookies.get("better-auth.session_token");
  const got = await laptop.submit(await laptop.get("/account/password"), {
    current: person.password,
    password: next,
  });
  expect(got.location).toBe("/account/password?notice=password_changed");
  expect([await laptop.isIn(), await phone.isIn()]).toEqual([true, false]);
  const copied = gatehouse.visitor();
  copied.cookies.set("better-auth.session_token", before ?? "");
  expect(await copied.isIn()).toBe(false);
  expect((await phone.signIn(person)).status).toBe(422);
  expect(await mails(person, "password was changed")).toHaveLength(1);
});

test("the password page: the other devices stay when asked to", async () => {
  const { laptop, phone, person } = await onTwo();
  await laptop.post("/account/password", { current: person.password, password: next });
  expect([await laptop.isIn(), await phone.isIn()]).toEqual([true, true]);
});

test("the password page: a wrong password, the same again, and what sign-up refuses change nothing", async () => {
  const { laptop, person } = await onTwo();
  const hash = () =>
    gatehouse.rows(`select password from account where user_id = (select id from "user" where email = $1)`, [
      person.email,
    ]);
  const before = await hash();
  const refused: [current: string, password: string, field: string, words: string][] = [
    ["not my password", next, "current", "That’s not your current password."],
    ["", next, "current", "Enter your current password."],
    [person.password, person.password, "password", "This is your current password."],
    [person.password, "password1", "password", "leaked passwords"],
    [person.password, person.email, "password", "too similar"],
  ];
  for (const [current, password, field, words] of refused) {
    const got = await laptop.post("/account/password", { current, password, others: "on" });
    expect([password, got.status]).toEqual([password, 422]);
    expect(got.page.querySelector(`#${field}-note`)?.text).toContain(words);
  }
  expect(await hash()).toEqual(before);
});

test("the password page: password managers find it at the well-known address", async () => {
  expect((await gatehouse.visitor().get("/.well-known/change-password")).location).toBe("/account/password");
});

describe("the devices page", () => {
  test("names each device, marks this one, and holds no token", async () => {
    const { laptop, phone } = await onTwo();
    const got = await laptop.get("/account/sessions");
    const lines = entries(got).map(({ text }) => text);
    expect(lines).toHaveLength(2);
    expect(lines.filter((line) => line.includes("This device"))).toHaveLength(1);
    expect(lines.find((line) => line.includes("Safari on iPhone"))).toContain(phone.address);
    for (const { cookies } of [laptop, phone])
      expect(got.text).not.toContain(
        decodeURIComponent(cookies.get("better-auth.session_token") ?? "?").split(".")[0] ?? "?",
      );
  });

  test("one device can be signed out, or all others; somebody else's is left alone", async () => {
    const { laptop, phone, person } = await onTwo();
    const stranger = gatehouse.visitor();
    await stranger.join();
    const idOf = async (visitor: Visitor) => JSON.parse((await visitor.get("/api/session")).text).session.id as string;
    for (const id of [await idOf(stranger), "0", "-1", crypto.randomUUID(), "x".repeat(60_000)])
      expect((await laptop.post("/account/sessions", { id })).location).toBe("/account/sessions?notice=session_ended");
    expect([await laptop.isIn(), await phone.isIn(), await stranger.isIn()]).toEqual([true, true, true]);
    await laptop.post("/account/sessions", { id: await idOf(phone) });
    expect([await laptop.isIn(), await phone.isIn()]).toEqual([true, false]);
    await phone.signIn(person);
    expect(await phone.isIn()).toBe(true);
    await laptop.post("/account/sessions", { others: "on" });
    expect([await laptop.isIn(), await phone.isIn(), await stranger.isIn()]).toEqual([true, false, true]);
  });
});
const acts: [path: string, fields: Record<string, string>][] = [
  ["/account/email", { email: "fresh.proof@example.org" }],
  ["/account/sessions", { others: "on" }],
  ["/account/export", {}],
  ["/account/delete", {}],
];

for (const [path, fields] of acts)
  test(`a fresh proof is asked for at ${path} after 15 minutes, and then what was asked is done`, async () => {
    const { laptop, person } = await onTwo();
    await letTimePass();
    const events = () => gatehouse.rows("select 1 from gatehouse.event where kind not in ('sign_in', 'proved')");
    const before = await events();
    const asked = await laptop.post(path, fields);
    expect([asked.status, asked.page.querySelector("h1")?.text]).toEqual([403, "Confirm it’s you"]);
    const wrong = await laptop.submit(asked, { proof: "not my password" });
    expect([wrong.status, wrong.page.querySelector("#proof-note")?.text]).toEqual([
      422,
      "That’s not your current password.",
    ]);
    expect((await laptop.submit(asked, { proof: "" })).status).toBe(422);
    expect(await events()).toEqual(before);
    const old = laptop.cookies.get("better-auth.session_token") ?? "";
    const done = await laptop.submit(wrong, { proof: person.password });
    expect(done.status).toBe(303);
    if (path === "/account/export") await laptop.submit(await laptop.get(done.location ?? ""), {}); // from its page
    expect((await events()).length).toBe(before.length + 1);
    const copied = gatehouse.visitor();
    copied.cookies.set("better-auth.session_token", old);
    expect(await copied.isIn()).toBe(false);
  });

/** Where one form of a page is sent, and what it says without asking. */
function formIn({ page }: Got, form: string) {
  const hidden = page.querySelectorAll(`${form} input[type=hidden]`);
  return {
    action: page.querySelector(form)?.getAttribute("action") ?? `no ${form}`,
    hidden: Object.fromEntries(hidden.map((input) => [input.getAttribute("name"), input.getAttribute("value")])),
  };
}

test("a form of one account does nothing to the account that is in use by the time it is sent", async () => {
  const { laptop, person } = await onTwo();
  const tablet = gatehouse.visitor();
  const other = await tablet.join();
  await gatehouse.rows("update \"user\" set image = 'https://pictures.example/it.png'");
  await laptop.post("/account/email", { email: "waited.for@example.org" });
  const forms = [
    ["/account/delete?step=sure", "#delete-form"],
    ["/account/email", "#email-form"],
    ["/account/email", "#cancel-form"],
    ["/account/sessions", "#end-others"],
    ["/account/profile", "#name-form"],
    ["/account/profile", "#picture-form"],
  ];
  const opened = [];
  for (const [path = "", form = ""] of forms) opened.push(formIn(await laptop.get(path), form));
  await letTimePass();
  opened.push(formIn(await laptop.post("/account/delete", {}), "#proof-form"));
  await laptop.post("/sign-out", {});
  await laptop.signIn(other);
  await laptop.post("/account/email", { email: "waited.for.too@example.org" });
  const kept = `select u.name, u.image, (select count(*)::int from session s where s.user_id = u.id) as sessions,
      (select count(*)::int from gatehouse.mail_token t
        where t.user_id = u.id and t.purpose = 'confirm_email') as waiting,
      (select count(*)::int from gatehouse.deletion d where d.user_id = u.id) as deletions
    from "user" u where u.email = $1`;
  const before = await gatehouse.rows(kept, [other.email]);
  const sent = [];
  const typed = { email: "of.another.tab@example.org", name: "Another", proof: person.password };
  for (const { action, hidden } of opened) sent.push((await laptop.post(action, { ...typed, ...hidden })).location);
  expect(sent).toEqual(opened.map(() => "/account?notice=page_old"));
  expect((await laptop.get("/account?notice=page_old")).page.text).toContain("out of date, so nothing was changed.");
  expect(await gatehouse.rows(kept, [other.email])).toEqual(before);
  expect(before).toMatchObject([{ sessions: 2, waiting: 1, deletions: 0 }]);
});

test("a fresh proof is not asked for right after signing in", async () => {
  const { laptop } = await onTwo();
  expect((await laptop.post("/account/export", {})).status).toBe(200);
});

test("what fails after a fresh proof leaves its user signed in, by the session that the proof made", async () => {
  const { laptop, person } = await onTwo();
  await letTimePass();
  await gatehouse.rows(`create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'no' using errcode = '53300'; end $$;
    create trigger fail before insert on gatehouse.mail_token for each row execute function fail()`);
  const got = await laptop.impatient().post("/account/email", { email: "a@example.org", proof: person.password });
  await gatehouse.rows("drop function fail cascade");
  expect([got.status, await laptop.isIn()]).toEqual([503, true]);
});

test("a fresh proof keeps 'remember me' as it was", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  await letTimePass();
  const got = await visitor.post("/account/export", { proof: person.password });
  expect(got.headers.getSetCookie().find((line) => line.includes("session_token"))).not.toContain("Max-Age");
});
