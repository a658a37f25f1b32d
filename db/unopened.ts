import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { draftOf, removeDraft } from "./draft";
import { systemCodeOf } from "./error-code";
import { RefusedForNow, StartRefused } from "./refusal";

/**
 * Throws StartRefused where a database's files are there without the one that names their version: PGlite would take
 * the folder for an empty one, and write a new database over them.
 */
export function refuseHalf(cluster: string): void {
  const shared = join(cluster, "global"); // the last that Postgres fills when it makes a database
  if (existsSync(join(cluster, "PG_VERSION")) || !existsSync(shared) || readdirSync(shared).length === 0) return;
  throw new StartRefused(damaged);
}

/**
 * Why the files of a database could not be opened, as a StartRefused: PGlite only says that they could not. Undefined
 * for any other error.
 */
export function refusalOfOpening(cluster: string, error: unknown): StartRefused | undefined {
  const isOfEngine = error instanceof WebAssembly.RuntimeError || wordsOf(error).startsWith("PGlite failed to init");
  const code = systemCodeOf(error) ?? (isOfEngine ? writingFails(dirname(cluster)) : undefined);
  if (code !== undefined)
    return new RefusedForNow(`DATA_DIR: the database in it cannot be opened (${code}).${remedies[code] ?? ""}`);
  return isOfEngine ? new StartRefused(damaged) : undefined;
}

const damaged =
  "DATA_DIR: the database in it cannot be opened: some of its files are damaged or missing. " +
  "Restore a backup into an empty folder, and name that one.";

const remedies: Record<string, string> = { ENOSPC: " Make room on its disk.", EDQUOT: " Make room on its disk." };

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : "");

const segmentBytes = 16 * 1024 * 1024; // of the write-ahead log, of which Postgres may need another one to begin

/** What the system says against writing as much as Postgres may have to; undefined where it has nothing against it. */
function writingFails(folder: string): string | undefined {
  const draft = draftOf(join(folder, "room"));
  try {
    writeFileSync(draft, new Uint8Array(segmentBytes), { mode: 0o600 });
    return undefined;
  } catch (error) {
    return systemCodeOf(error);
  } finally {
    removeDraft(draft);
  }
}
