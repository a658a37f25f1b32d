import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existingApps, refuses, type Case, type ExistingApps } from "../../support/existing-cases";

/**
 * What refuses or changes only what is written is met when Gatehouse rehearses its writes, before it changes
 * anything.
 */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

const raising = (when: string) =>
  `create function no() returns trigger language plpgsql as $$ begin raise exception 'not here'; end $$;
   create trigger no ${when} execute function no()`;
const silent = `create function no() returns trigger language plpgsql as $$ begin return null; end $$;
  create trigger no`;
const cases: Case[] = [
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
    `create function up() returns trigger language plpgsql as $$ begin new.name = upper(new.name); return new;
     end $$; create trigger up before insert on "user" for each row execute function up()`,
    `a row of "user" is not kept`,
  ],
  [
    "a trigger that refers to what is gone",
    `create function no() returns trigger language plpgsql as $$ begin insert into profiles values (new.id);
     return new; end $$; create trigger no after insert on "user" for each row execute function no()`,
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
    `create table users (id text primary key); insert into users select id from "user";
     alter table session add constraint theirs foreign key (user_id) references users on delete cascade`,
    `violates foreign key constraint "theirs"`,
  ],
  [
    "a column that a domain demands",
    `create domain filled as text check (value is not null); alter table "user" add colour filled default 'red';
     alter table "user" alter colour drop default`,
    "filled",
  ],
];

describe("what refuses or changes only what is written is met at the rehearsal:", () => {
  refuses(
    () => apps,
    cases.map((each): Case => [...each, "Nothing was changed."]),
  );

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
      `create function no() returns event_trigger language plpgsql as $$ begin raise exception 'no tables here';
       end $$; create event trigger no on ddl_command_start execute function no()`,
    );
    expect(await apps.refusalOn(database)).toContain("no tables here");
  });

  test("a publication of a table that does not say which row is which", async () => {
    const database = await apps.copy("alter table verification replica identity nothing");
    await apps.asSuperuser(database, "create publication everything for all tables");
    expect(await apps.refusalOn(database)).toContain("verification");
  });
});
