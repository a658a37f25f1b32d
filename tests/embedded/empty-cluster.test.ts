import { sql } from "drizzle-orm";
import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32c } from "../../db/cluster-identity";
import { openEmbedded } from "../../db/embedded";
import { clusterIn } from "../../db/embedded-folders";
import { createDurable } from "../../db/engine";
import { keyOfCheckout, layEmptyCluster } from "../../db/empty-cluster";
import { rowsOf } from "../../db/transaction";
import { foldersOfEach } from "../support/folders";

const folder = foldersOfEach();
const identifierOf = async (dataDirectory: string): Promise<string> => {
  const database = await openEmbedded(dataDirectory);
  const [row] = await rowsOf<{ id: string }>(
    database.orm,
    sql`select system_identifier::text as id from pg_control_system()`,
  );
  await database.close();
  return row?.id ?? "";
};

test("the checksum is that of Castagnoli", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("a new database is unpacked, migrated already, from what was made once", async () => {
  await layEmptyCluster(join(folder(), "cluster")); // makes the archive, where it is not made yet
  const cluster = join(folder(), "cluster");
  await layEmptyCluster(cluster);
  const { pglite } = await createDurable(cluster);
  const applied = await pglite.query("select 1 from gatehouse.migration");
  expect(applied.rows.length).toBeGreaterThan(5);
  expect((await pglite.query('select 1 from "user"')).rows).toEqual([]);
  await pglite.close();
});

test("a migration that is changed, added, renamed or named by another capability makes another archive", () => {
  const root = folder();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return keyOfCheckout(root);
  };
  const keys = [
    write("db/migrations/meta/_journal.json", "[1]"),
    write("db/migrations/0001_one.sql", "select 1"),
    write("db/migrations/0001_one.sql", "select 2"),
    write("db/migrations/meta/_journal.json", "[2]"),
    write("src/capabilities/notes/migrations/0001_notes.sql", "select 3"),
    write("src/capabilities/notes/index.ts", 'migrations: "tests/fixtures/capability/migrations",\n'),
    write("src/capabilities/notes/index.ts", 'migrations: "src/capabilities/notes/migrations",\n'),
    write("src/capabilities/index.ts", "export const capabilities: readonly Capability[] = [notes];\n"),
  ];
  expect(new Set(keys).size).toBe(8);
  expect(write("src/capabilities/notes/pages.ts", "// of no account")).toBe(keys[7] ?? "");
});

test("each new database has an identity of its own, and keeps it", async () => {
  const [first, second] = [folder(), folder()];
  const identifiers = [await identifierOf(first), await identifierOf(second), await identifierOf(first)];
  expect(identifiers[0]).toMatch(/^-?\d{10,20}$/);
  expect(identifiers[1]).not.toBe(identifiers[0]);
  expect(identifiers[2]).toBe(identifiers[0]);
  const secrets = [first, second].map((one) =>
    readFileSync(join(clusterIn(one), "global/pg_control")).subarray(257, 289),
  );
  expect(secrets[0]).not.toEqual(secrets[1]);
});

test("what was committed to a new database survives a power cut", async () => {
  const [first, after] = [folder(), folder()];
  const database = await openEmbedded(first);
  await database.orm.execute(sql`create table kept (number int)`);
  await database.orm.execute(sql`insert into kept values (1)`);
  cpSync(clusterIn(first), clusterIn(after), { recursive: true }); // as the disk is, while the program runs
  await database.close();
  const again = await openEmbedded(after);
  expect(await rowsOf<{ number: number }>(again.orm, sql`select number from kept`)).toEqual([{ number: 1 }]);
  await again.close();
});

test("what a start that was killed left of a new database is no hindrance", async () => {
  const dataDirectory = folder();
  const draft = `${clusterIn(dataDirectory)}.part`;
  mkdirSync(join(draft, "base"), { recursive: true });
  writeFileSync(join(draft, "base", "half"), "");
  expect(await identifierOf(dataDirectory)).not.toBe("");
  expect([existsSync(draft), existsSync(join(clusterIn(dataDirectory), "base", "half"))]).toEqual([false, false]);
});

test("nothing is put over a database that is there", async () => {
  const cluster = join(folder(), "cluster");
  mkdirSync(cluster);
  writeFileSync(join(cluster, "mine"), "1");
  await layEmptyCluster(cluster);
  expect(readFileSync(join(cluster, "mine"), "utf8")).toBe("1");
  expect(existsSync(join(cluster, "PG_VERSION"))).toBe(false);
});
