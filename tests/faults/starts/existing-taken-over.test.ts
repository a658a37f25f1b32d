import { afterAll, beforeAll, expect, test } from "bun:test";
import { signInAddress } from "../../../db/existing/people";
import { email } from "../../../src/guard/fields";
import type { Person } from "../../support/harness";
import { existingApps, type ExistingApps } from "../../support/existing-cases";

/** What is taken over of an existing app: the right password opens, and what the log is told. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

/** Starts a Gatehouse on a copy of the app's database, and tells how each person's sign-in was answered. */
async function signInsOn(database: string, people: Pick<Person, "email" | "password">[]): Promise<number[]> {
  const gatehouse = await apps.gatehouseOn(database);
  const answers: number[] = [];
  for (const person of people) answers.push((await gatehouse.visitor().signIn(person)).status);
  await gatehouse.close();
  return answers;
}

const idOf = (person: Person) => `(select id from "user" where email = '${person.email}')`;

test("a right password stays right where the app's import wrote the address as account_id, for everybody", async () => {
  const { ada, bob } = apps;
  const database = await apps.copy(`update account set account_id = email from "user" where "user".id = user_id`);
  expect(await signInsOn(database, [ada, bob, { ...ada, password: bob.password }])).toEqual([303, 303, 422]);
  expect(await apps.postgres.query(database, "select from account where account_id <> user_id")).toEqual([]);
});

test("whoever the app has banned, or keeps out by a column that is named, is kept out; others come in", async () => {
  const { ada, bob } = apps;
  const banned = await apps.copy(`alter table "user" add banned boolean default false, add "banExpires" timestamp;
    update "user" set banned = true where id = ${idOf(ada)}`);
  const locked = await apps.copy(`alter table "user" add is_active boolean default true;
    update "user" set is_active = false where id = ${idOf(ada)}`);
  for (const [database, named] of [
    [banned, ""],
    [locked, "is_active"],
  ] as const) {
    const gatehouse = await apps.gatehouseOn(database, { GATEHOUSE_BLOCKED_COLUMNS: named });
    const leads = async (person: Person) => (await gatehouse.visitor().signIn(person)).location;
    expect([await leads(ada), await leads(bob)]).toEqual(["/suspended", "/account"]);
    await gatehouse.close();
  }
});

test("a right password stays right where an older version took the app over, and no newer one is there", async () => {
  const { ada, bob } = apps;
  const database = await apps.copy();
  await apps.takeOver(database);
  await apps.asSuperuser(
    database,
    `${before}; update account set account_id = email from "user" where "user".id = user_id;
    insert into account (id, account_id, provider_id, user_id, password, updated_at) select 'newer', user_id,
      provider_id, user_id, password, now() from account where user_id = ${idOf(bob)};
    update account set password = null where user_id = ${idOf(bob)} and id <> 'newer'`,
  );
  expect(await signInsOn(database, [ada, bob, ada, bob])).toEqual([303, 303, 303, 303]);
});

const long = `${"ä".repeat(40)} and more`; // 89 bytes
const hashes: [kind: string, password: string, hash: (password: string) => Promise<string>][] = [
  ["bcrypt", "correct horse", (password) => Bun.password.hash(password, { algorithm: "bcrypt", cost: 6 })],
  [
    "bcrypt as PHP writes it",
    "correct horse",
    async (password) => (await Bun.password.hash(password, { algorithm: "bcrypt", cost: 6 })).replace("$2b$", "$2y$"),
  ],
  [
    "bcrypt of a long password, of which it read 72 bytes",
    long,
    (password) => Bun.password.hash(Buffer.from(password).subarray(0, 72).toString(), { algorithm: "bcrypt", cost: 6 }),
  ],
  [
    "argon2id with other parameters",
    "correct horse",
    (password) => Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 4096, timeCost: 4 }),
  ],
  [
    "argon2id on several lanes",
    "password",
    async () => "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
  ],
  [
    "argon2i",
    "correct horse",
    (password) => Bun.password.hash(password, { algorithm: "argon2i", memoryCost: 4096, timeCost: 4 }),
  ],
  [
    "argon2d",
    "correct horse",
    (password) => Bun.password.hash(password, { algorithm: "argon2d", memoryCost: 4096, timeCost: 4 }),
  ],
];
test("a right password stays right whatever made its hash, and the hash is one of ours from then on", async () => {
  for (const [kind, password, hash] of hashes) {
    const database = await apps.copy();
    await apps.postgres.query(database, "update account set password = $1", [await hash(password)]);
    const answers = await signInsOn(database, [
      { email: apps.ada.email, password },
      { email: apps.ada.email, password: `${password}!` },
      { email: apps.ada.email, password },
    ]);
    expect([kind, ...answers]).toEqual([kind, 303, 422, 303]);
  }
});

/** What a Gatehouse had before addresses were held to lower case. */
const before = `alter table "user" drop constraint user_email_lower_case;
  drop trigger gatehouse_blocked on "user";
  drop table gatehouse.picture, gatehouse.session_factor, gatehouse.session_length, gatehouse.given_up_mail,
    gatehouse.suspension, gatehouse.blocked_column, gatehouse.role, gatehouse.invitation, gatehouse.user_language;
  drop function gatehouse.end_suspended, gatehouse.is_blocked, gatehouse.end_blocked, gatehouse.tell_roles,
    gatehouse.keep_event, gatehouse.keep_events cascade;
  alter table gatehouse.event drop column country, drop column subject, drop column actor, drop column reason;
  delete from gatehouse.migration where id in (select id from gatehouse.migration order by id offset 3)`;

