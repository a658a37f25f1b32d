import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getTableConfig } from "drizzle-orm/pg-core";
import { ownTableNames } from "../../db/archive";
import type { OwnTable } from "../../db/kept";
import { removeExpired } from "../../src/process/housekeeping";
import { migrationsOf, tablesOf } from "../../src/contributions";
import { capabilities } from "../../src/capabilities/index";
import { notes } from "../fixtures/capability/index";
import { startGatehouse, type Gatehouse } from "../support/harness";

const ownTables = tablesOf([...capabilities, notes]);
const sets = migrationsOf([...capabilities, notes]);

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  await gatehouse.database.migrate(sets);
});
afterAll(() => gatehouse.close());

const nameOf = ({ table }: OwnTable) => getTableConfig(table).name;
const journal = () => gatehouse.rows("select hash, created_at from gatehouse.migration_note");
const addUser = (id: string) =>
  gatehouse.rows(`insert into "user" (id, name, email) values ('${id}', 'Somebody', '${id}@example.org')`);
const texts = async () =>
  (await gatehouse.rows<{ text: string }>("select text from gatehouse.note order by id")).map(({ text }) => text);

/** A row about the user in each table that has rows about users. */
const addRowsAbout = (id: string) =>
  gatehouse.rows(`
    insert into gatehouse.device (user_id, hash) values ('${id}', 'h');
    insert into gatehouse.user_language (user_id, language) values ('${id}', 'en');
    insert into gatehouse.event (kind, outcome, user_id) values ('sign_in', 'done', '${id}');
    insert into gatehouse.session_factor (id, user_id, factors, methods) values ('${id}', '${id}', 2, 'password totp');
    insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ('${id}', 's', 'k');
    insert into gatehouse.recovery_code (user_id, hash) values ('${id}', 'h');
    insert into gatehouse.trusted_browser (user_id, device_hash, password_mark, until)
      values ('${id}', 'h', 'm', now() + interval '1 day');
    insert into gatehouse.factor_loss (user_id, language, due_at) values ('${id}', 'en', now() + interval '1 day');
    insert into gatehouse.second_step (hash, user_id, kind, methods, remember, password_mark, expires_at)
      values ('${id}', '${id}', 'code', 'password', true, 'm', now() + interval '1 day');
    insert into gatehouse.factor_taken_over (user_id) values ('${id}');
    insert into gatehouse.passkey (user_id, credential_id, public_key, counter, name, is_backed_up)
      values ('${id}', '${id}', 'k', 0, 'Laptop', true);
    insert into gatehouse.passkey_user (user_id, handle) values ('${id}', '${id}');
    insert into gatehouse.passkey_offer (user_id) values ('${id}');
    insert into gatehouse.picture (user_id, name, content) values ('${id}', '${id}', 'UklGRg==');
    insert into gatehouse.deletion (user_id, due_at) values ('${id}', now() + interval '1 day');
    insert into gatehouse.mail_token (hash, purpose, user_id, email, expires_at)
      values ('${id}', 'verify', '${id}', 'a@example.org', now() + interval '1 day');
    insert into gatehouse.outbox (kind, recipient, language, user_id, try_at)
      values ('verify', 'a@example.org', 'en', '${id}', now() + interval '1 day');
    insert into gatehouse.given_up_mail (id, kind, recipient, language, user_id, facts, tries)
      values (gen_random_uuid(), 'new_device', 'a@example.org', 'en', '${id}', '{}', 1);
    insert into gatehouse.suspension (user_id) values ('${id}');
    insert into gatehouse.role (user_id, role) values ('${id}', 'support');
    insert into gatehouse.invitation (email, language, by, user_id, expires_at)
      values ('${id}@example.org', 'en', 'operator', '${id}', now() + interval '1 day');
    insert into gatehouse.note (user_id, text) values ('${id}', 'a note')`);

/** The tables that have a row about the user. */
async function tablesNaming(id: string): Promise<string[]> {
  const naming: string[] = [];
  for (const each of ownTables) {
    if (!each.ofUser) continue;
    const found = await gatehouse.rows(`select 1 from gatehouse.${nameOf(each)} where user_id = '${id}'`);
    if (found.length > 0) naming.push(nameOf(each));
  }
  return naming;
}

describe("the list of own tables", () => {
  test("has the very columns that the migrations make", async () => {
    const made = await gatehouse.rows<{ column: string }>(
      `select concat_ws(' ', table_name, column_name, data_type, is_nullable = 'YES') as column
       from information_schema.columns where table_schema = 'gatehouse' and table_name not like 'migration%'`,
    );
    const listed = ownTables.flatMap(({ table }) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => `${name} ${column.name} ${column.getSQLType()} ${column.notNull ? "f" : "t"}`);
    });
    expect(listed.sort()).toEqual(made.map(({ column }) => column).sort());
  });
});

describe("the list of own tables", () => {
  test("has every table that the migrations make", async () => {
    expect(await ownTableNames(gatehouse.database.orm)).toEqual(ownTables.map(nameOf).sort());
  });

  test("says of every table that names users that it does", async () => {
    const named = await gatehouse.rows<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'gatehouse' and column_name = 'user_id' order by 1`,
    );
    const listed = ownTables.filter(({ ofUser }) => ofUser).map(nameOf);
    expect(listed.sort()).toEqual(named.map(({ name }) => name));
  });

  test("is what a deleted user leaves nothing in, each with a row that is added above", async () => {
    await addUser("gone");
    await addRowsAbout("gone");
    const added = await tablesNaming("gone");
    await gatehouse.rows(`delete from "user" where id = 'gone'`);
    expect(await tablesNaming("gone")).toEqual([]);
    expect(added).toEqual(ownTables.filter(({ ofUser }) => ofUser).map(nameOf));
  });

  test("is what housekeeping goes through, a capability's tables included", async () => {
    await addUser("writer");
    await gatehouse.rows(`insert into gatehouse.note (user_id, text, created_at)
      values ('writer', 'old', now() - interval '31 days'), ('writer', 'new', now() - interval '29 days')`);
    expect(await removeExpired(gatehouse.database, 90)).toBe(0);
    expect(await removeExpired({ ...gatehouse.database, tables: ownTables }, 90)).toBe(1);
    expect(await texts()).toEqual(["new"]);
  });
});

describe("a capability's migrations", () => {
  test("are applied once, and what they made stays while the capability is off", async () => {
    const before = await journal();
    expect(before.length).toBe(1);
    const notes = await texts();
    await gatehouse.database.migrate(sets);
    await gatehouse.database.migrate();
    expect([await journal(), await texts()]).toEqual([before, notes]);
    await gatehouse.database.migrate(sets);
    expect([await journal(), await texts()]).toEqual([before, notes]);
  });
});
