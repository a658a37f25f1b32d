import { accessSync, constants, lchownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { homeIn } from "./embedded-folders";
import { StartRefused } from "./refusal";

/**
 * Gives what hands every file of the embedded database to whoever the data folder belongs to: root may have written
 * some, by a verb, and the program could not open its database again. It is done when this process ends, too. Does
 * nothing where root is at work in its own folder, or somebody else than root.
 */
export function handingOver(dataDirectory: string): () => void {
  const owner = process.getuid?.() === 0 ? ownerOf(dataDirectory) : undefined;
  if (!owner) return () => undefined;
  const handOver = () => {
    process.off("exit", handOver);
    give(homeIn(dataDirectory), owner);
  };
  process.once("exit", handOver);
  return handOver;
}

function give(folder: string, { uid, gid }: { uid: number; gid: number }) {
  try {
    for (const path of everythingIn(folder)) lchownSync(path, uid, gid);
  } catch {
    // a root that may give nothing away, as in some containers: the next start says what it cannot use
  }
}

/** Who is not root and has the database, or else the folder that it is to be in. */
const ownerOf = (dataDirectory: string) =>
  [homeIn(dataDirectory), dataDirectory]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .find((found) => found !== undefined && found.uid !== 0);

/** The refusal in words where this user may not use a file of the database; undefined where all may be used. */
export function refusalOfFiles(dataDirectory: string): StartRefused | undefined {
  const unusable = everythingIn(homeIn(dataDirectory)).find((path) => !isUsable(path));
  return unusable === undefined
    ? undefined
    : new StartRefused(
        `DATA_DIR: this user may not read and write ${unusable}. Give all that is in the folder to the user who runs ` +
          "the program: `chown -R`.",
      );
}

const everythingIn = (folder: string): string[] => [
  folder,
  ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
];

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
