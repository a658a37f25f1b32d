import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fourTables from "../../../db/auth-tables";
import { newPerson, type Person } from "../../support/harness";
import { postgresPrograms, startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../../support/program";
import { drizzleApp, kyselyApp, makeDrizzleTables } from "../../support/existing-app";
import { manyClients, send, signIn, signUp, timeUntil } from "../../support/traffic";

/** Gatehouse on the database of an app that had Better Auth already, in a time zone far from UTC. */

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const tables = ["account", "session", "user", "verification"];

let postgres: PostgresServer;
/** The database of an app with Drizzle: two people, both signed in, one with capitals in the address. */
let lived: string;
const [ada, bob] = [newPerson(), newPerson()];
let cookie: string;
beforeAll(async () => {
  postgres = await startPostgres();
  lived = await farFromUtc();
  await makeDrizzleTables(at(lived));
  const app = drizzleApp(at(lived));
  for (const person of [ada, bob]) await app.signUp(person);
  cookie = await app.signIn(ada);
  await app.signIn(bob);
  await app.close();
  await asApp(lived, `update "user" set email = upper(email) where email = '${bob.email}'`);
  await asApp(
    lived,
    `insert into verification (id, identifier, value, expires_at) values ('v', 'i', 'x', now() at time zone 'UTC')`,
  );
});
afterAll(() => postgres.remove());

const at = (database: string) => ({ url: postgres.url(database), secret });
const asApp = (database: string, statements: string) => postgres.query(database, `set role app; ${statements}`);

async function farFromUtc(template = "template1") {
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await postgres.query("postgres", `create database ${name} owner app template ${template}`);
  await postgres.query("postgres", `alter database ${name} set timezone = 'Asia/Tokyo'`);
  return name;
}

const settingsFor = (database: string) => ({
  ...manyClients,
  BETTER_AUTH_SECRET: secret,
  DATABASE_URL: postgres.url(database),
});

async function startReady(database: string, more: Record<string, string> = {}): Promise<Program> {
  const program = await startProgram({ ...settingsFor(database), ...more });
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(10_000);
  return program;
}

/** Starts it where it should not start: the one line it says, once it is seen that nothing has changed. */
async function refusalOn(database: string): Promise<string> {
  const before = await dumpOf(database);
  const folder = newFolder();
  const child = spawnProgram({ ...settingsFor(database), PORT: String(freePort()), DATA_DIR: folder });
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [code, problem] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  clearTimeout(late);
  rmSync(folder, { recursive: true });
  expect([code, problem.trim().split("\n").length]).toEqual([1, 1]);
  expect(problem).toStartWith("DATABASE_URL: the tables in this database do not fit: ");
  expect(await dumpOf(database)).toBe(before);
  return problem.trim();
}

/** All there is in a database, as text, but for the word that each dump makes up against psql. */
async function dumpOf(database: string): Promise<string> {
  const dump = Bun.spawn(
    [
      join(postgresPrograms() ?? "", "pg_dump"),
      "-U",
      "owner",
      "-h",
      "127.0.0.1",
      "-p",
      String(postgres.port),
      database,
    ],
    { stdout: "pipe" },
  );
  const text = await new Response(dump.stdout).text();
  expect([await dump.exited, text.includes("CREATE TABLE")]).toEqual([0, true]);
  return text.replace(/^\\(un)?restrict .*$/gm, "");
}

/** Every time in the four tables, in milliseconds; without a zone they are Better Auth's, which are in UTC. */
async function timesIn(database: string): Promise<unknown[]> {
  const columns = await postgres.query<{ table: string; column: string; type: string }>(
    database,
    `select table_name as "table", column_name as "column", data_type as type from information_schema.columns where table_schema = 'public' and data_type like 'timestamp%' order by 1, 2`,
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

describe("the database of an app with Better Auth and Drizzle", () => {
  test("keeps its people: sessions go on, passwords and times are what they were, and a second start finds all done", async () => {
    const database = await farFromUtc(lived);
    const times = await timesIn(database);
    expect(times.length).toBe(12);
    const [hash] = await postgres.query<{ password: string }>(database, "select password from account limit 1");
    expect(hash?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/); // Better Auth's default, scrypt
    const first = await startReady(database);
    expect(await timesIn(database)).toEqual(times);
    const answer = await fetch(`${first.origin}/api/session`, { headers: { cookie } });
    expect(answer.status).toBe(200);
    const { user, session } = await answer.json();
    const week = 7 * 24 * 60 * 60 * 1000;
    expect(user.email).toBe(ada.email);
    expect(Math.abs(Date.parse(session.createdAt) - Date.now())).toBeLessThan(5 * 60 * 1000);
    expect(Math.abs(Date.parse(session.expiresAt) - Date.parse(session.createdAt) - week)).toBeLessThan(1000);
    expect(await signIn(first, ada)).not.toBeNull();
    expect(await signIn(first, bob)).not.toBeNull(); // whose address had capitals
    expect(await signUp(first, newPerson())).toBe(303);
    await first.remove();
    await asApp(database, `alter table verification drop value`); // what would have been refused at first: from now on the tables are not looked at
    const second = await startReady(database);
    expect((await send(second, "GET /api/session", { cookie })).status).toBe(200);
    expect(await signIn(second, ada)).not.toBeNull();
    await second.remove();
  });

  test("has afterwards what a new database has, once each, and still all of its own", async () => {
    const [database, bare, fresh, drawn] = [
      await farFromUtc(lived),
      await farFromUtc(lived),
      await farFromUtc(),
      await farFromUtc(),
    ];
    await makeDrizzleTables(at(drawn), fourTables); // from db/auth-tables.ts itself
    await asApp(
      database,
      `alter table "user" add role text not null default 'reader', add ban_expires timestamp; create table post (id int, author text references "user" (id) on delete set null)`,
    );
    await asApp(
      bare,
      `alter table "user" drop constraint user_email_unique; alter table session drop constraint session_token_unique, drop constraint session_user_id_user_id_fk; alter table account drop constraint account_user_id_user_id_fk`,
    );
    for (const each of [database, fresh, bare]) await (await startReady(each)).remove();
    const wanted = await partsOf(drawn);
    expect(wanted.length).toBeGreaterThan(45);
    expect(await partsOf(fresh)).toEqual(wanted);
    const parts = await partsOf(database);
    const own = ["session_userId_idx", "account_userId_idx", "role", "ban_expires"];
    expect(parts.filter((part) => !own.some((name) => part.includes(name)))).toEqual(wanted);
    expect(own.map((name) => parts.filter((part) => part.includes(name)).length)).toEqual([1, 1, 1, 1]);
    expect(parts).toContain("user.ban_expires timestamp without time zone");
    expect((await partsOf(bare)).filter((part) => !part.includes("_userId_idx"))).toEqual(wanted);
    expect((await dumpOf(database)).includes("CREATE TABLE public.post")).toBe(true);
  });

  test("goes on serving its app, which says `withTimezone`", async () => {
    const database = await farFromUtc(lived);
    const program = await startReady(database);
    const app = drizzleApp(at(database), true);
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
});

test("a role named like the schema of the service, as the documentation names it, starts and starts again", async () => {
  await postgres.query("postgres", "create role gatehouse login");
  await postgres.query("postgres", "create database gatehouse owner gatehouse");
  const DATABASE_URL = postgres.url("gatehouse").replace("app@", "gatehouse@");
  for (const person of [newPerson(), newPerson()]) {
    const program = await startReady("gatehouse", { DATABASE_URL });
    expect(await signUp(program, person)).toBe(303);
    expect(await signIn(program, person)).not.toBeNull();
    await program.remove();
  }
});

/** Columns, indexes and foreign keys of the four tables. */
async function partsOf(database: string): Promise<string[]> {
  const rows = await postgres.query<{ part: string }>(
    database,
    `select table_name || '.' || column_name || ' ' || data_type as part from information_schema.columns where table_schema = 'public' and table_name = any ($1)
     union all select indexdef from pg_indexes where schemaname = 'public' and tablename = any ($1)
     union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid::regclass::text = any ($2) order by 1`,
    [tables, tables.map((table) => (table === "user" ? `"user"` : table))],
  );
  return rows.map(({ part }) => part);
}

describe("a database that cannot fit is refused in words, and nothing in it changes:", () => {
  test("names in camel case, until they are changed as the refusal says", async () => {
    const database = await farFromUtc();
    const app = await kyselyApp(at(database));
    const person: Person = newPerson();
    await app.signUp(person);
    const theirs = await app.signIn(person);
    await app.close();
    const refusal = await refusalOn(database);
    expect(refusal).toContain(`names like "emailVerified", as Better Auth's own migrator gives them`);
    await asApp(database, refusal.slice(refusal.indexOf("alter table")));
    const program = await startReady(database);
    expect((await send(program, "GET /api/session", { cookie: theirs })).status).toBe(200);
    expect(await signIn(program, person)).not.toBeNull();
    await program.remove();
  });

  const copyOf = (table: string, changed: string) =>
    `create temp table copy as select * from ${table}; update copy set ${changed}; insert into ${table} select * from copy`;
  const misfits: [what: string, statements: string, words: string][] = [
    [
      "two users whose addresses differ in case only",
      copyOf(`"user"`, "id = id || 'x', email = initcap(email)"),
      `: 2 addresses belong to several users`,
    ],
    [
      "one password twice",
      copyOf("account", "id = id || 'x'"),
      `: 2 pairs of provider_id and account_id are in "account" several times`,
    ],
    [
      "one token twice",
      `alter table session drop constraint session_token_unique; ${copyOf("session", "id = id || 'x'")}`,
      `: 4 tokens are in "session" several times`,
    ],
    [
      "sessions of nobody",
      `alter table session drop constraint session_user_id_user_id_fk; update session set user_id = 'nobody'`,
      `: 4 rows of "session" belong to nobody`,
    ],
    [
      "accounts that cannot be deleted",
      `alter table session drop constraint session_user_id_user_id_fk, add foreign key (user_id) references "user" (id)`,
      ": 1 foreign keys would keep an account from being deleted",
    ],
    ["a missing column", "alter table account drop id_token", `: "account" has no column id_token.`],
    [
      "ids that are numbers",
      `alter table verification alter id type int using 1`,
      `: "verification".id is of type integer, not text.`,
    ],
    [
      "a column that Gatehouse would leave empty",
      `alter table "user" add role text; update "user" set role = 'x'; alter table "user" alter role set not null`,
      `: "user"."role" must be filled in and has no default.`,
    ],
    [
      "another schema",
      `create schema auth; alter table "user" set schema auth; alter role app in database THIS set search_path = auth, public`,
      `: this user works in the schema "auth"`,
    ],
    [
      "a schema of its own",
      `drop table verification; create schema auth; alter role app in database THIS set search_path = auth`,
      `: this user works in the schema "auth"`,
    ],
  ];
  for (const [what, statements, words] of misfits)
    test(what, async () => {
      const database = await farFromUtc(lived);
      await asApp(database, statements.replace("THIS", database));
      expect(await refusalOn(database)).toContain(words);
    });
});
