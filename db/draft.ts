import { rmSync } from "node:fs";
import { alsoAtExit } from "./also-at-exit";

/** Removes what was begun and will not be needed; where that fails too, what failed before says more. */
export function removeDraft(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // a disk that is only read, a folder that may not be entered: nothing was begun there
  }
}

/**
 * Gives what removes it. That is done at the end of the process, too: what is half-made holds everybody's password
 * hash, and room on the disk.
 */
export const removingDraft = (path: string): (() => void) => alsoAtExit(() => removeDraft(path));

/** What the system said, as `ENOSPC`; undefined where it is not the system that failed. */
export function systemCodeOf(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && /^E[A-Z]+$/.test(String(error.code))) return String(error.code);
  // PGlite's own file system throws what is no Error, with the number that WASI gives to the code
  if (typeof error !== "object" || error === null || !("errno" in error)) return undefined;
  return wasiCodes[Number(error.errno)];
}

const wasiCodes: Record<number, string> = { 19: "EDQUOT", 29: "EIO", 33: "EMFILE", 51: "ENOSPC" };
