import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Whether the program is one file, made by `bun run build`, with everything inside that it reads. */
export const isOneFile: boolean = Bun.isStandaloneExecutable;

/** In the one file each entry is its own folder: that of a thread is `guard`, below the program's. */
const root = isOneFile ? import.meta.dir.replace(/[/\\]guard$/, "") : dirname(import.meta.dir);

/** Where a file is that comes with the program, by its path from the root of the checkout. */
export const ownPath = (path: string): string => join(root, path);

/** A file that comes along packed in the one file, as it was before. */
export const ownFile = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Bun.zstdDecompressSync(readFileSync(ownPath(`${path}.zst`))));

/** The same, as text. */
export const ownText = (path: string): string => new TextDecoder().decode(ownFile(path));
