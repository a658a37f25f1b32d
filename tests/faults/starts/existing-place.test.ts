import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { manage } from "../../support/manage";
import { existingApps, type ExistingApps } from "../../support/existing-cases";

/** The tables, schemas and database of somebody else: what this role may not change is refused in words. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

const cases: [what: string, statements: string, ...words: string[]][] = [
  [
    "tables of another role",
    `reset role; alter table "user" owner to owner; grant all on "user" to app`,
    `1 table belongs to another role than this one`,
    `alter table "user" owner to app;`,
  ],
  [
    "a schema public that is closed",
    `reset role; alter schema public owner to owner; revoke all on schema public from public, app;
     grant usage on schema public to app, public`,
    "grant usage, create on schema public to app;",
  ],
  [
    "a database in which no schema can be made",
    `reset role; alter database THIS owner to owner; revoke all on database THIS from app, public;
     grant connect on database THIS to public; grant create on schema public to app`,
    "grant create on database",
  ],
  [
    "a schema gatehouse of somebody else",
    "create schema gatehouse; create table gatehouse.door (id int)",
    "1 object is in the schema gatehouse that Gatehouse did not make: gatehouse.door",
  ],
  [
    "a record of migrations of somebody else",
    "create schema gatehouse; create table gatehouse.migration (version text)",
    "gatehouse.migration",
  ],
  [
    "a record like ours of somebody else",
    `create schema gatehouse; create table gatehouse.migration (id serial, hash text, created_at bigint);
     create table gatehouse.event (id int); insert into gatehouse.migration (hash, created_at) values ('x', 1)`,
    "gatehouse.event",
  ],
  [
    "a schema gatehouse that is closed",
    "reset role; create schema gatehouse",
    "grant usage, create on schema gatehouse to app;",
  ],
];

describe("a place that is not this role's is refused in words:", () => {
  for (const [what, statements, ...words] of cases)
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

test("`check --online` says before a start what that would refuse, and changes nothing", async () => {
  const { postgres } = apps;
  const check = (database: string) => manage({ DATABASE_URL: postgres.url(database) }, "check", "--online");
  const others = await apps.copy();
  await apps.asSuperuser(others, `alter table "user" owner to owner; grant all on "user" to app`);
  const { code, problem } = await check(others);
  expect([code, problem]).toEqual([78, `${await apps.refusalOn(others)}\n`]);
  const own = await apps.copy();
  expect((await check(own)).code).toBe(0);
  expect(await postgres.query(own, "select from pg_namespace where nspname = 'gatehouse'")).toEqual([]);
});
