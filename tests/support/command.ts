import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = join(import.meta.dir, "../..");
const file = process.env.GATEHOUSE_PROGRAM;

/**
 * How the tests start the program: from its source, or as the one file that GATEHOUSE_PROGRAM names, with nothing of
 * the checkout near. No developer's `.env` is read: the tests would run on that database.
 */
export const command: readonly string[] = file
  ? [resolve(root, file)]
  : [process.execPath, "--no-env-file", join(root, "src/main.ts")];

/** Where it is started. */
export const startFolder: string = file ? tmpdir() : root;
