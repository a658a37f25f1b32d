import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dependencies } from "../package.json" with { type: "json" };
import { identify } from "./cluster-identity";
import { createDurable } from "./engine";
import { isOneFile, ownPath } from "./own-path";

/**
 * An empty database cluster that comes along, or is made once in a checkout: to make one takes Postgres's initdb, whose
 * WebAssembly needs a gigabyte of memory and seconds; to unpack one takes neither.
 */

const archive = ownPath(
  isOneFile
    ? "pglite/empty-cluster.tar.gz"
    : `node_modules/.cache/gatehouse/empty-cluster-${dependencies["@electric-sql/pglite"]}.tar.gz`,
);

/**
 * Puts an empty cluster, with an identity of its own, where there is none. Leaves the place as it is where there is
 * something already, or where a checkout cannot keep what it makes: then PGlite makes the cluster itself.
 */
export async function layEmptyCluster(cluster: string): Promise<void> {
  if (existsSync(cluster) && readdirSync(cluster).length > 0) return;
  if (!existsSync(archive) && (isOneFile || !(await makeApart(archive)))) return;
  const draft = `${cluster}.part`;
  rmSync(draft, { recursive: true, force: true }); // of a start that was killed
  await new Bun.Archive(await Bun.file(archive).bytes()).extract(draft);
  identify(draft);
  await putInPlace(draft, cluster);
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

/** Makes an empty cluster and writes it, shut down, into an archive. A file of that name is always a whole one. */
export async function makeEmptyCluster(file: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    const { pglite } = await createDurable(draft);
    await pglite.exec("checkpoint");
    await pglite.close();
    const entries = await readdir(draft, { recursive: true, withFileTypes: true });
    const packed = entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(draft.length + 1);
      return entry.isDirectory() ? ([`${name}/`, ""] as const) : ([name, readFileSync(path)] as const);
    });
    packed.sort(([one], [other]) => (one < other ? -1 : 1)); // a disk has them in any order
    const made = new Bun.Archive(Object.fromEntries(packed), { compress: "gzip", level: 9 });
    await Bun.write(`${draft}.tar.gz`, await made.bytes()); // given as it is, Bun would write it uncompressed
    renameSync(`${draft}.tar.gz`, file);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Gives a folder its name once everything in it is on the disk: a folder of that name is always a whole one. */
export async function putInPlace(draft: string, folder: string): Promise<void> {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  await Promise.all([draft, ...paths].map(sync)); // together, which a disk does at once
  renameSync(draft, folder);
  await sync(dirname(folder));
}

async function sync(path: string) {
  const handle = await open(path, "r");
  await handle.sync();
  await handle.close();
}
