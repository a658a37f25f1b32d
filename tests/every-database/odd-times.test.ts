import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { doneOf } from "../../src/process/acts";
import { shortenSessions } from "../../src/process/shorten-sessions";
import { days } from "../../src/time";
import { newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** Times that SQL may have written and no calendar of programs holds: what has one is shown, its time as unknown. */

let gatehouse: Gatehouse;
let admin: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys, administration]);
  admin = gatehouse.visitor();
  await giveRole(gatehouse, (await admin.join()).email, "admin");
  await gatehouse.rows(`update "user" set email_verified = true`);
});
afterAll(() => gatehouse.close());

const oddTimes = [
  ...["infinity", "-infinity", "290000-01-01", "294276-12-31 23:59:59+00", "12026-11-30"],
  ...["0044-03-15 BC", "4713-01-02 BC", "0001-01-01", "9999-12-31 23:59:59.999999-15:00"],
];

/** Every column with a time of a table that names its user there, but for what would end the account or its session. */
async function setTimes(ofUser: string, time: string, but: string[] = []) {
  const columns = await gatehouse.rows<{ table: string; column: string; owner: string }>(
    `select format('%I.%I', c.table_schema, c.table_name) as table, c.column_name as column,
       case c.table_name when 'user' then 'id' else 'user_id' end as owner
     from information_schema.columns c
     where c.table_schema in ('public', 'gatehouse') and c.data_type like 'timestamp%'
       and c.table_name <> 'event'
       and (c.table_name = 'user' or exists (select from information_schema.columns u where u.column_name = 'user_id'
         and (u.table_schema, u.table_name) = (c.table_schema, c.table_name)))`,
  );
  const event = "insert into gatehouse.event (kind, outcome, user_id, at) values ('sign_out', 'done', $1, $2)";
  await gatehouse.rows(event, [ofUser, time]);
  for (const { table, column, owner } of columns)
    if (!but.includes(`${table}.${column}`))
      await gatehouse.rows(`update ${table} set "${column}" = $1 where ${owner} = $2`, [time, ofUser]);
}

/** Somebody with a row in each table whose times are shown. */
async function somebody() {
  const owner = await newFactorOwner(gatehouse);
  const { email } = owner.person;
  const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  const id = row?.id ?? "";
  await gatehouse.rows(`
    insert into gatehouse.factor_loss (user_id, language, due_at) values ('${id}', 'en', now() + interval '1 day');
    insert into gatehouse.trusted_browser (user_id, device_hash, password_mark, until)
      select user_id, hash, 'm', now() + interval '1 day' from gatehouse.device where user_id = '${id}';
    insert into gatehouse.passkey (user_id, credential_id, public_key, counter, name, is_backed_up, last_used_at)
      values ('${id}', '${id}', 'k', 0, 'Laptop', true, now());
    insert into gatehouse.picture (user_id, name, content) values ('${id}', '${id}', 'UklGRg==');
    insert into gatehouse.given_up_mail (id, kind, recipient, language, user_id, facts, tries)
      values (gen_random_uuid(), 'new_device', '${email}', 'en', '${id}', '{}', 1);
    insert into gatehouse.role (user_id, role) values ('${id}', 'support');
    insert into gatehouse.invitation (email, language, by, user_id, expires_at)
      values ('${id}@example.org', 'en', 'operator', '${id}', now() + interval '1 day')`);
  return { ...owner, id, email };
}

const verbDone = async (name: string, ...typed: string[]) =>
  doneOf((await (await administration.verbs?.())?.[name]?.(gatehouse.given, ...typed)) ?? "");
const verb = async (name: string, ...typed: string[]) => (await verbDone(name, ...typed)).said;

const statuses = (visitor: Visitor, paths: string[]) =>
  Promise.all(paths.map(async (path) => [path, (await visitor.get(path)).status]));
const all200 = (paths: string[]) => paths.map((path) => [path, 200]);

describe.each(oddTimes)("the time %s", (time) => {
  test("keeps no page of the administration from being shown, and no verb from answering", async () => {
    const { id, email } = await somebody();
    await gatehouse.rows(`
      insert into gatehouse.suspension (user_id) values ('${id}');
      insert into gatehouse.deletion (user_id, due_at) values ('${id}', now() + interval '1 day')`);
    await setTimes(id, time, ["gatehouse.outbox.try_at"]);
    const pages = ["", "/people", `/people/${id}`, `/people?search=${email}`, "/events", "/invitations"];
    const paths = pages.map((page) => `/admin${page}`);
    expect(await statuses(admin, paths)).toEqual(all200(paths));
    expect((await admin.get(`/admin/people?search=${email}`)).page.querySelector("main")?.text).toContain("unknown");
    expect(await verb("users", "list")).toContain(email);
    expect(await verb("users", "show", email)).toContain(id);
    expect(await verb("events", `--of=${email}`)).toContain("sign_out");
    expect(await verb("held-up")).toBeDefined();
  });

  test("keeps its owner from no page of the account", async () => {
    const { visitor, id } = await somebody();
    const ofSession = ["expires_at", "created_at"].map((column) => `public.session.${column}`);
    await setTimes(id, time, [...ofSession, "gatehouse.factor_loss.due_at", "gatehouse.outbox.try_at"]);
    await gatehouse.rows("update session set created_at = now(), updated_at = $1 where user_id = $2", [time, id]);
    const paths = ["", "/sessions", "/activity", "/security/second-factor", "/security/passkeys"];
    const pages = [...paths.map((path) => `/account${path}`), "/api/session", "/api/auth/get-session"];
    expect(await statuses(visitor, pages)).toEqual(all200(pages));
    const exported = await visitor.post("/account/export", {});
    expect([exported.status, JSON.parse(exported.text).profile.createdAt]).toEqual([
      200,
      expect.stringMatching(/^\d{4}-/),
    ]);
  });
});

