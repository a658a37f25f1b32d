import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { kindOf } from "../../../db/existing/restrictions";
import { existingApps, refuses, type Case, type ExistingApps } from "../../support/existing-cases";

/** Restrictions of an existing app that Gatehouse does not know are refused in words that name them. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

const first = `(select id from "user" order by id limit 1)`;

const restricts = (column: string, type: string, value: string) =>
  `alter table "user" add "${column}" ${type}; update "user" set "${column}" = ${value} where id = ${first}`;
const columns: [column: string, type: string, value: string][] = [
  ["banned", "boolean default false", "true"],
  ["isBanned", "boolean", "true"],
  ["is_active", "boolean default true", "false"],
  ["enabled", "boolean default true", "null"],
  ["disabled", "int default 0", "1"],
  ["blocked_at", "timestamp", "now()"],
  ["deletedAt", "timestamptz", "now()"],
  ["locked_until", "timestamptz", "now() + interval '1 day'"],
  ["approved", "boolean default true", "false"],
  ["approved_at", "timestamp default now()", "null"],
  ["status", "text default 'active'", "'suspended'"],
  ["account_status", "varchar(10) default 'ACTIVE'", "'PENDING'"],
  ["role", "text default 'user'", "'user,banned'"],
  ["expires_at", "timestamptz", "now() - interval '1 day'"],
  ["two_factor_enabled", "boolean default false", "true"],
  ["mfa_secret", "text", "'JBSWY3DP'"],
  ["must_change_password", "boolean default false", "true"],
  ["is_anonymous", "boolean", "true"],
];

const others: Case[] = [
  [
    "an enum of states",
    `create type state as enum ('ok', 'blocked'); alter table "user" add state state not null default 'ok';
     update "user" set state = 'blocked'`,
    `: 2 rows restrict somebody by "user"."state"`,
  ],
  [
    "a session that impersonates",
    `alter table session add impersonated_by text; update session set impersonated_by = 'admin'`,
    `"session"."impersonated_by"`,
  ],
  [
    "a revoked session",
    `alter table session add revoked boolean; update session set revoked = true`,
    `"session"."revoked"`,
  ],
  [
    "a table of second factors",
    `create table two_factor (id text, secret text, user_id text references "user" on delete cascade);
     insert into two_factor select id, 's', id from "user"`,
    `: 2 rows restrict somebody by the table "two_factor"`,
  ],
  [
    "a table of bans",
    `create table "userBans" (who text); insert into "userBans" values ('x')`,
    `the table "userBans"`,
  ],
];

describe("a restriction that Gatehouse does not know is refused:", () => {
  refuses(
    () => apps,
    columns.map(
      ([column, type, value]): Case => [
        `"user".${column} is ${value}`,
        restricts(column, type, value),
        `"user"."${column}"`,
        ": 1 row restricts somebody",
        "not heeded by Gatehouse",
      ],
    ),
  );
  refuses(() => apps, others);
});

test("a restriction is not refused that no row carries, that has ended, or that its owner says is none", async () => {
  const database = await apps.copy(
    `alter table "user" add banned boolean default false, add ban_reason text default 'spam, long ago',
       add ban_expires timestamp, add is_active boolean default true, add role text default 'admin',
       add status text default 'ACTIVE',
       add locked_until timestamp default '2020-01-01', add deleted_at timestamp,
         add two_factor_enabled boolean default false, add newsletter_enabled boolean default false,
         add theme_status text default 'dark', add state text default 'Bavaria';
     update "user" set banned = true, ban_expires = now() - interval '1 day' where id = ${first};
     comment on column "user".state is 'Where somebody lives, not heeded by Gatehouse';
     create table two_factor (id text); create table passkey (id text); insert into passkey values ('x');
     alter table session add active_organization_id text, add impersonated_by text`,
  );
  expect(await apps.takeOver(database)).toEqual([]);
});

test("columns that only look like a restriction are none", () => {
  const harmless = [
    "newsletter_enabled",
    "comments_disabled",
    "ban_reason",
    "deleted_by_note",
    "username",
    "display_username",
    "phone_number",
    "active_organization_id",
    "lockout_enabled",
    "last_login_at",
    "timezone",
    "state_of_birth",
    "password_changed_at",
  ];
  expect(harmless.filter((name) => kindOf(name) !== undefined)).toEqual([]);
});
