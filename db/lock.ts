import { dlopen, FFIType } from "bun:ffi";
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { RefusedForNow, StartRefused } from "./refusal";

const exclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB of flock(2)

/** Another process has the embedded database open. */
export class InUse extends RefusedForNow {
  constructor(readonly holder: string) {
    super(
      `DATA_DIR: the database in it is in use by process ${holder}, ` +
        "and two programs on one embedded database lose data. Stop that process, or set DATA_DIR to another folder.",
    );
  }
}

/**
 * Holds `path` for this process alone until `release` is called or the process ends, however it ends: the kernel
 * owns the lock, so a kill -9 leaves nothing stale and no clock or process id has to be believed.
 * Throws InUse at once, naming the holder's process id, when another process holds it.
 */
export function holdExclusively(path: string): { release(): void } {
  const descriptor = openSync(path, "a+", 0o600);
  if (flock()(descriptor, exclusiveWithoutWaiting) !== 0) {
    closeSync(descriptor);
    throw new InUse(readFileSync(path, "utf8").trim() || "(unknown)");
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`);
  return { release: () => closeSync(descriptor) };
}

function flock(): (descriptor: number, operation: number) => number {
  const libraries = process.platform === "darwin" ? ["libSystem.B.dylib"] : ["libc.so.6", "libc.so"];
  for (const library of libraries) {
    try {
      return dlopen(library, { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } }).symbols.flock;
    } catch {
      // another libc: the next name is tried
    }
  }
  throw new StartRefused("The embedded database needs flock(2), which this system does not offer. Set DATABASE_URL.");
}
