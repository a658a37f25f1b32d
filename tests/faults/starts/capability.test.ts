import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backUp, moveTo, restore } from "../../../db/archive";
import { openDatabase } from "../../../db/database";
import { openEmbedded } from "../../../db/embedded";
import type { MigrationSet } from "../../../db/migration-records";
import type { Database } from "../../../db/types";
import { capabilities } from "../../../src/capabilities/index";
import { migrationsOf, tablesOf } from "../../../src/contributions";
import { notes } from "../../fixtures/capability/index";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { newFolder } from "../../support/program";

/** A capability's tables: how they come into a database, and how they leave with it for another one. */

const sets = migrationsOf([notes]);
/** A new embedded database has the tables of the program's own capabilities from the beginning. */
const own = { migrations: migrationsOf(capabilities), tables: tablesOf(capabilities) };
const withNotes = { migrations: [...own.migrations, ...sets], tables: tablesOf([...capabilities, notes]) };

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

function open(name: string): Promise<Database> {
  const url = postgres.url(name);
  return openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
}

async function migrate(name: string, sets?: MigrationSet[]) {
  const database = await open(name);
  await database.migrate(sets).finally(() => database.close());
}

const tablesIn = async (name: string) =>
  (
    await postgres.query<{ name: string }>(
      name,
      "select table_name as name from information_schema.tables where table_schema in ('public', 'gatehouse')",
    )
  ).map((table) => table.name);

/** A set whose first statement works and whose second does not. */
function brokenSet() {
  const folder = newFolder();
  mkdirSync(join(folder, "meta"));
  const entries = [{ idx: 0, version: "7", when: 1795800000000, tag: "0000_broken", breakpoints: true }];
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify({ entries }));
  const statements = ["create table gatehouse.half ()", "create table gatehouse.half ()"];
  writeFileSync(join(folder, "0000_broken.sql"), statements.join(";--> statement-breakpoint\n"));
  return { name: "broken", folder };
}

describe("a capability's migrations", () => {
  test("that fail half-way leave nothing, not even of the core's that came with them", async () => {
    const name = await postgres.createDatabase();
    const set = brokenSet();
    expect(migrate(name, [...sets, set])).rejects.toThrow("Nothing was changed");
    await migrate(name, [...sets, set]).catch(() => undefined);
    expect(await tablesIn(name)).toEqual([]);
    rmSync(set.folder, { recursive: true });
  });

  test("are applied to a database that has only the core's", async () => {
    const name = await postgres.createDatabase();
    await migrate(name);
    expect(await tablesIn(name)).not.toContain("note");
    await migrate(name, sets);
    expect(await tablesIn(name)).toEqual(expect.arrayContaining(["note", "migration_note"]));
  });

  test("are applied once by replicas that start together", async () => {
    const name = await postgres.createDatabase();
    await Promise.all(Array.from({ length: 4 }, () => migrate(name, sets)));
    expect(await postgres.query(name, "select id from gatehouse.migration_note")).toEqual([{ id: 1 }]);
  });
});

/** A folder whose embedded database has a user with two notes; the core's migrations came first, alone. */
async function folderWithNotes(): Promise<string> {
  const folder = newFolder();
  const database = await openEmbedded(folder);
  await database.migrate(); // as a start that was killed after the core's
  await database.migrate(sets);
  await database.orm.execute(`insert into "user" (id, name, email) values ('u', 'Somebody', 'u@example.org')`);
  await database.orm.execute("insert into gatehouse.note (user_id, text) values ('u', 'one'), ('u', 'two')");
  await database.close();
  return folder;
}

describe("a capability's rows", () => {
  test("are in a backup, and in the move of what was restored from it", async () => {
    const folder = await folderWithNotes();
    const restored = newFolder();
    await backUp(folder, join(folder, "backup"));
    await restore(restored, join(folder, "backup"));
    const name = await postgres.createDatabase();
    const target = await open(name);
    expect(await moveTo(target, restored, withNotes)).toBe(3);
    await target.close();
    await postgres.query(name, "insert into gatehouse.note (user_id, text) values ('u', 'three')");
    expect(await postgres.query(name, "select id::int, text from gatehouse.note order by id")).toEqual([
      { id: 1, text: "one" },
      { id: 2, text: "two" },
      { id: 3, text: "three" },
    ]);
    for (const each of [folder, restored]) rmSync(each, { recursive: true });
  }, 300_000);

  test("are not left behind by a move that does not know them", async () => {
    const folder = await folderWithNotes();
    const target = await open(await postgres.createDatabase());
    const refused = await moveTo(target, folder, own).catch((error: Error) => error.message);
    expect(refused).toContain("tables that this version does not know (note)");
    await target.close();
    rmSync(folder, { recursive: true });
  }, 300_000);
});

test("a move is nothing that happens anew: a database that knows where webhooks go has none to send", async () => {
  const folder = await folderWithNotes();
  const source = await openEmbedded(folder);
  await source.migrate(own.migrations);
  await source.orm.execute("insert into gatehouse.suspension (user_id, by) values ('u', 'operator')");
  await source.orm.execute("insert into gatehouse.webhook (type, about) values ('user.deleted', 'gone')");
  await source.close();
  const name = await postgres.createDatabase();
  const target = await open(name);
  await target.migrate(own.migrations);
  await postgres.query(name, "insert into gatehouse.webhook_endpoint (origin) values ('https://example.org')");
  await moveTo(target, folder, withNotes);
  await target.close();
  expect(await postgres.query(name, "select type, about from gatehouse.webhook")).toEqual([
    { type: "user.deleted", about: "gone" },
  ]);
  rmSync(folder, { recursive: true });
}, 300_000);
