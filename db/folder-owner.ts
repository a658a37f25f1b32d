import { accessSync, constants, existsSync, lchownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { alsoAtExit } from "./also-at-exit";
import { homeIn } from "./embedded-folders";
import { StartRefused } from "./refusal";

/**
 * Gives what hands every file of the embedded database to whoever the data folder belongs to: root may have written
 * some, by a verb, and the program could not open its database again. It is done when this process ends, too. Does
 * nothing where root is at work in its own folder, or somebody else than root.
 */
export function handingOver(dataDirectory: string): () => void {
  const owner = process.getuid?.() === 0 ? ownerOf(dataDirectory) : undefined;
  return owner ? alsoAtExit(() => give(homeIn(dataDirectory), owner)) : () => undefined;
}

function give(folder: string, { uid, gid }: { uid: number; gid: number }) {
  try {
    for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
      lchownSync(join(folder, name), uid, gid);
  } catch {
    // a root that may give nothing away, as in some containers: the next start says what it cannot use
  }
}

/** Who is not root and has the database, or else the folder that it is to be in. */
const ownerOf = (dataDirectory: string) =>
  [homeIn(dataDirectory), dataDirectory]
    .filter((path) => existsSync(path)) // below a plain file there is nothing either
    .map((path) => statSync(path))
    .find(({ uid }) => uid !== 0);

/** The refusal in words where this user may not use a file of the database; undefined where all may be used. */
export function refusalOfFiles(dataDirectory: string): StartRefused | undefined {
  const unusable = unusableIn(homeIn(dataDirectory));
  return unusable === undefined
    ? undefined
    : new StartRefused(
        `DATA_DIR: this user may not read and write ${unusable}. Give all that is in the folder to the user who runs ` +
          "the program: `chown -R`.",
      );
}

/** The first that may not be read and written, of a folder and what is in it; undefined when all may. */
function unusableIn(folder: string): string | undefined {
  if (!isUsable(folder, constants.X_OK)) return folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!isUsable(path)) return path;
    const within = entry.isDirectory() ? unusableIn(path) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

function isUsable(path: string, besides = 0): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | besides);
    return true;
  } catch {
    return false;
  }
}
