import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { webhooks } from "../../src/capabilities/webhooks/index";
import { actsOf } from "../../src/process/acts";
import { removeExpired } from "../../src/process/housekeeping";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";
import { codeIn, linkIn } from "../support/mails";
import { startReceiver, webhookSecret, type Receiver } from "../support/webhook-receiver";

/** What a receiver hears of what happens to an account, whoever does it: on a page, by the API, a verb or SQL. */

let receiver: Receiver;
let gatehouse: Gatehouse;
beforeAll(async () => {
  receiver = startReceiver();
  gatehouse = await startGatehouse(endpoint(), undefined, [webhooks]);
});
afterAll(async () => {
  await gatehouse.close();
  await receiver.stop();
});

const endpoint = () => ({ GATEHOUSE_WEBHOOK_URL: receiver.url, GATEHOUSE_WEBHOOK_SECRET: webhookSecret("a") });
const sql = (statement: string) => gatehouse.rows(statement);

/** What the receiver hears of the work, in the order of the names; of everybody, so that nobody else's is in it. */
async function heardOf(work: () => Promise<unknown>): Promise<string[]> {
  await settle();
  const before = receiver.heard.length;
  await work();
  await settle();
  return receiver.heard
    .slice(before)
    .map(({ type }) => type)
    .sort();
}

/** Any posted form wakes what works in the background. */
async function settle() {
  await gatehouse.visitor().post("/sign-out", {});
  await gatehouse.mailsTo("");
}

/** Somebody who is signed in on two devices, and how SQL finds them. */
async function somebody() {
  const [laptop, phone] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await laptop.join();
  await phone.signIn(person);
  return { laptop, phone, person, id: `(select id from "user" where email = '${person.email}')` };
}

let members = 0;

/** The same by SQL alone, which costs no hash; gives the id. */
async function member(): Promise<string> {
  const id = `member${++members}`;
  await sql(`insert into "user" (id, name, email) values ('${id}', 'A Member', '${id}@example.org');
    insert into session (id, token, user_id, expires_at)
      select '${id} ' || n, '${id} ' || n, '${id}', now() + interval '1 day' from generate_series(1, 2) n`);
  return `'${id}'`;
}

