import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { removeExpired } from "../../src/process/housekeeping";
import { startGatehouse, type Gatehouse, type Got, type Person, type Visitor } from "../support/harness";

/** What the account keeps of its owner: the activity, the file of everything, and its end. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
const entries = ({ page }: Got) => page.querySelectorAll(".entries li");
const mails = async ({ email }: Person, subject: string) =>
  (await gatehouse.mailsTo(email)).filter((mail) => mail.subject.includes(subject));

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

/** What the activity page lists, newest first, without when and where. */
const activityOf = async (visitor: Visitor) =>
  entries(await visitor.get("/account/activity")).map((entry) => entry.querySelector(".entry-title")?.text.trim());

test("activity: shows the owner's sign-ins, refusals and changes, and nobody else's", async () => {
  const { laptop, person } = await onTwo();
  await gatehouse.visitor().signIn({ ...person, password: "not the password" });
  await laptop.post("/account/profile", { name: "Ada King" });
  expect(await activityOf(laptop)).toEqual([
    "Name changed",
    "Sign-in failed: wrong password",
    "Signed in",
    "Signed in",
    "Account created",
  ]);
  const stranger = gatehouse.visitor();
  const other = await stranger.join();
  await stranger.post("/sign-out", {});
  await stranger.signIn(other);
  expect(await activityOf(stranger)).toEqual(["Signed in", "Signed out", "Signed in", "Account created"]);
});

test("activity: a sign-up with the address of an account is not told to its owner as the making of it", async () => {
  const { laptop, person } = await onTwo();
  await gatehouse.visitor().signUp({ ...person, password: "a stranger's own passphrase" });
  expect((await activityOf(laptop))[0]).toBe("Sign-up failed: account already exists");
});

test("activity: tells of equal sign-ins of one hour once, with the time of the last; of any other each", async () => {
  const { laptop, phone, person } = await onTwo(); // who signed in last
  const signIns = () =>
    gatehouse.rows<{ at: Date }>(
      `select at from gatehouse.event
         where kind = 'sign_in' and user_id = (select id from "user" where email = $1) order by id`,
      [person.email],
    );
  const again = (visitor: Visitor) => visitor.post("/sign-in", { ...person });
  await again(laptop);
  const [, , first] = await signIns();
  for (let i = 0; i < 4; i++) await again(laptop);
  const three = await signIns();
  // The hour of the clock may end in the middle of this test.
  const atMost = new Date(three.at(-1)?.at ?? 0).getUTCHours() === new Date(first?.at ?? 0).getUTCHours() ? 3 : 4;
  expect(three.length).toBe(atMost);
  expect(new Date(three.at(-1)?.at ?? 0).getTime()).toBeGreaterThan(new Date(first?.at ?? 0).getTime());
  await again(phone);
  await again(laptop);
  await laptop.post("/sign-out", {});
  await again(laptop);
  await gatehouse.rows(`
    alter table gatehouse.event disable trigger gatehouse_kept;
    update gatehouse.event set at = at - interval '1 hour';
    alter table gatehouse.event enable trigger gatehouse_kept`);
  await again(laptop);
  expect((await signIns()).length).toBe(atMost + 4);
  await gatehouse.visitor().signIn({ ...person, password: "not the password" });
  await again(laptop);
  expect((await signIns()).length).toBe(atMost + 6);
});

test("activity: tells of a sign-out once, however many press the button at the same time", async () => {
  const { laptop, person } = await onTwo();
  await Promise.all(Array.from({ length: 10 }, () => laptop.post("/sign-out", {})));
  expect(
    await gatehouse.rows(
      `select 1 from gatehouse.event where kind = 'sign_out' and user_id = (select id from "user" where email = $1)`,
      [person.email],
    ),
  ).toHaveLength(1);
});

