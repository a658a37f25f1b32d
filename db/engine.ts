import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { fsyncSync } from "node:fs";
import { isOneFile, ownFile } from "./own-path";
import { StartRefused } from "./refusal";

/** The major version of Postgres inside the pinned PGlite; a directory written by another one cannot be opened. */
export const engineMajor = 18;

/** PGlite on a directory, with every commit on the disk when it is acknowledged; `disk.fsyncs` counts. */
export async function createDurable(
  directory: string,
  backup?: Blob,
): Promise<{ pglite: PGlite; disk: { fsyncs: number } }> {
  const disk = new DurableFiles(directory);
  const engine = isOneFile ? await engineInside() : {};
  const pglite = await PGlite.create({ fs: disk, startParams, ...engine, ...(backup && { loadDataDir: backup }) });
  return { pglite, disk };
}

/** PGlite's own files: it looks for them beside its source, where a program that is one file has none. */
async function engineInside() {
  const compiled = (name: string) => WebAssembly.compile(ownFile(`pglite/${name}`));
  const [pgliteWasmModule, initdbWasmModule] = await Promise.all([compiled("pglite.wasm"), compiled("initdb.wasm")]);
  return { pgliteWasmModule, initdbWasmModule, fsBundle: new Blob([ownFile("pglite/pglite.data")]) };
}

/** `-F`, PGlite's default, switches fsync off; 16 MB of buffers instead of 128 keep the process under 200 MB. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...["-c", "wal_sync_method=fsync"],
  ...["-c", "shared_buffers=16MB"],
];

/** Files whose fsync reaches the disk: PGlite's own file system answers "done" and does nothing. */
class DurableFiles extends NodeFS {
  fsyncs = 0;

  override async init(pglite: PGlite, options: Parameters<NodeFS["init"]>[1]) {
    const { emscriptenOpts } = await super.init(pglite, options);
    const useRealFsync = (module: object) => {
      // Internal to the pinned PGlite version; provePersistence() refuses to start when it has no effect.
      const { NODEFS } = module as unknown as {
        NODEFS?: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
      };
      if (!NODEFS) return;
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        this.fsyncs += 1;
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [useRealFsync, ...(emscriptenOpts.preRun ?? [])] } };
  }
}

/**
 * Throws StartRefused, and closes the database, where what is committed does not reach the disk.
 */
export async function provePersistence(pglite: PGlite, disk: { fsyncs: number }) {
  const before = disk.fsyncs;
  await pglite.query("select pg_logical_emit_message(true, 'gatehouse', 'a commit that changes nothing', true)");
  if (disk.fsyncs > before) return;
  await pglite.close();
  throw new StartRefused(
    "The embedded database does not write through to the disk with this PGlite version. Set DATABASE_URL.",
  );
}