const newest = async ({ email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";

const bySql: [what: string, statement: (id: string) => string, heard: string[]][] = [
  ["an address was confirmed", (id) => `update "user" set email_verified = true where id = ${id}`, ["user.confirmed"]],
  [
    "an address was changed and confirmed",
    (id) => `update "user" set email = 'x' || email, email_verified = true where id = ${id}`,
    ["user.confirmed", "user.email_changed"],
  ],
  ["nothing but a name was changed", (id) => `update "user" set name = 'Eve' where id = ${id}`, []],
  [
    "somebody was suspended, once",
    (id) => `insert into gatehouse.suspension (user_id) values (${id});
        update gatehouse.suspension set reason = 'spam' where user_id = ${id}`,
    ["session.ended_all", "user.suspended"],
  ],
  [
    "somebody was suspended again",
    (id) => `insert into gatehouse.suspension (user_id, until) values (${id}, now() - interval '1 day');
        update gatehouse.suspension set until = null where user_id = ${id}`,
    ["session.ended_all", "user.suspended"],
  ],
  ["all sessions were deleted", (id) => `delete from session where user_id = ${id}`, ["session.ended_all"]],
  [
    "one session of two was deleted",
    (id) => `delete from session where id = (select id from session where user_id = ${id} limit 1)`,
    [],
  ],
  ["an account was deleted", (id) => `delete from "user" where id = ${id}`, ["user.deleted"]],
];

describe("a receiver hears", () => {
  test("that somebody signed up on the page, and confirmed their address, with ids alone and a signature", async () => {
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    expect(await heardOf(() => visitor.signUp(person))).toEqual(["user.created"]);
    const code = codeIn(await newest(person));
    expect(await heardOf(() => visitor.post("/verify-email", { email: person.email, code }))).toEqual([
      "user.confirmed",
    ]);
    const [owner] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
    const [confirmed, created] = receiver.heard.toReversed();
    expect(created?.body).toBe(
      JSON.stringify({ type: "user.created", timestamp: created?.timestamp, data: { userId: owner?.id } }),
    );
    expect(confirmed?.userId).toBe(owner?.id ?? "");
    expect(created?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(created?.headers.get("content-type")).toBe("application/json");
    expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(receiver.heard.length);
    expect(receiver.forged).toBe(0);
  });

  test("that somebody signed up by the API", async () => {
    const headers = { "content-type": "application/json", origin: gatehouse.origin };
    const body = JSON.stringify(newPerson());
    const signUp = () => gatehouse.visitor().send("/api/auth/sign-up/email", { method: "POST", headers, body });
    expect(await heardOf(signUp)).toEqual(["user.created"]);
    expect(await heardOf(signUp)).toEqual([]); // has an account
  });

  test("that an address was changed on the page", async () => {
    const { laptop, person } = await somebody();
    const next = newPerson();
    await laptop.post("/account/email", { email: next.email, proof: person.password });
    const mail = await newest(next);
    const heard = await heardOf(async () =>
      laptop.submit(await laptop.get(linkIn(mail, "/confirm-email")), { code: codeIn(mail) }),
    );
    expect(heard).toContain("user.email_changed");
  });
});

describe("a receiver hears", () => {
  test.each(bySql)("that %s by SQL", async (_what, statement, heard) => {
    const id = await member();
    expect(await heardOf(() => sql(statement(id)))).toEqual(heard);
  });

  test("of every row that one statement writes", async () => {
    const insert = `insert into "user" (id, name, email, email_verified)
      select 'many' || n, 'Many', 'many' || n || '@example.org', n < 3 from generate_series(1, 20) n`;
    expect(await heardOf(() => sql(insert))).toEqual([
      ...Array<string>(2).fill("user.confirmed"),
      ...Array<string>(20).fill("user.created"),
    ]);
    const sessions = `insert into session (id, token, user_id, expires_at)
      select id || n, id || n, id, now() + interval '1 day' from "user", generate_series(1, 2) n where name = 'Many'`;
    expect(await heardOf(() => sql(sessions))).toEqual([]);
    expect((await heardOf(() => sql("truncate session"))).length).toBeGreaterThanOrEqual(20);
    expect(await heardOf(() => sql(`delete from "user" where name = 'Many'`))).toEqual(
      Array<string>(20).fill("user.deleted"),
    );
  });

  test("that somebody is kept out by a column of an existing app", async () => {
    const id = await member();
    await sql(`alter table "user" add banned boolean; insert into gatehouse.blocked_column values ('banned', 'set')`);
    const ban = `update "user" set banned = true where id = ${id}`;
    expect(await heardOf(() => sql(ban))).toEqual(["session.ended_all", "user.suspended"]);
    expect(await heardOf(() => sql(ban))).toEqual([]);
    await sql(`delete from gatehouse.blocked_column; alter table "user" drop banned`);
  });

  test("that an account was deleted after its week", async () => {
    const { laptop, id } = await somebody();
    expect(await heardOf(() => laptop.post("/account/delete", {}))).toEqual(["session.ended_all"]);
    await sql(`update gatehouse.deletion set due_at = now() - interval '1 minute' where user_id = ${id}`);
    expect(await heardOf(() => removeExpired(gatehouse.database, 90))).toEqual(["user.deleted"]);
  });
});

type Both = Awaited<ReturnType<typeof somebody>>;
const next = "a new correct horse";
const { "end-sessions": endSessions } = await actsOf([]);

async function reset(visitor: Visitor, person: Person) {
  await sql("delete from gatehouse.throttle");
  await visitor.post("/forgot-password", { email: person.email });
  const link = linkIn(await newest(person), "/reset-password");
  const page = await visitor.get(link);
  return () => visitor.submit(page, { password: next });
}

describe("that all sessions of somebody ended is heard", () => {
  test.each<[how: string, work: (both: Both) => Promise<unknown>]>([
    ["by `Sign out the others`", ({ laptop }) => laptop.post("/account/sessions", { others: "on" })],
    [
      "by a new password",
      ({ laptop, person }) =>
        laptop.post("/account/password", { current: person.password, password: next, others: "on" }),
    ],
    ["by the verb end-sessions", async ({ person }) => endSessions?.(gatehouse.given, person.email)],
  ])("%s, once", async (_how, work) => {
    const both = await somebody();
    expect(await heardOf(() => work(both))).toEqual(["session.ended_all"]);
    expect((await both.phone.get("/api/session")).status).toBe(401);
  });

  test("by a new password from a mail", async () => {
    const { phone, person } = await somebody();
    const choose = await reset(gatehouse.visitor(), person);
    expect(await heardOf(choose)).toEqual(["session.ended_all", "user.confirmed"]);
    expect((await phone.get("/api/session")).status).toBe(401);
  });
});

describe("that all sessions of somebody ended is heard", () => {
  test.each<[how: string, work: (both: Both) => Promise<unknown>]>([
    [
      "by a sign-out, be it of the last",
      ({ laptop, phone }) => laptop.post("/sign-out", {}).then(() => phone.post("/sign-out", {})),
    ],
    [
      "by another sign-in of the same browser",
      ({ laptop, person: { email, password } }) => laptop.post("/sign-in", { email, password }),
    ],
    [
      "by a proof, for which another session takes the place",
      async ({ laptop, phone, person, id }) => {
        await phone.post("/sign-out", {});
        await sql(`update session set created_at = now() - interval '1 hour' where user_id = ${id}`);
        await laptop.post("/account/sessions", { others: "on", proof: person.password });
      },
    ],
    [
      "by sessions that expire",
      async ({ id }) => {
        await sql(`update session set expires_at = now() - interval '1 minute' where user_id = ${id}`);
        await removeExpired(gatehouse.database, 90);
      },
    ],
  ])("not %s", async (_how, work) => {
    const both = await somebody();
    expect(await heardOf(() => work(both))).toEqual([]);
  });
});
