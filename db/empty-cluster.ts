import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dependencies } from "../package.json" with { type: "json" };
import { identify } from "./cluster-identity";
import { removeDraft } from "./draft";
import { isOneFile, ownPath } from "./own-path";
import { RefusedForNow } from "./refusal";

/**
 * A database cluster without a row comes along, or is made once in a checkout: to make one takes Postgres's initdb,
 * whose WebAssembly needs a gigabyte of memory and seconds; to unpack one takes neither. It has been migrated, by what
 * this version has of migrations; a later version applies its own to it as to any other database.
 */

/** Found out when a cluster is to be laid: other starts have no use for it. */
const archivePath = () =>
  ownPath(
    isOneFile
      ? "pglite/empty-cluster.tar.gz"
      : `node_modules/.cache/gatehouse/empty-cluster-${keyOfCheckout(ownPath(""))}.tar.gz`,
  );

/**
 * Whatever the archive is made of in a checkout has another key when it changes: the order and text of migrations, and
 * which capability names which folder of them.
 */
export function keyOfCheckout(root: string): string {
  const folders = ["db/migrations", "src/capabilities/*/migrations"];
  const paths = folders
    .flatMap((folder) => [`${folder}/meta/_journal.json`, `${folder}/*.sql`])
    .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })].sort());
  const texts = paths.map((path) => readFileSync(join(root, path), "utf8"));
  return Bun.hash(dependencies["@electric-sql/pglite"] + texts.join("") + foldersNamed(root)).toString(36);
}

/** The registry of the capabilities, and the line in which each names its folder: of these that line alone. */
function foldersNamed(root: string): string {
  const paths = [...new Bun.Glob("src/capabilities/**/index.ts").scanSync({ cwd: root })].sort();
  const lines = paths.flatMap((path) => readFileSync(join(root, path), "utf8").split("\n"));
  return lines.filter((line) => /\bmigrations: "|\bcapabilities: /.test(line)).join("");
}

/**
 * Puts an empty cluster, with an identity of its own, where there is none. Leaves the place as it is where there is
 * something already, or where a checkout cannot keep what it makes: then PGlite makes the cluster itself.
 */
export async function layEmptyCluster(cluster: string): Promise<void> {
  if (existsSync(cluster) && readdirSync(cluster).length > 0) return;
  const archive = await emptyCluster();
  if (!archive) return;
  const draft = `${cluster}.part`;
  rmSync(draft, { recursive: true, force: true }); // of a start that was killed
  try {
    await new Bun.Archive(archive).extract(draft);
    identify(draft);
    await putInPlace(draft, cluster);
  } catch {
    removeDraft(draft); // Bun's error says nothing but that it failed
    throw new RefusedForNow("DATA_DIR: a new database could not be written into it. Are 50 MB free on its disk?");
  }
}

/** The archive, a tar in gzip, made first where a checkout has none; undefined where it cannot keep one. */
export async function emptyCluster(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const archive = archivePath();
  if (!existsSync(archive) && (isOneFile || !(await makeApart(archive)))) return undefined;
  return Bun.file(archive).bytes();
}

/** Makes the archive in a process of its own, which gives the memory back. Gives whether it is there. */
async function makeApart(file: string): Promise<boolean> {
  const maker = Bun.spawn([process.execPath, "--no-env-file", ownPath("scripts/empty-cluster.ts"), file], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const end = () => maker.kill("SIGKILL");
  process.once("exit", end); // a start that is given up leaves nobody behind
  const code = await maker.exited;
  process.off("exit", end);
  return code === 0;
}

/** A process may have 1,024 files open by default, here and there 256. */
const mostOpen = 32;

/** Gives a folder its name once everything in it is on the disk: a folder of that name is always a whole one. */
export async function putInPlace(draft: string, folder: string): Promise<void> {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const paths = [draft, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  const syncNext = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) await sync(path);
  };
  await Promise.all(Array.from({ length: mostOpen }, syncNext)); // together, which a disk does at once
  renameSync(draft, folder);
  await sync(dirname(folder));
}

async function sync(path: string) {
  const handle = await open(path, "r");
  await handle.sync();
  await handle.close();
}