const setSession = ({ email }: Person, created: string, expires: string) =>
  gatehouse.rows(
    `update session set created_at = ${created}, expires_at = ${expires}
       where user_id = (select id from "user" where email = $1)`,
    [email],
  );
/** What each way to ask says of whoever is signed in. */
const asked = async (visitor: Visitor) => [
  (await visitor.get("/api/session")).status,
  (await visitor.get("/api/auth/get-session")).text !== "null",
  (await visitor.get("/account")).status,
];

describe("a session", () => {
  test("without an end in the table ends after the longest time that any lasts", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    for (const expires of ["infinity", "290000-01-01"]) {
      await setSession(person, "now() - interval '29 days'", `'${expires}'`);
      expect(await asked(visitor)).toEqual([200, true, 200]);
      const { session } = JSON.parse((await visitor.get("/api/session")).text);
      expect([session.expiresAt, session.fresh]).toEqual(["9999-12-31T23:59:59.999Z", false]);
      await setSession(person, "now() - interval '31 days'", `'${expires}'`);
      expect(await asked(visitor)).toEqual([401, false, 303]);
    }
  });

  test("of which nobody knows when it began, or that begins in a month, is nobody's", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    const odd = ["infinity", "-infinity", "290000-01-01", "0044-03-15 BC"].map((time) => `'${time}'`);
    for (const created of [...odd, "now() + interval '31 days'"]) {
      await setSession(person, created, "'9999-01-01'");
      expect([created, ...(await asked(visitor))]).toEqual([created, 401, false, 303]);
    }
  });

  test("that begins in hours, as where clocks differ, is fresh, and one that begins in days is not", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    for (const [ahead, fresh] of [
      ["14 hours", true],
      ["2 days", false],
    ]) {
      await setSession(person, `now() + interval '${ahead}'`, "now() + interval '7 days'");
      const { session } = JSON.parse((await visitor.get("/api/session")).text);
      const asksAgain = (await visitor.get("/account/delete?step=sure")).text.includes('name="proof"');
      expect([ahead, session.fresh, asksAgain]).toEqual([ahead, fresh, !fresh]);
    }
  });
});

test("a session keeps no other from being shortened, whatever its times are", async () => {
  const person = await gatehouse.visitor().join();
  for (const created of oddTimes) {
    await gatehouse.rows("delete from gatehouse.session_length");
    await setSession(person, `'${created}'`, "'infinity'");
    await shortenSessions(gatehouse.database, 30 * days);
    const late = "select 1 from session where expires_at > now() + interval '30 days 1 minute'";
    expect([created, await gatehouse.rows(late)]).toEqual([created, []]);
  }
});

test("the list of people goes on behind whoever has such a time", async () => {
  await gatehouse.rows(`insert into "user" (id, name, email, created_at)
    select 'odd' || n, 'Odd', 'odd' || n || '@example.org', time::timestamptz
      from unnest(array['${oddTimes.join("','")}']) with ordinality as odd (time, n)`);
  const seen: string[] = [];
  for (let next: string | undefined = ""; next !== undefined && seen.length < 1000; ) {
    const { facts } = await verbDone("users", "list", "--count=1", ...(next ? [`--after=${next}`] : []));
    const { people, next: after } = facts as { people: { id: string }[]; next?: string };
    seen.push(...people.map(({ id }) => id));
    next = after;
  }
  const inOrder = await gatehouse.rows<{ id: string }>(`select id from "user" order by created_at desc, id desc`);
  expect(seen).toEqual(inOrder.map(({ id }) => id));
});

test("a mail with such a time is sent, and keeps no other from it", async () => {
  const { email, id } = await somebody();
  await gatehouse.mailsTo("");
  for (const time of oddTimes) {
    await gatehouse.rows(
      `insert into gatehouse.outbox (kind, recipient, language, user_id, try_at, created_at)
         select 'password_changed', $1, 'en', $2, $3::timestamptz, case n when 1 then now() else least(now(), $3) end
           from generate_series(1, 2) n`,
      [email, id, time],
    );
    gatehouse.given.wake();
    await gatehouse.mailsTo(email);
    expect([time, await gatehouse.rows("select kind from gatehouse.outbox")]).toEqual([time, []]);
  }
});
