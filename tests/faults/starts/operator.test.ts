import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import { Client } from "pg";
import { openDatabase } from "../../../db/database";
import { rowsOf } from "../../../db/transaction";
import { newPerson } from "../../support/harness";
import { startPostgres } from "../../support/postgres/server";
import { newFolder, startProgram } from "../../support/program";
import { manage } from "../../support/manage";

/** What an operator may do: run with as little right as possible, and sign people out. */

let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

/** A database with its schema, and nobody in it. */
async function migrated() {
  const name = await postgres.createDatabase();
  const url = postgres.url(name);
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  await database.migrate();
  await database.close();
  return { name, url };
}

/** Posts a form to a running program, as its own page would. */
const post = (origin: string, path: string, fields: Record<string, string>) =>
  fetch(origin + path, { method: "POST", redirect: "manual", headers: { origin }, body: new URLSearchParams(fields) });

describe("a role for serving", () => {
  test("needs no right but to read and write rows: another one migrates", async () => {
    const { name, url: owner } = await migrated();
    const actAsOwner = async (statement: string) => {
      const client = new Client(owner);
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await postgres.query(name, "create role serving login");
    await actAsOwner("grant usage on schema public, gatehouse to serving");
    await actAsOwner("grant select, insert, update, delete on all tables in schema public, gatehouse to serving");
    await actAsOwner(`alter default privileges in schema public, gatehouse
      grant select, insert, update, delete on tables to serving`);
    // The start adds the tables of capabilities: as an upgrade adds tables.
    const program = await startProgram({ DATABASE_URL: owner.replace("app@", "serving@"), DATABASE_URL_DIRECT: owner });
    const person = newPerson();
    expect((await post(program.origin, "/sign-up", { ...person })).status).toBe(303);
    expect((await post(program.origin, "/forgot-password", { email: `other.${person.email}` })).status).toBe(303);
    const signedIn = await post(program.origin, "/sign-in", { email: person.email, password: person.password });
    expect(signedIn.headers.get("location")).toBe("/account");
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    for (const path of ["/account", "/account/sessions", "/account/activity", "/api/session"])
      expect((await fetch(program.origin + path, { headers: { cookie }, redirect: "manual" })).status).toBe(200);
    const rights = await postgres.query<{ may: boolean }>(
      name,
      `select has_schema_privilege('serving', 'gatehouse', 'create')
         or has_database_privilege('serving', current_database(), 'create')
         or (select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = 'serving') as may`,
    );
    expect(rights).toEqual([{ may: false }]);
    await program.remove();
  });
});

/** Adds the people a, b and c, who have two sessions and one device each. */
async function addPeople(database: string) {
  const people = "unnest(array['a', 'b', 'c']) n";
  for (const statement of [
    `insert into "user" (id, name, email) select n, n, n || '@example.org' from ${people}`,
    `insert into session (id, token, user_id, expires_at)
       select n || i, n || i, n, now() + interval '1 day' from ${people}, generate_series(1, 2) i`,
    `insert into gatehouse.device (user_id, hash) select n, n from ${people}`,
  ])
    await postgres.query(database, statement);
}

test("a role for serving that may not use a table is told which, and how it may", async () => {
  const { name, url: owner } = await migrated();
  await postgres.query(name, "create role halfway login");
  await postgres.query(name, "grant usage on schema public, gatehouse to halfway");
  await postgres.query(name, "grant select on all tables in schema public, gatehouse to halfway");
  await postgres.query(name, `grant insert, update, delete on "user", session, account to halfway`);
  const start = startProgram({ DATABASE_URL: owner.replace("app@", "halfway@"), DATABASE_URL_DIRECT: owner });
  const said = await start.then(
    () => "it started",
    (error) => String(error),
  );
  expect(said).toMatch(/DATABASE_URL: its role may not read and write .*gatehouse\.deletion, .*public\.verification\./);
  expect(said).not.toContain('public."user"');
  expect(said).toContain("grant usage on schema public, gatehouse to halfway;");
});

test("a role for serving is refused what is refused the role that migrates: settings, another schema", async () => {
  const { name, url: owner } = await migrated();
  await startProgram({ DATABASE_URL: owner }).then((program) => program.remove()); // makes the capabilities' tables
  await postgres.query(name, "create role astray login in role app");
  const start = () =>
    startProgram({ DATABASE_URL: owner.replace("app@", "astray@"), DATABASE_URL_DIRECT: owner }).then(
      (program) => program.remove(),
      (error) => String(error),
    );
  const settings: [set: string, words: string][] = [
    ["default_transaction_isolation = serializable", "would not see what it did"],
    ["default_transaction_read_only = on", "nothing can be written"],
    ["search_path = elsewhere", "let it be found first (alter role … set search_path = public)"],
  ];
  for (const [set, words] of settings) {
    await postgres.query("postgres", `alter role astray set ${set}`);
    expect([set, await start()]).toEqual([set, expect.stringContaining(words)]);
    await postgres.query("postgres", "alter role astray reset all");
  }
  await postgres.query("postgres", "alter role astray set synchronous_commit = off");
  const open = {
    driver: "postgres",
    url: owner.replace("app@", "astray@"),
    directUrl: owner,
    dataDirectory: "",
  } as const;
  const database = await openDatabase(open, () => undefined);
  expect(await database.migrate()).toMatchObject([{ event: "database.unsafe_setting" }]);
  await database.close();
});

describe("bun run end-sessions", () => {
  test("signs one person out, or everybody, on a server while the program runs", async () => {
    const { name, url: DATABASE_URL } = await migrated();
    await addPeople(name);
    expect(await manage({ DATABASE_URL }, "end-sessions", "A@example.org")).toMatchObject({
      code: 0,
      said: "2 sessions are ended.\n",
    });
    expect(await postgres.query(name, "select distinct user_id from session order by 1")).toEqual([
      { user_id: "b" },
      { user_id: "c" },
    ]);
    expect(await postgres.query(name, "select user_id from gatehouse.device order by 1")).toEqual([
      { user_id: "b" },
      { user_id: "c" },
    ]); // whoever comes back is told of
    const slip = await manage({ DATABASE_URL }, "end-sessions", "nobody@example.org");
    expect([slip.code, slip.out, slip.problem]).toEqual([1, "", "Nobody has this email address.\n"]);
    expect((await manage({ DATABASE_URL }, "end-sessions")).code).toBe(1);
    const all = await manage({ DATABASE_URL }, "end-sessions", "all", "--json");
    expect(JSON.parse(all.out)).toEqual({ ok: true, said: "4 sessions are ended.", sessions: 4 });
  });

  test("does so on the embedded database while the program does not run, and is refused while it does", async () => {
    const folder = newFolder();
    const database = await openDatabase(
      { driver: "embedded", url: "", directUrl: "", dataDirectory: folder },
      () => undefined,
    );
    await database.migrate();
    expect((await manage({ DATA_DIR: folder }, "end-sessions", "all")).code).toBe(1);
    await database.close();
    expect(await manage({ DATA_DIR: folder }, "end-sessions", "all")).toMatchObject({
      code: 0,
      said: "0 sessions are ended.\n",
    });
    rmSync(folder, { recursive: true });
  });
});

test("a start and a verb take their time where the role has deadlines for visitors, as behind a pooler", async () => {
  const { name, url: DATABASE_URL } = await migrated();
  await addPeople(name);
  await postgres.query(
    name,
    `create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return old; end';
     create trigger slow before delete on session for each row execute function slow();
     alter table "user" add banned boolean; update "user" set banned = true where id in ('a', 'b');
     alter role app in database ${name} set statement_timeout = '500ms';
     alter role app in database ${name} set idle_in_transaction_session_timeout = '1s';
     alter role app in database ${name} set lock_timeout = '100ms';
     do $$ begin
       if current_setting('server_version_num')::int >= 170000 then -- those before know no deadline of transactions
         alter role app in database ${name} set transaction_timeout = '500ms';
       end if;
     end $$`,
  );
  const program = await startProgram({ DATABASE_URL }); // ends the sessions of whoever is banned
  expect(await postgres.query(name, "select distinct user_id from session")).toEqual([{ user_id: "c" }]);
  const ended = await manage({ DATABASE_URL }, "end-sessions", "all");
  expect([ended.code, ended.said]).toEqual([0, "2 sessions are ended.\n"]);
  await program.remove();
});

test("a verb on a server that takes no writes says so", async () => {
  const { name, url: DATABASE_URL } = await migrated();
  await postgres.query("postgres", `alter role app in database ${name} set default_transaction_read_only = on`);
  const words = "DATABASE_URL: the server takes no writes: it is a standby, or `default_transaction_read_only` is on.";
  expect(await manage({ DATABASE_URL }, "end-sessions", "all")).toMatchObject({
    ...{ code: 78, out: "" },
    problem: expect.stringContaining(words),
  });
});

test("work without deadlines keeps no lock for longer than five minutes after its program stands still", async () => {
  const { url } = await migrated();
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const settings = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
  const set = await database.transactionWithoutDeadlines((inner) =>
    rowsOf(inner, sql.raw(`select ${settings.map((name) => `current_setting('${name}') as ${name}`).join()}`)),
  );
  await database.close();
  expect(set).toEqual([{ statement_timeout: "0", lock_timeout: "0", idle_in_transaction_session_timeout: "5min" }]);
});