test("activity: goes on to older events, and an address that is none of ours begins anew", async () => {
  const { laptop, person } = await onTwo();
  await gatehouse.rows(
    `insert into gatehouse.event (kind, outcome, user_id)
       select case when n % 2 = 0 then 'sign_in' else 'sign_out' end, 'done',
         (select id from "user" where email = '${person.email}') from generate_series(1, 40) n`,
  );
  const first = await laptop.get("/account/activity");
  expect(entries(first)).toHaveLength(30);
  const older = first.page.querySelector(".pages a")?.getAttribute("href") ?? "";
  expect(entries(await laptop.get(older))).toHaveLength(13);
  for (const before of ["-1", "x", "1e9", "99999999999999999999", "%00"])
    expect(entries(await laptop.get(`/account/activity?before=${before}`))).toHaveLength(30);
});

describe("one's own data", () => {
  test("is a file with everything, and nothing that would open the account", async () => {
    const { laptop, person } = await onTwo();
    const got = await laptop.submit(await laptop.get("/account/export"), {});
    expect(got.headers.get("content-disposition")).toContain("attachment");
    const everything = JSON.parse(got.text);
    expect(Object.keys(everything)).toEqual([
      "exportedAt",
      "profile",
      "waysIn",
      "sessions",
      "devices",
      "activity",
      "language",
      "deletion",
      "picture",
      "suspension",
      "roles",
      "invitations",
    ]);
    expect(everything.profile).toMatchObject({ email: person.email, name: person.name });
    expect([everything.sessions.length, everything.devices.length, everything.language]).toEqual([2, 2, "en"]);
    expect(everything.profile.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(got.text).not.toMatch(/token|argon2|hash|secret/i);
  });
});
const due = () => gatehouse.rows("update gatehouse.deletion set due_at = now() - interval '1 second'");

test("deleting an account: closes it, tells the owner, and signing in within the week offers to keep it", async () => {
  const { laptop, phone, person } = await onTwo();
  const got = await laptop.submit(await laptop.get("/account/delete?step=sure"), {});
  expect(got.location).toBe("/sign-in?notice=deletion_asked");
  expect([await laptop.isIn(), await phone.isIn()]).toEqual([false, false]);
  expect(await mails(person, "will be deleted")).toHaveLength(1);
  expect((await phone.submit(await phone.get("/sign-in?return_to=%2Faccount%2Femail"), { ...person })).location).toBe(
    "/account/delete",
  );
  expect((await phone.get("/account")).location).toBe("/account/delete");
  const kept = await phone.submit(await phone.get("/account/delete"), {});
  expect(kept.location).toBe("/account?notice=deletion_stopped");
  await due();
  await removeExpired(gatehouse.database, 90);
  expect((await phone.get("/account")).status).toBe(200);
});

test("deleting an account: the page and the mail say until when, by the owner's clock", async () => {
  const { laptop, person } = await onTwo();
  laptop.cookies.set("gatehouse.time-zone", "America%2FLos_Angeles");
  await laptop.post("/account/delete", {});
  const [mail] = await mails(person, "will be deleted");
  expect(mail?.text).toMatch(/deleted on [A-Z][a-z]+ \d+, \d{4} at \d+:\d\d [AP]M P[DS]T, with/);
  await gatehouse.rows("update gatehouse.deletion set due_at = '2026-12-06T03:00:00Z'");
  await laptop.signIn(person);
  expect((await laptop.get("/account/delete")).text).toContain("deleted on December 5, 2026 at 7:00 PM PST.");
});

test("deleting an account: after the week it is gone with all that is its, and the address is free", async () => {
  const { laptop, person } = await onTwo();
  const [owner] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
  await laptop.post("/account/delete", {});
  await gatehouse.visitor().signIn(person);
  await removeExpired(gatehouse.database, 90);
  expect(await gatehouse.rows(`select 1 from "user" where id = $1`, [owner?.id])).toHaveLength(1);
  await due();
  await removeExpired(gatehouse.database, 90);
  for (const table of [
    '"user" where id',
    "session where user_id",
    "account where user_id",
    ...["mail_token", "event", "device", "deletion", "outbox"].map((name) => `gatehouse.${name} where user_id`),
  ])
    expect([table, await gatehouse.rows(`select 1 from ${table} = $1`, [owner?.id])]).toEqual([table, []]);
  await gatehouse.rows("delete from gatehouse.throttle");
  expect((await gatehouse.visitor().signUp(person)).status).toBe(303);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
});
