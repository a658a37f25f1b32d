import { afterAll, beforeAll, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { standing } from "../../src/capabilities/administration/overview";
import { searchEvents } from "../../src/capabilities/administration/people/events";
import { listPeople, type Wanted } from "../../src/capabilities/administration/people/list";
import { doneOf } from "../../src/process/acts";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** Lists that are long: few who are suspended are looked up one by one, many are not, and the lists are the same. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  await gatehouse.rows(`insert into "user" (id, name, email, created_at)
    select 'id' || n, 'Person ' || n, md5(n::text) || '@many.example',
      timestamptz '2020-01-01' + make_interval(mins => n)
    from generate_series(1, 2300) n`);
});
afterAll(() => gatehouse.close());

/** The addresses of all pages, one after the other. */
async function emails(wanted: Wanted): Promise<string[]> {
  const { database, given } = gatehouse;
  const all: string[] = [];
  for (let after: string | undefined, isLast = false; !isLast; isLast = after === undefined) {
    const listed = await listPeople({ orm: database.orm, tables: given.tables }, { ...wanted, after, count: 150 });
    if (!listed.ok) throw new Error(listed.problem);
    all.push(...listed.value.people.map(({ email }) => email));
    after = listed.value.next;
  }
  return all;
}

const type = async (verb: string, ...values: string[]) =>
  doneOf((await (await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)) ?? "");

const expected = async (condition: string, order: string) =>
  (
    await gatehouse.rows<{ email: string }>(
      `select email from "user" u where exists (select from gatehouse.suspension where user_id = u.id and until is null)
        and ${condition} order by ${order}`,
    )
  ).map(({ email }) => email);

test.each([
  [1, 100, "few"],
  [101, 2200, "many"],
])("the suspended, from the %dth to the %dth, are all listed, and nobody else: they are %s", async (from, to) => {
  await gatehouse.rows(`insert into gatehouse.suspension (user_id, until)
    select 'id' || n, case when n % 50 = 0 then now() - interval '1 day' end from generate_series(${from}, ${to}) n`);
  expect(await emails({ isSuspended: true })).toEqual(await expected("true", "created_at desc, id desc"));
  const byEmail = await emails({ isSuspended: true, search: "a" });
  expect(byEmail).toEqual(await expected("email like 'a%'", `email collate "C"`));
  const byName = await expected("lower(name) like 'person 12%'", `lower(name) collate "C", id`);
  expect(await emails({ isSuspended: true, search: "PERSON 12" })).toEqual(byName);
  expect(await emails({ isSuspended: true, search: "id12" })).toEqual(await expected("id = 'id12'", "id"));
  expect(await emails({ isSuspended: true, isConfirmed: true })).toEqual([]);
});

test.each([
  [10, "few"],
  [2200, "many"],
])("whoever a column of an existing app keeps out is among the suspended: %d of them are %s", async (count) => {
  await gatehouse.rows("delete from gatehouse.suspension");
  await gatehouse.rows(`alter table "user" add banned boolean default false, add is_active boolean default true,
    add locked_until timestamptz`);
  await gatehouse.rows(`insert into gatehouse.blocked_column (name, kind)
    values ('banned', 'set'), ('is_active', 'unset'), ('locked_until', 'until'), ('dropped', 'set')`);
  await gatehouse.rows("insert into gatehouse.suspension (user_id) values ('id1'), ('id2300')");
  await gatehouse.rows(
    `update "user" set banned = substr(id, 3)::int <= $1,
    is_active = case id when 'id2201' then false when 'id2202' then null else true end,
    locked_until = case id when 'id2203' then now() + interval '1 day' when 'id2204' then now() end`,
    [count],
  );
  const numbers = [...Array.from({ length: count }, (_, at) => at + 1), 2201, 2202, 2203, 2300];
  const suspended = new Set(
    (
      await gatehouse.rows<{ email: string }>(`select email from "user" where id = any($1::text[])`, [
        numbers.map((number) => `id${number}`),
      ])
    ).map(({ email }) => email),
  );
  const listed = await emails({ isSuspended: true });
  expect([listed.length, new Set(listed)]).toEqual([suspended.size, suspended]);
  expect(new Set(await emails({ isSuspended: false }))).toEqual(new Set(await emails({})).difference(suspended));
  expect((await standing(gatehouse.database.orm)).suspended).toBe(suspended.size);
  expect((await type("users", "list", "--search=id2201")).said).toEndWith("  suspended");
  await gatehouse.rows("delete from gatehouse.blocked_column");
  await gatehouse.rows(`alter table "user" drop banned, drop is_active, drop locked_until`);
});

