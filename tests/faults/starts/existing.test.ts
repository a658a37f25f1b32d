import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fourTables from "../../../db/auth-tables";
import { newPerson } from "../../support/harness";
import { settingsOn, startReady } from "../../support/on-postgres";
import type { PostgresServer } from "../../support/postgres/server";
import { drizzleApp, makeDrizzleTables } from "../../support/existing-app";
import { send, signIn, signUp } from "../../support/traffic";
import { startLivedIn, type LivedIn } from "./lived-in";

/** Gatehouse on the database of an app that had Better Auth already, in a time zone far from UTC. */

const tables = ["account", "session", "user", "verification"];

let home: LivedIn;
let postgres: PostgresServer;
beforeAll(async () => {
  home = await startLivedIn();
  postgres = home.postgres;
});
afterAll(() => postgres.remove());

/** Every time in the four tables, in milliseconds; without a zone they are Better Auth's, which are in UTC. */
async function timesIn(database: string): Promise<unknown[]> {
  const columns = await postgres.query<{ table: string; column: string; type: string }>(
    database,
    `select table_name as "table", column_name as "column", data_type as type
      from information_schema.columns where table_schema = 'public' and data_type like 'timestamp%' order by 1, 2`,
  );
  const instant = ({ column, type }: (typeof columns)[0]) =>
    type.endsWith("without time zone") ? `(${column} at time zone 'UTC')` : column;
  return Promise.all(
    columns.map(async (each) => [
      each.table,
      each.column,
      await postgres.query(
        database,
        `select extract(epoch from ${instant(each)}) as at from "${each.table}" order by id`,
      ),
    ]),
  );
}

test("an existing app keeps its people: sessions go on, passwords and times are what they were", async () => {
  const database = await home.farFromUtc(home.lived);
  const times = await timesIn(database);
  expect(times.length).toBe(12);
  const [hash] = await postgres.query<{ password: string }>(database, "select password from account limit 1");
  expect(hash?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/); // Better Auth's default, scrypt
  const first = await startReady(settingsOn(postgres, database));
  expect(await timesIn(database)).toEqual(times);
  const answer = await fetch(`${first.origin}/api/session`, { headers: { cookie: home.cookie } });
  expect(answer.status).toBe(200);
  const { user, session } = await answer.json();
  const week = 7 * 24 * 60 * 60 * 1000;
  expect(user.email).toBe(home.ada.email);
  expect(Math.abs(Date.parse(session.createdAt) - Date.now())).toBeLessThan(5 * 60 * 1000);
  expect(Math.abs(Date.parse(session.expiresAt) - Date.parse(session.createdAt) - week)).toBeLessThan(1000);
  expect(await signIn(first, home.ada)).not.toBeNull();
  expect(await signIn(first, home.bob)).not.toBeNull(); // whose address had capitals
  expect(await signUp(first, newPerson())).toBe(303);
  await first.remove();
  // what would have been refused at first: from now on the tables are not looked at
  await home.asApp(database, `alter table verification drop value`);
  const second = await startReady(settingsOn(postgres, database));
  expect((await send(second, "GET /api/session", { cookie: home.cookie })).status).toBe(200);
  expect(await signIn(second, home.ada)).not.toBeNull();
  await second.remove();
});

test("an existing database has afterwards what a new database has, once each, and still all of its own", async () => {
  const [database, bare, fresh, drawn] = [
    await home.farFromUtc(home.lived),
    await home.farFromUtc(home.lived),
    await home.farFromUtc(),
    await home.farFromUtc(),
  ];
  await makeDrizzleTables(home.at(drawn), fourTables); // from db/auth-tables.ts itself
  await home.asApp(
    database,
    `alter table "user" add role text not null default 'reader', add ban_expires timestamp;
     create table post (id int, author text references "user" (id) on delete set null)`,
  );
  await home.asApp(
    bare,
    `alter table "user" drop constraint user_email_unique;
     alter table session drop constraint session_token_unique, drop constraint session_user_id_user_id_fk;
     alter table account drop constraint account_user_id_user_id_fk`,
  );
  for (const each of [database, fresh, bare]) await (await startReady(settingsOn(postgres, each))).remove();
  // Besides, people are found by indexes of the administration.
  const isSought = (part: string) => part.includes("INDEX gatehouse_user_");
  const wanted = [...(await partsOf(drawn)), ...(await partsOf(fresh)).filter(isSought)].sort();
  expect(wanted.length).toBeGreaterThan(45);
  expect((await partsOf(fresh)).sort()).toEqual(wanted);
  const parts = (await partsOf(database)).sort();
  const own = ["session_userId_idx", "account_userId_idx", "role", "ban_expires"];
  expect(parts.filter((part) => !own.some((name) => part.includes(name)))).toEqual(wanted);
  expect(own.map((name) => parts.filter((part) => part.includes(name)).length)).toEqual([1, 1, 1, 1]);
  expect(parts).toContain("user.ban_expires timestamp without time zone");
  expect((await partsOf(bare)).filter((part) => !part.includes("_userId_idx")).sort()).toEqual(wanted);
  expect(await postgres.query(database, "select * from public.post")).toEqual([]); // their own table is still there
});

