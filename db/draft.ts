import { rmSync } from "node:fs";
import { alsoAtExit } from "./also-at-exit";

/** Where a file is written before it gets its name: a place that two programs at a time do not share. */
export const draftOf = (file: string): string => `${file}.${crypto.randomUUID()}.part`;

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