test("an address in capitals typed with SQL is refused by the database itself, new or taken over", async () => {
  for (const database of [await apps.copy(), await apps.empty()]) {
    await apps.takeOver(database);
    const write = apps.postgres.query(
      database,
      `insert into "user" (id, name, email) values ('x', 'X', 'Dave3@Example.org')`,
    );
    expect(await write.catch((error: Error) => error.message)).toContain("user_email_lower_case");
  }
});

test("an address in capitals that stands in a Gatehouse already opens again after the upgrade", async () => {
  const database = await apps.copy();
  await apps.takeOver(database);
  await apps.asSuperuser(database, `${before}; update "user" set email = upper(email)`);
  expect(await signInsOn(database, [apps.ada, apps.bob])).toEqual([303, 303]);
});

test("an address in capitals that clashes with another one stops the upgrade in words", async () => {
  const database = await apps.copy();
  await apps.takeOver(database);
  await apps.asSuperuser(
    database,
    `${before};
     insert into "user" (id, name, email) select 'x', name, upper(email) from "user"
       where email = '${apps.ada.email}'`,
  );
  expect(await apps.refusalOn(database)).toContain(": 1 address belongs to several users");
});

test("an address in capitals is lowered by the letters of ASCII, whatever the locale of the database", async () => {
  const { ada, bob } = apps;
  const database = await apps.empty("encoding 'UTF8' template template0 locale_provider icu icu_locale 'tr-TR'");
  const dump = await apps.copy();
  await apps.takeOver(database);
  const rows = await apps.postgres.query<{ line: unknown }>(dump, `select json_agg(u) as line from "user" u`);
  await apps.asSuperuser(database, before);
  await apps.postgres.query(database, `insert into "user" select * from json_populate_recordset(null::"user", $1)`, [
    JSON.stringify(rows[0]?.line),
  ]);
  await apps.asSuperuser(
    database,
    `update "user" set email = 'IDA@EXAMPLE.ORG' where email = '${ada.email}';
     update "user" set email = 'ibo@example.org' where email = '${bob.email}'`,
  );
  await apps.takeOver(database);
  expect(await apps.postgres.query(database, `select email from "user" order by 1`)).toEqual([
    { email: "ibo@example.org" },
    { email: "ida@example.org" },
  ]);
});

test("columns that may be empty and are not may not be so from then on", async () => {
  const database = await apps.copy(
    `alter table "user" alter name drop not null, alter email_verified drop not null;
     alter table session alter expires_at drop not null`,
  );
  await apps.takeOver(database);
  const open = await apps.postgres.query(
    database,
    `select attname from pg_attribute where attrelid in ('"user"'::regclass, 'session'::regclass)
       and attnum > 0 and not attnotnull order by 1`,
  );
  expect(open).toEqual([{ attname: "image" }, { attname: "ip_address" }, { attname: "user_agent" }]);
});

test("what some apps have besides does no harm: indexes, triggers, tables of people, short times", async () => {
  const database = await apps.copy(
    `create unique index lower_email on "user" (lower(email)); alter table account add unique (user_id, provider_id);
     create table profile (id text primary key references "user" on delete cascade);
     create table post (author text references "user" on delete set null);
     create function make_profile() returns trigger language plpgsql as $$ begin insert into profile
       values (new.id); return new; end $$;
     create trigger make_profile after insert on "user" for each row execute function make_profile();
     alter table session alter expires_at type timestamp(3); alter table "user" alter email type varchar;
     create table password_resets (user_id text, token text, expires_at timestamp);
     create table "Session" (sessionToken text, "userId" text, expires timestamp)`,
  );
  expect(await signInsOn(database, [apps.ada, apps.bob])).toEqual([303, 303]);
  expect(await apps.postgres.query(database, "select from profile")).toEqual([]); // of the rehearsal nothing is left
});

test("the log tells at the first start how many people cannot sign in as they are", async () => {
  const database = await apps.copy(
    `insert into "user" (id, name, email) values ('a', 'A', 'jürgen@example.org'),
       ('b', 'B', 'root@localhost'), ('c', 'C', ' ada@example.org');
     insert into account (id, account_id, provider_id, user_id, updated_at) values ('g', '1', 'github', 'a',
       now()), ('n', 'b', 'credential', 'b', now())`,
  );
  expect(await apps.takeOver(database)).toEqual([
    { event: "database.cannot_sign_in", facts: { why: "address", people: 3 } },
    { event: "database.cannot_sign_in", facts: { why: "no_password", people: 3 } },
  ]);
  expect(await apps.takeOver(database)).toEqual([]);
});

test("the first start takes the same addresses for good as the sign-in form", async () => {
  const addresses = [
    "ada@example.org",
    "a.b+c@x-y.example.org",
    "o'hara@example.org",
    "a@b",
    "a@@b.org",
    "ada@example.o1",
    "ada @example.org",
    "ä@example.org",
    "",
    "a@-b.org",
    `${"a".repeat(65)}@example.org`,
    `a@${"b".repeat(64)}.org`,
    "a..b@docomo.ne.jp",
    "ab.@docomo.ne.jp",
    "!#$%&'*/=?^_`{|}~-@example.org",
    "a%b@example.org",
    "-a@example.org",
    "x@example.xn--p1ai",
    "x@example.xn--p1ai-",
    "x@example.xn--",
    `a@${"b.".repeat(130)}org`,
    `${"#".repeat(64)}@a.org`,
  ];
  const [row] = await apps.postgres.query<{ fits: boolean[] }>(
    "postgres",
    `select array_agg(address ~* $2 order by place) as fits
       from unnest($1::text[]) with ordinality as list (address, place)`,
    [addresses, signInAddress],
  );
  expect(row?.fits).toEqual(addresses.map((address) => email.safeParse(address).success));
});