test("an existing database goes on serving its app, which says `withTimezone`", async () => {
  const database = await home.farFromUtc(home.lived);
  const program = await startReady(settingsOn(postgres, database));
  const app = drizzleApp(home.at(database), true);
  const person = newPerson();
  await app.signUp(person);
  const theirs = await app.signIn(person);
  const ours = await signIn(program, person);
  for (const either of [theirs, ours ?? ""]) {
    const { user, session } = await (
      await fetch(`${program.origin}/api/session`, { headers: { cookie: either } })
    ).json();
    expect(user.email).toBe(person.email);
    expect(await app.whoIs(either)).toEqual({ email: person.email, expiresAt: new Date(session.expiresAt) });
  }
  await app.close();
  await program.remove();
});

test("an existing database takes what its app writes as a role that knows the four tables alone", async () => {
  const database = await home.farFromUtc(home.lived);
  await home.asApp(database, `alter table "user" add banned boolean not null default false`);
  const program = await startReady(settingsOn(postgres, database));
  await postgres.query(database, "create role theirs");
  await home.asApp(
    database,
    `grant select, insert, update, delete on "user", session, account, verification to theirs`,
  );
  await home.asApp(
    database,
    "grant usage on schema gatehouse to theirs; grant insert on gatehouse.suspension to theirs",
  );
  const asTheirs = (statement: string) => postgres.query(database, `set role theirs; ${statement}`);
  const hers = `email = '${home.ada.email}'`;
  const check = async (cookie: string) => (await send(program, "GET /api/session", { cookie })).status;
  await asTheirs(`update "user" set name = 'Ada Lovelace' where ${hers}`);
  expect(await check(home.cookie)).toBe(200);
  await asTheirs(`update "user" set banned = true where ${hers}`);
  expect(await check(home.cookie)).toBe(401);
  await asTheirs(`update "user" set banned = false where ${hers}`);
  const cookie = (await signIn(program, home.ada)) ?? "";
  expect(await check(cookie)).toBe(200);
  await asTheirs(`insert into gatehouse.suspension (user_id) select id from "user" where ${hers}`);
  expect(await check(cookie)).toBe(401);
  await asTheirs(`delete from "user" where not ${hers}`);
  expect(await postgres.query(database, `select name from "user"`)).toEqual([{ name: "Ada Lovelace" }]);
  await program.remove();
});

test("a role named like the schema of the service, starts and starts again", async () => {
  await postgres.query("postgres", "create role gatehouse login");
  await postgres.query("postgres", "create database gatehouse owner gatehouse");
  const DATABASE_URL = postgres.url("gatehouse").replace("app@", "gatehouse@");
  for (const person of [newPerson(), newPerson()]) {
    const program = await startReady({ ...settingsOn(postgres, "gatehouse"), DATABASE_URL });
    expect(await signUp(program, person)).toBe(303);
    expect(await signIn(program, person)).not.toBeNull();
    await program.remove();
  }
});

/** Columns, indexes and foreign keys of the four tables; no `not null`, which is a constraint from Postgres 18 on. */
async function partsOf(database: string): Promise<string[]> {
  const rows = await postgres.query<{ part: string }>(
    database,
    `select table_name || '.' || column_name || ' ' || data_type as part
       from information_schema.columns where table_schema = 'public' and table_name = any ($1)
     union all select indexdef from pg_indexes where schemaname = 'public' and tablename = any ($1)
     union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
       where contype <> 'n' and conrelid::regclass::text = any ($2) order by 1`,
    [tables, tables.map((table) => (table === "user" ? `"user"` : table))],
  );
  return rows.map(({ part }) => part);
}
