import { afterEach } from "bun:test";
import { rmSync } from "node:fs";
import { newFolder } from "./program";

/** Gives what makes folders for the tests of a file; each is removed after the test that it was made for. */
export function foldersOfEach(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
  });
  return () => {
    const made = newFolder();
    folders.push(made);
    return made;
  };
}
