import { describe, expect, test } from "bun:test";
import { PGlite } from "@electric-sql/pglite";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { openEmbedded } from "../../db/embedded";
import { createDurable, engineMajor } from "../../db/engine";
import { holdExclusively } from "../../db/lock";
import { StartRefused } from "../../db/refusal";
import { configsOf, migrations } from "../../db/migration-records";
import { capabilities } from "../../src/capabilities/index";
import { migrationsOf } from "../../src/contributions";
import { foldersOfEach } from "../support/folders";

const root = join(import.meta.dir, "../..");
const folder = foldersOfEach();

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("the embedded database keeps what was committed, for its owner alone, and names its engine", async () => {
  const data = folder();
  const database = await openEmbedded(data);
  await database.migrate();
  await database.migrate(); // a second start finds everything there
  await database.close();
  expect(modeOf(join(data, "embedded"))).toBe("700");
  expect(readFileSync(join(data, "embedded", "engine"), "utf8")).toBe(`${engineMajor}\n`);

  const again = await openEmbedded(data);
  await again.migrate();
  const second = await openEmbedded(data).catch((error) => error);
  expect(second).toBeInstanceOf(StartRefused);
  expect(second.message).toContain(`in use by process ${process.pid},`);
  await again.close();
});

test("the embedded database is refused when another engine wrote it", async () => {
  const data = folder();
  mkdirSync(join(data, "embedded"));
  writeFileSync(join(data, "embedded", "engine"), "17\n");
  const refusal = await openEmbedded(data).catch((error) => error);
  expect(refusal).toBeInstanceOf(StartRefused);
  expect(refusal.message).toContain("PostgreSQL 17");
});

test("the embedded database is refused, naming the setting, when the folder cannot be written", async () => {
  const data = join(folder(), "file");
  writeFileSync(data, "");
  const refusal = await openEmbedded(data).catch((error) => error);
  expect(refusal).toBeInstanceOf(StartRefused);
  expect(refusal.message).toStartWith("DATA_DIR: ");
});

test("the embedded database has every commit on the disk before it says so", async () => {
  const { pglite, disk } = await createDurable(join(folder(), "cluster"));
  await pglite.exec("create table probe (n int)");
  const before = disk.fsyncs;
  for (let n = 0; n < 20; n++) await pglite.query("insert into probe values ($1)", [n]);
  expect(disk.fsyncs - before).toBeGreaterThanOrEqual(20);
  await pglite.close();
});

test("the embedded database is the engine we say it is", async () => {
  const pglite = await PGlite.create();
  const { rows } = await pglite.query<{ server_version: string }>("show server_version");
  expect(rows[0]?.server_version).toStartWith(`${engineMajor}.`);
  await pglite.close();
});

describe("the lock on a folder", () => {
  test("goes to one, and to the next when the first lets go", () => {
    const path = join(folder(), "lock");
    const first = holdExclusively(path);
    expect(() => holdExclusively(path)).toThrow(StartRefused);
    first.release();
    holdExclusively(path).release();
  });

  test("is not fooled by the process id of a process that is gone", () => {
    const path = join(folder(), "lock");
    writeFileSync(path, "1\n");
    holdExclusively(path).release();
  });
});

describe("the journal of migrations", () => {
  const all = [migrations, ...configsOf(migrationsOf(capabilities))];
  const folders = all.map(({ migrationsFolder }) => [relative(root, migrationsFolder)]);
  test.each(folders)("in %s is in the order of time, or a late one would be skipped in silence", (folder) => {
    const { entries } = JSON.parse(readFileSync(join(root, folder, "meta/_journal.json"), "utf8"));
    const times = entries.map(({ when }: { when: number }) => when);
    expect(times.length).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  test("is complete: the tables have nothing that no migration makes", async () => {
    const copy = folder();
    cpSync(migrations.migrationsFolder, copy, { recursive: true });
    const command = [
      "node_modules/.bin/drizzle-kit",
      "generate",
      "--dialect",
      "postgresql",
      "--schema",
      "db/{auth,own}-tables.ts",
      "--out",
      relative(root, copy),
    ];
    const generate = Bun.spawn([process.execPath, ...command], { cwd: root, stdout: "pipe", stderr: "pipe" });
    expect(await new Response(generate.stdout).text()).toContain("No schema changes");
    expect(await generate.exited).toBe(0);
  });
});
