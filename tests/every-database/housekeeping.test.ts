import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { readConfig } from "../../src/settings/config";
import { coreTables } from "../../db/kept";
import { createHealth } from "../../src/process/health";
import { housekeepingLock, removeExpired, startHousekeeping } from "../../src/process/housekeeping";
import { testDriver } from "../support/databases";
import { startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

/** Adds sessions that expired an hour ago; their ids begin so. */
const addExpired = (name: string, count: number) =>
  gatehouse.rows(
    `insert into session (id, token, user_id, expires_at)
       select $1 || n, $1 || n, (select id from "user" limit 1), now() - interval '1 hour'
       from generate_series(1, $2::int) n`,
    [name, count],
  );

test("housekeeping removes what has expired, in batches, and nothing else", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  await addExpired("old", 1200);
  await gatehouse.rows(
    `insert into verification (id, identifier, value, expires_at)
       select 'v' || n, 'v', 'v', now() + n * interval '1 hour' from generate_series(-3, 3) n`,
  );
  expect(await removeExpired(gatehouse.database, 90)).toBe(1204);
  expect(await gatehouse.rows("select count(*)::int as n from session")).toEqual([{ n: 1 }]);
  expect(await gatehouse.rows("select count(*)::int as n from verification")).toEqual([{ n: 3 }]);
  expect((await visitor.get("/api/session")).status).toBe(200);
  expect(await removeExpired(gatehouse.database, 90)).toBe(0);
});

// The embedded database has one connection, which cannot be in two transactions.
if (testDriver !== "embedded")
  test("is left alone while another replica is at it", async () => {
    await addExpired("mine", 10);
    const removed = await gatehouse.database.orm.transaction(async (inner) => {
      await inner.execute(sql`select pg_advisory_xact_lock(${housekeepingLock})`);
      return removeExpired(gatehouse.database, 90);
    });
    expect(removed).toBe(0);
    expect(await removeExpired(gatehouse.database, 90)).toBe(10);
  });

test("housekeeping deletes an account whose week is over, however much it has done, and no other with it", async () => {
  const [closing, staying] = [gatehouse.visitor(), gatehouse.visitor()];
  const gone = await closing.join();
  const kept = await staying.join();
  await closing.post("/account/delete", {});
  await gatehouse.rows(
    `insert into gatehouse.event (kind, outcome, user_id)
       select 'name_changed', 'done', (select id from "user" where email = '${gone.email}')
       from generate_series(1, 1300)`,
  );
  await gatehouse.rows("update gatehouse.deletion set due_at = now() - interval '1 minute'");
  expect(await removeExpired(gatehouse.database, 90)).toBeGreaterThan(800); // and its newest events with it
  expect(await gatehouse.rows(`select email from "user" where email in ('${gone.email}', '${kept.email}')`)).toEqual([
    { email: kept.email },
  ]);
  expect((await staying.get("/api/session")).status).toBe(200);
});

test("an account that a table of another program holds keeps no other one, nor what has expired", async () => {
  const closing = Array.from({ length: 4 }, () => gatehouse.visitor());
  const people = [];
  for (const visitor of closing) people.push(await visitor.join());
  for (const visitor of closing) await visitor.post("/account/delete", {});
  const [held, ...others] = people.map(({ email }) => email);
  await addExpired("held", 2);
  await gatehouse.rows(`
    create table public.bill (user_id text references "user" (id), session_id text references session (id));
    insert into public.bill select id, 'held1' from "user" where email = '${held}';
    update gatehouse.deletion set due_at = now() - interval '1 minute'`);
  const found = () => gatehouse.rows(`select email from "user" where email = any($1) order by 1`, [[held, ...others]]);
  expect(await removeExpired(gatehouse.database, 90).catch((error) => error)).toBeInstanceOf(Error);
  expect(await found()).toEqual([{ email: held }]);
  await gatehouse.rows("drop table public.bill");
  await removeExpired(gatehouse.database, 90);
  expect(await found()).toEqual([]);
});

if (testDriver !== "embedded")
  test("whoever keeps an account at the moment at which it is due still has its events", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    await visitor.post("/account/delete", {});
    await gatehouse.rows("update gatehouse.deletion set due_at = now() - interval '1 minute'");
    const kinds = () =>
      gatehouse.rows(
        `select kind from gatehouse.event where user_id = (select id from "user" where email = $1) order by id`,
        [email],
      );
    const before = await kinds();
    await gatehouse.database.orm.transaction(async (inner) => {
      await inner.execute(sql`select 1 from "user" where email = ${email} for no key update`);
      await inner.execute(sql`delete from gatehouse.deletion`);
      await removeExpired(gatehouse.database, 90);
    });
    expect(before.length).toBeGreaterThan(2);
    expect(await kinds()).toEqual(before);
  });

test("housekeeping forgets events after the setting's days, limits after one, links when they are over", async () => {
  await gatehouse.rows(`
      insert into gatehouse.event (kind, outcome, at)
        values ('sign_in', 'refused', now() - interval '91 days'), ('sign_in', 'refused', now() - interval '89 days');
      insert into gatehouse.throttle (key, tries, open_at, changed_at)
        values ('old', 1, now(), now() - interval '25 hours'), ('new', 1, now(), now());
      insert into gatehouse.mail_token (hash, purpose, user_id, email, expires_at)
        select n, 'not_me', (select id from "user" limit 1), '', now() + n::int * interval '1 hour'
          from unnest(array['-1', '1']) n`);
  await removeExpired(gatehouse.database, 90);
  expect(await gatehouse.rows("select 1 from gatehouse.event where at < now() - interval '1 day'")).toHaveLength(1);
  expect(await gatehouse.rows("select key from gatehouse.throttle where key in ('old', 'new')")).toEqual([
    { key: "new" },
  ]);
  expect(await gatehouse.rows("select hash from gatehouse.mail_token where email = ''")).toEqual([{ hash: "1" }]);
});

test("housekeeping by two replicas at once is done once", async () => {
  await addExpired("two", 900);
  const removed = await Promise.all([removeExpired(gatehouse.database, 90), removeExpired(gatehouse.database, 90)]);
  expect(removed[0] + removed[1]).toBe(900);
});

test("housekeeping ends after the batch it is at when the program is to end", async () => {
  await addExpired("end", 1200);
  let asked = 0;
  expect(await removeExpired(gatehouse.database, 90, () => ++asked === 1)).toBe(500);
  expect(await removeExpired(gatehouse.database, 90, () => false)).toBe(0);
  expect(await removeExpired(gatehouse.database, 90)).toBe(700);
});

test("a chore may wait for the database for longer than a request may", async () => {
  const { database } = gatehouse;
  const failures: string[] = [];
  const log = (_level: string, event: string) => void failures.push(event);
  let done = 0;
  const chore = async () => {
    for (; done < 3; done++) await withDeadline(Bun.sleep(700)); // as a database that is far away and has much to do
  };
  const parts = { database, health: createHealth(database, log), log, chores: [chore] };
  const housekeeping = startHousekeeping(parts, { ...readConfig({}), tables: coreTables });
  await housekeeping.doChores();
  housekeeping.stop();
  expect([done, failures]).toEqual([3, []]);
});
