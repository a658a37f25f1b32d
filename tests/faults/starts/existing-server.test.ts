import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { newPerson } from "../../support/harness";
import { existingApps, type ExistingApps } from "../../support/existing-cases";

/** The server, the database and what is set for its role: what an answer could go wrong by is refused at any start. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

describe("a server that cannot carry Gatehouse is refused in words:", () => {
  for (const encoding of ["LATIN1", "LATIN9", "WIN1252", "SQL_ASCII"])
    test(`a database in ${encoding}`, async () => {
      const database = await apps.empty(`encoding '${encoding}' template template0`);
      const refusal = await apps.refusalOn(database);
      expect(refusal).toContain(`the encoding of the database "${database}" is ${encoding}`);
      expect(refusal).toContain("encoding 'UTF8' template template0");
    });

  test("the database that new ones are copied from", async () => {
    await apps.postgres.query("postgres", "grant create on database template1 to app");
    expect(await apps.refusalOn("template1")).toContain(`every new database of the server is copied from "template1"`);
  });

  const settings: [setting: string, value: string, words: string][] = [
    ["default_transaction_read_only", "on", "nothing can be written"],
    ["default_transaction_isolation", "'repeatable read'", "would not see what it did"],
    ["default_transaction_isolation", "serializable", "would not see what it did"],
    ["session_replication_role", "replica", "foreign keys and triggers are asleep"],
    ["DateStyle", "'German, DMY'", "times would be misread"],
    ["standard_conforming_strings", "off", "would be read in another way"],
  ];
  for (const [setting, value, words] of settings)
    test(`${setting} = ${value}, for a new and for a running one, until it is changed as the refusal says`, async () => {
      const [fresh, running] = [await apps.copy(), await apps.copy()];
      await apps.takeOver(running);
      for (const database of [fresh, running]) {
        await apps.postgres.query("postgres", `alter database ${database} set ${setting} = ${value}`);
        const refusal = await apps.refusalOn(database);
        expect(refusal).toContain(words);
        await apps.postgres.query("postgres", refusal.slice(refusal.indexOf("alter role")));
        await apps.takeOver(database);
      }
    });

  test("and is not, where a setting changes nothing: zone, encoding of clients, intervals, short deadlines", async () => {
    const database = await apps.copy();
    for (const setting of [
      "TimeZone = 'Asia/Kathmandu'",
      "client_encoding = 'LATIN1'",
      "IntervalStyle = 'sql_standard'",
      "bytea_output = 'escape'",
      "extra_float_digits = 0",
      "statement_timeout = '500ms'",
      "lock_timeout = '100ms'",
      "idle_in_transaction_session_timeout = '1s'",
      "lc_messages = 'C'",
      "row_security = off",
    ])
      await apps.postgres.query("postgres", `alter database ${database} set ${setting}`);
    await apps.takeOver(database);
  });

  test("but said in the log, where what was acknowledged may be lost", async () => {
    const database = await apps.empty();
    await apps.postgres.query("postgres", `alter database ${database} set synchronous_commit = off`);
    for (const _ of ["first", "second"])
      expect(await apps.takeOver(database)).toEqual([
        { event: "database.unsafe_setting", facts: { setting: "synchronous_commit", value: "off" } },
      ]);
  });
});

describe("a place that is not this role's is refused in words:", () => {
  const refuses: [what: string, statements: string, ...words: string[]][] = [
    [
      "tables of another role",
      `reset role; alter table "user" owner to owner; grant all on "user" to app`,
      `1 tables belong to another role than this one`,
      `alter table "user" owner to app;`,
    ],
    [
      "a schema public that is closed",
      "reset role; alter schema public owner to owner; revoke all on schema public from public, app; grant usage on schema public to app, public",
      "grant usage, create on schema public to app;",
    ],
    [
      "a database in which no schema can be made",
      "reset role; alter database THIS owner to owner; revoke all on database THIS from app, public; grant connect on database THIS to public; grant create on schema public to app",
      "grant create on database",
    ],
    [
      "a schema gatehouse of somebody else",
      "create schema gatehouse; create table gatehouse.door (id int)",
      "1 objects are in the schema gatehouse that Gatehouse did not make: gatehouse.door",
    ],
    [
      "a record of migrations of somebody else",
      "create schema gatehouse; create table gatehouse.migration (version text)",
      "gatehouse.migration",
    ],
    [
      "a record like ours of somebody else",
      "create schema gatehouse; create table gatehouse.migration (id serial, hash text, created_at bigint); create table gatehouse.event (id int); insert into gatehouse.migration (hash, created_at) values ('x', 1)",
      "gatehouse.event",
    ],
    [
      "a schema gatehouse that is closed",
      "reset role; create schema gatehouse",
      "grant usage, create on schema gatehouse to app;",
    ],
  ];
  for (const [what, statements, ...words] of refuses)
    test(what, async () => {
      const database = await apps.copy();
      await apps.asSuperuser(database, statements);
      const refusal = await apps.refusalOn(database);
      for (const each of words) expect(refusal).toContain(each);
    });

  test("no schema public at all", async () => {
    const database = await apps.empty();
    await apps.asSuperuser(database, "drop schema public");
    expect(await apps.refusalOn(database)).toContain("there is no schema public");
  });

  test("but an empty schema gatehouse, made for this role beforehand, is taken", async () => {
    const database = await apps.copy("create schema gatehouse");
    expect(await apps.takeOver(database)).toEqual([]);
  });

  test("a prepared transaction that holds the tables", async () => {
    await apps.postgres.query("postgres", "alter system set max_prepared_transactions = 5");
    await apps.postgres.stop("fast");
    await apps.postgres.start();
    const database = await apps.copy(`begin; update "user" set name = 'Ada'; prepare transaction 'forgotten'`);
    expect(await apps.refusalOn(database)).toContain("rollback prepared 'forgotten';");
    await apps.asSuperuser(database, "rollback prepared 'forgotten'");
    await apps.takeOver(database);
  });
});

describe("what refuses or changes only what is written is met at the rehearsal, and nothing stays:", () => {
  const raising = (when: string) =>
    `create function no() returns trigger language plpgsql as $$ begin raise exception 'not here'; end $$; create trigger no ${when} execute function no()`;
  const silent = `create function no() returns trigger language plpgsql as $$ begin return null; end $$; create trigger no`;
  const refuses: [what: string, statements: string, words: string][] = [
    ["a trigger that forbids sign-ups", raising(`before insert on "user" for each row`), "not here"],
    ["a trigger that forbids a new password", raising("before update on account for each row"), "not here"],
    ["a trigger that forbids deleting", raising(`before delete on "user" for each row`), "not here"],
    [
      "a trigger that swallows a session",
      `${silent} before insert on session for each row execute function no()`,
      "a row of session is not kept as it is written",
    ],
    [
      "a trigger that keeps an account",
      `${silent} before delete on "user" for each row execute function no()`,
      "changes 0 rows instead of 1",
    ],
    [
      "a trigger that changes a name",
      `create function up() returns trigger language plpgsql as $$ begin new.name = upper(new.name); return new; end $$; create trigger up before insert on "user" for each row execute function up()`,
      `a row of "user" is not kept`,
    ],
    [
      "a trigger that refers to what is gone",
      `create function no() returns trigger language plpgsql as $$ begin insert into profiles values (new.id); return new; end $$; create trigger no after insert on "user" for each row execute function no()`,
      "profiles",
    ],
    [
      "a short name",
      `alter table "user" add constraint short check (length(name) < 50)`,
      `violates check constraint "short"`,
    ],
    [
      "addresses of one host",
      `alter table "user" add constraint house check (email like '%@example.org')`,
      `violates check constraint "house"`,
    ],
    [
      "other providers only",
      "alter table account add constraint social check (provider_id <> 'credential') not valid",
      `violates check constraint "social"`,
    ],
    [
      "never without a password",
      "alter table account add constraint full_ check (password is not null)",
      `violates check constraint "full_"`,
    ],
    [
      "sessions of somebody else's users",
      `create table users (id text primary key); insert into users select id from "user"; alter table session add constraint theirs foreign key (user_id) references users on delete cascade`,
      `violates foreign key constraint "theirs"`,
    ],
    [
      "a column that a domain demands",
      `create domain filled as text check (value is not null); alter table "user" add colour filled default 'red'; alter table "user" alter colour drop default`,
      "filled",
    ],
  ];
  for (const [what, statements, words] of refuses)
    test(what, async () => {
      const refusal = await apps.refusalOn(await apps.copy(statements));
      expect(refusal).toContain(words);
      expect(refusal).toContain("Nothing was changed.");
    });

  test("a view that cannot be looked into, among those that may restrict somebody", async () => {
    const refusal = await apps.refusalOn(
      await apps.copy("create view banned_users as select n from generate_series(0, 1) as n where 1 / n > 0"),
    );
    expect(refusal).toContain("22012");
  });

  test("an event trigger that forbids new tables", async () => {
    const database = await apps.copy();
    await apps.asSuperuser(
      database,
      "create function no() returns event_trigger language plpgsql as $$ begin raise exception 'no tables here'; end $$; create event trigger no on ddl_command_start execute function no()",
    );
    expect(await apps.refusalOn(database)).toContain("no tables here");
  });

  test("a publication of a table that does not say which row is which", async () => {
    const database = await apps.copy("alter table verification replica identity nothing");
    await apps.asSuperuser(database, "create publication everything for all tables");
    expect(await apps.refusalOn(database)).toContain("verification");
  });
});

test("tables that somebody holds are waited for, and not while others queue behind", async () => {
  const database = await apps.copy();
  const holder = new Client({ connectionString: apps.postgres.url(database) });
  await holder.connect();
  await holder.query(`begin; select * from "user"`);
  const error: unknown = await apps.takeOver(database).catch((reason) => reason);
  expect(error).toMatchObject({ code: "55P03" }); // the start tries again, and says `database.waiting` meanwhile
  expect(await holder.query("select to_regnamespace('gatehouse')::text as trace")).toMatchObject({
    rows: [{ trace: null }],
  });
  await holder.query("rollback");
  await holder.end();
  await apps.takeOver(database);
  const gatehouse = await apps.gatehouseOn(database);
  expect((await gatehouse.visitor().signUp(newPerson())).status).toBe(303);
  await gatehouse.close();
});
