import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existingApps, refuses, type Case, type ExistingApps } from "../../support/existing-cases";

/** What cannot be taken over of an existing app is refused in words that name it, before anything is changed. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

const costly = `$argon2id$v=19$m=262145,t=1,p=1$${"a".repeat(22)}$${"a".repeat(43)}`;
const first = `(select id from "user" order by id limit 1)`;

const tables: Case[] = [
  [
    "plural names",
    `alter table "user" rename to users; alter table session rename to sessions;
     alter table account rename to accounts; alter table verification rename to verifications`,
    `"public"."users" looks like Better Auth's "user"`,
    `alter table "public"."sessions" rename to "session";`,
  ],
  [
    "a prefix and capitals",
    `alter table "user" rename to "MyUser"; alter table session rename to "MySession";
     alter table account rename to "MyAccount"; alter table verification rename to "MyVerification"`,
    `alter table "public"."MyAccount" rename to "account";`,
  ],
  [
    "quoted capitals",
    `alter table "user" rename to "User"; alter table session rename to "Session";
     alter table account rename to "Account"`,
    `alter table "public"."User" rename to "user";`,
  ],
  [
    "one table under another name",
    "alter table account rename to app_account",
    `"public"."app_account" looks like Better Auth's "account"`,
  ],
  [
    "a schema that nothing leads to",
    `create schema auth; alter table "user" set schema auth; alter table session set schema auth;
     alter table account set schema auth; alter table verification set schema auth`,
    `alter table "auth"."session" set schema public;`,
  ],
  [
    "sessions without people",
    `alter table session drop constraint session_user_id_user_id_fk;
     alter table account drop constraint account_user_id_user_id_fk; drop table "user"`,
    `2 tables are there, and "user", to which they belong, is not: `,
  ],
  ["a view", `alter table "user" rename to people; create view "user" as select * from people`, "is no ordinary one"],
  [
    "a materialized view",
    "alter table verification rename to v; create materialized view verification as select * from v",
    "1 table is no ordinary one",
  ],
  [
    "a partitioned table",
    "alter table verification rename to v; create table verification (like v) partition by range (expires_at)",
    "1 table is no ordinary one",
  ],
  ["an inherited table", `create table staff () inherits ("user")`, "1 table is no ordinary one"],
  ["an unlogged table", "alter table session set unlogged", "alter table session set logged;"],
];

const columns: Case[] = [
  [
    "a short text",
    `alter table "user" alter name type varchar(60)`,
    `is of type character varying(60), not text`,
    `alter table "user" alter name type text;`,
  ],
  ["padded text", `alter table session alter token type char(40)`, `is of type character(40), not text`],
  [
    "a domain",
    `create domain mail as text check (value like '%@%'); alter table "user" alter email type mail`,
    `is of type mail, not text`,
  ],
  [
    "an enum",
    `create type provider as enum ('credential');
     alter table account alter provider_id type provider using provider_id::provider`,
    "is of type provider, not text",
  ],
  [
    "numbers for dates",
    `alter table session alter expires_at type bigint using extract(epoch from expires_at)`,
    "is of type bigint",
  ],
  [
    "a number for a truth",
    `alter table "user" alter email_verified drop default, alter email_verified type int using email_verified::int`,
    "is of type integer, not boolean",
  ],
  [
    "a computed column",
    `alter table "user" drop image;
     alter table "user" add image text generated always as ('https://example.com/' || id) stored`,
    "is computed by the database",
  ],
];

const others: Case[] = [
  [
    "no primary key",
    `alter table verification drop constraint verification_pkey`,
    "alter table verification add primary key (id);",
  ],
  [
    "a constraint that waits",
    `alter table session drop constraint session_token_unique,
       add constraint session_token_unique unique (token) deferrable initially deferred`,
    "session_token_unique of session",
    "1 constraint is looked at too late",
  ],
  ["one name for one person", `create unique index one_name on "user" (name)`, `one_name on "user" (name)`],
  [
    "one session for one person",
    `delete from session; alter table session add unique (user_id)`,
    "session_user_id_key on session (user_id)",
  ],
  [
    "an index of our name on another column",
    `create index session_user_id_idx on session (ip_address)`,
    "session_user_id_idx on session",
  ],
  [
    "an index of our name for some rows",
    `create unique index account_provider_id_account_id_key on account (provider_id, account_id)
       where password is null`,
    "account_provider_id_account_id_key on account",
  ],
  ["a rule", `create rule keep as on delete to "user" do instead nothing`, `drop rule keep on "user";`],
  [
    "row level security of its owner too",
    `alter table "user" enable row level security, force row level security`,
    "row level security",
  ],
  [
    "a trigger of our name",
    `create function f() returns trigger language plpgsql as 'begin return null; end';
     create trigger gatehouse_update after update on session execute function f()`,
    "drop trigger gatehouse_update on session;",
  ],
  [
    "a view on a time without a zone",
    "create view soon as select id, expires_at from session",
    "soon (for session.expires_at)",
  ],
  [
    "a foreign key that keeps people",
    `create table post (author text references "user")`,
    ": 1 foreign key would keep an account from being deleted: post_author_fkey of post",
    "on delete cascade;",
  ],
  [
    "a foreign key behind a foreign key",
    `create table post (id int primary key, author text references "user" on delete cascade);
     create table comment (post int references post on delete restrict)`,
    "comment_post_fkey of comment",
  ],
  [
    "a foreign key that would empty what is never empty",
    `create table post (author text not null references "user" on delete set null)`,
    "post_author_fkey of post",
  ],
];

describe("tables that are not what they should be are refused:", () => {
  for (const cases of [tables, columns, others]) refuses(() => apps, cases);
});

test("a refusal of tables names all that is wrong, and they can be mended as it says", async () => {
  const database = await apps.copy(
    `create table post (author text references "user"); alter table session set unlogged;
     alter table verification drop constraint verification_pkey;
     create rule keep as on delete to session do instead nothing`,
  );
  expect(await apps.refusalOn(database)).toContain("unlogged");
  await apps.asSuperuser(database, "set role app; alter table session set logged");
  const refusal = await apps.refusalOn(database);
  for (const mend of refusal.match(/(alter table|drop rule) [^;]*;/g) ?? [])
    await apps.asSuperuser(database, `set role app; ${mend}`);
  await apps.takeOver(database);
});

const rows: Case[] = [
  [
    "no name",
    `alter table "user" alter name drop not null; update "user" set name = null`,
    `: 2 rows of "user" have no name.`,
    "where name is null;",
  ],
  [
    "not known whether confirmed",
    `alter table "user" alter email_verified drop not null; update "user" set email_verified = null`,
    "have no email_verified",
  ],
  [
    "a session without end",
    `alter table session alter expires_at drop not null; update session set expires_at = null`,
    "have no expires_at",
  ],
  [
    "a session until infinity",
    `update session set expires_at = 'infinity'`,
    "have expires_at before 1970 or after 9999",
  ],
  [
    "a person from before the calendar",
    `update "user" set created_at = '0044-03-15 BC'`,
    "have created_at before 1970",
  ],
  [
    "a session of tomorrow",
    "update session set created_at = now() + interval '3 days'",
    "sessions begin in the future",
  ],
  ["an empty name", `update "user" set name = '  '`, ": 2 names are empty"],
  [
    "a name with a line break",
    `update "user" set name = E'Ada\\nBob' where id = ${first}`,
    ": 1 name is empty, longer",
  ],
  ["a picture that is a script", `update "user" set image = 'javascript:alert(1)'`, ": 2 pictures"],
  ["a picture over http", `update "user" set image = 'http://example.com/a' where id = ${first}`, ": 1 picture has"],
  [
    "two passwords of one person",
    `insert into account (id, account_id, provider_id, user_id, password, updated_at) select 'x' || id,
       'other' || id, provider_id, user_id, password, now() from account`,
    ": 2 people have several passwords",
  ],
  [
    "a password under another person's id",
    `update account set account_id = (select id from "user" where "user".id <> account.user_id)`,
    "another's by account_id",
  ],
  [
    "a hash that nobody knows",
    `update account set password = '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=' where user_id = ${first}`,
    ": 1 password is hashed in a way",
    "Set those passwords to null",
  ],
  ["a hash at a high cost", `update account set password = '${costly}' where user_id = ${first}`, ": 1 password is"],
  ["a password in plain text", "update account set password = 'swordfish'", ": 2 passwords are hashed in a way"],
];

describe("rows of which nothing right could be made are refused:", () => refuses(() => apps, rows));
