import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseOn } from "../db/embedded";
import { createDurable } from "../db/engine";
import { capabilities } from "../src/capabilities/index";
import { migrationsOf } from "../src/contributions";

/**
 * `bun scripts/empty-cluster.ts FILE`: makes the cluster that first starts on the embedded database unpack: migrated,
 * without a row, and shut down. A file of that name is always a whole one.
 */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Name the file to make.");
const draft = `${file}.${process.pid}`;
mkdirSync(dirname(file), { recursive: true });
try {
  const { pglite } = await createDurable(draft);
  await databaseOn(pglite).migrate(migrationsOf(capabilities));
  await pglite.exec("checkpoint");
  await pglite.close();
  const made = new Bun.Archive(filesIn(draft), { compress: "gzip", level: 9 });
  await Bun.write(`${draft}.tar.gz`, await made.bytes()); // given as it is, Bun would write it uncompressed
  renameSync(`${draft}.tar.gz`, file);
} finally {
  rmSync(draft, { recursive: true, force: true });
}

/** The files of a folder by their paths from there, and its folders, which are empty ones too; in one order. */
function filesIn(folder: string): Record<string, string | Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    return entry.isDirectory() ? ([`${name}/`, ""] as const) : ([name, readFileSync(path)] as const);
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