test("no list is longer than 200 people or 1000 events, however many are asked for", async () => {
  const { database, given } = gatehouse;
  await gatehouse.rows(
    "insert into gatehouse.event (kind, outcome) select 'sign_in', 'done' from generate_series(1, 1001)",
  );
  for (const [count, people, events] of [
    [undefined, 50, 100],
    [0, 1, 1],
    [10 ** 15, 200, 1000],
  ] as const) {
    const listed = await listPeople({ orm: database.orm, tables: given.tables }, { count });
    expect(listed.ok && listed.value.people).toHaveLength(people);
    expect(await searchEvents(database.orm, { count })).toHaveLength(events);
  }
});

test("a verb refuses to give less than was typed, where no list is so long", async () => {
  expect((await type("users", "list", "--count=200")).facts.people).toHaveLength(200);
  expect((await type("events", "--count=1000")).facts.events).toHaveLength(1000);
  const refused = (most: number) => `--count: write a whole number, 1 to ${most}.`;
  for (const count of ["0", "201", "9".repeat(20)])
    await expect(type("users", "list", `--count=${count}`)).rejects.toThrow(refused(200));
  await expect(type("events", "--count=1001")).rejects.toThrow(refused(1000));
});

test("more invitations than are listed are told of, and nobody takes the newest for all", async () => {
  const invite = (from: number, to: number) =>
    gatehouse.rows(`insert into gatehouse.invitation (email, language, by, expires_at)
      select n || '@invited.example', 'en', 'operator', now() from generate_series(${from}, ${to}) n`);
  await invite(1, 1000);
  expect((await type("users", "invitations")).facts).toMatchObject({ areMore: false });
  await invite(1001, 1001);
  const { said, facts } = await type("users", "invitations");
  expect([said.split("\n").length, facts.areMore]).toEqual([1001, true]);
  expect(said).toEndWith("\nThere are more: here are the newest 1000.");
});

test("somebody whose address begins as options do is found by it", async () => {
  const email = "--now@dashes.example";
  const { facts } = await type("users", "add", email, "--name=--now");
  expect((await type("users", "show", email)).facts.profile).toMatchObject({ id: facts.id, email, name: "--now" });
});

test("the last day of events is one to its end, and a time of it is that moment", async () => {
  const [first, last] = ["2020-02-29T00:00:00.000Z", "2020-02-29T23:59:59.999Z"];
  for (const at of [first, last])
    await gatehouse.rows("insert into gatehouse.event (kind, outcome, at) values ('sign_out', 'done', $1)", [at]);
  const until = async (to: string) => {
    const { said } = await type("events", "--kind=sign_out", "--from=2020-02-29", `--to=${to}`);
    return said.split("\n").map((line) => JSON.parse(line).at);
  };
  expect(await until("2020-02-29")).toEqual([last, first]);
  expect(await until("2020-02-29T23:59Z")).toEqual([first]);
});

test("whoever is found in several ways is listed once, and by their id on the first page alone", async () => {
  await gatehouse.rows(`insert into "user" (id, name, email) values ('twin', 'Twin', 'twin@many.example'),
    ('other', 'Twin of another', 'other@many.example'), ('elsewhere', 'Elsewhere', 'sibling@many.example'),
    ('sibling', 'Known by an id', 'id@many.example')`);
  const { database, given } = gatehouse;
  const page = async (search: string, count: number, after?: string) => {
    const listed = await listPeople({ orm: database.orm, tables: given.tables }, { search, count, after });
    if (!listed.ok) throw new Error(listed.problem);
    return { ids: listed.value.people.map(({ id }) => id), next: listed.value.next };
  };
  expect((await page("twin", 10)).ids).toEqual(["other", "twin"]);
  const first = await page("sibling", 1);
  const second = await page("sibling", 1, first.next);
  expect([first.ids, second]).toEqual([["sibling"], { ids: ["elsewhere"], next: undefined }]);
});

test("a kind of event that there is not is refused with those that there are", async () => {
  const acts = await administration.verbs?.();
  const ofKind = async (kind: string) => doneOf((await acts?.events?.(gatehouse.given, `--kind=${kind}`)) ?? "");
  const words = await ofKind("sing_in").catch(({ message }) => String(message));
  expect(words).toStartWith('--kind: there is no "sing_in". There are ');
  for (const kind of ["sign_in", "suspended", "let_go"]) expect(words).toContain(` ${kind}`);
  expect((await ofKind("people_imported")).said).toBe("");
  await gatehouse.rows("insert into gatehouse.event (kind, outcome) values ('sing_in', 'done')");
  expect((await ofKind("sing_in")).facts).toMatchObject({ events: [{ kind: "sing_in" }] });
});

test("a verb that only another version knows is refused in words", async () => {
  const acts = await administration.verbs?.();
  const praise = async () => acts?.users?.(gatehouse.given, "praise");
  await expect(praise()).rejects.toThrow("This version has no such verb.");
});
