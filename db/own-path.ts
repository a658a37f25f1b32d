import { dirname, join } from "node:path";

/** Whether the program is one file, made by `bun run build`, with everything inside that it reads. */
export const isOneFile: boolean = Bun.isStandaloneExecutable;

const root = isOneFile ? import.meta.dir : dirname(import.meta.dir);

/** Where a file is that comes with the program, by its path from the root of the checkout. */
export const ownPath = (path: string): string => join(root, path);
