import { sql } from "drizzle-orm";
import { expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backUp } from "../../db/archive";
import { openEmbedded } from "../../db/embedded";
import { clusterIn } from "../../db/embedded-folders";
import { rowsOf } from "../../db/transaction";
import { foldersOfEach } from "../support/folders";

/** Databases that cannot be opened, such as one that was copied in part: they are left as they are, in words. */

const folder = foldersOfEach();
const words = "DATA_DIR: the database in it cannot be opened: some of its files are damaged or missing. Restore";

test("a database whose version is missing is refused: a new one would be written over its rows", async () => {
  const home = folder();
  const [version, shared] = ["PG_VERSION", "global"].map((name) => join(clusterIn(home), name)) as [string, string];
  const first = await openEmbedded(home);
  await first.orm.execute(sql`create table kept as select 'a row' as row`);
  await first.close();
  const [text, files] = [readFileSync(version), readdirSync(shared)];
  rmSync(version); // as where a copy was broken off
  await expect(openEmbedded(home)).rejects.toThrow(words);
  expect(readdirSync(shared)).toEqual(files);
  writeFileSync(version, text);
  const again = await openEmbedded(home);
  expect(await rowsOf(again.orm, sql`select row from kept`)).toEqual([{ row: "a row" }]);
  await again.close();

  const copy = folder();
  cpSync(home, copy, { recursive: true });
  rmSync(join(clusterIn(copy), "global", "pg_control"));
  await expect(openEmbedded(copy)).rejects.toThrow(words);
  await expect(backUp(copy, join(folder(), "backup.tar.gz"))).rejects.toThrow(words);
});

test("what the system has against opening a database is told by its code", async () => {
  const home = folder();
  await (await openEmbedded(home)).close();
  rmSync(clusterIn(home), { recursive: true });
  writeFileSync(clusterIn(home), "");
  await expect(openEmbedded(home)).rejects.toThrow("DATA_DIR: the database in it cannot be opened (ENOTDIR).");
});
