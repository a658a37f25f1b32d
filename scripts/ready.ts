import { Database } from "bun:sqlite";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs before every command that needs packages, so it imports nothing but Bun. Installs what `bun.lock` names when the
 * last finished install was of another `bun.lock`, or there was none; otherwise it asks no registry and writes nothing.
 * Ends with 1 and a sentence when the packages cannot be installed.
 */

const root = join(import.meta.dir, "..");
const modules = join(root, "node_modules");
/** The `bun.lock` of the last finished install. Its text, not its time, which every checkout of git changes. */
const installed = join(modules, ".installed");

const textOf = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};
const wanted = textOf(join(root, "bun.lock"));
const isReady = () => wanted !== undefined && textOf(installed) === wanted;

if (!isReady()) {
  try {
    inTurn(() => isReady() || install());
  } catch (error) {
    console.error(
      `The packages that bun.lock names could not be installed: ${error instanceof Error ? error.message : error}. ` +
        "Try again where the package registry can be reached and node_modules can be written.",
    );
    process.exit(1);
  }
}

/**
 * Two programs that start at once in a fresh clone install one after the other. SQLite's lock ends with its process.
 */
function inTurn(work: () => void) {
  mkdirSync(modules, { recursive: true });
  const turn = new Database(join(modules, ".installing"));
  turn.run("pragma busy_timeout = 600000"); // milliseconds
  turn.run("begin exclusive");
  work();
  turn.close();
}

function install() {
  console.error("Installing the packages that bun.lock names, because node_modules has none or others …");
  rmSync(installed, { force: true }); // an install that is killed half-way leaves no mark
  const { success, stderr } = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile", "--no-progress"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (!success) throw new Error(/^error: (.*)$/m.exec(stderr.toString())?.[1] ?? "bun install failed");
  writeFileSync(installed, wanted ?? "");
}
