import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "../source/files";

/** The JavaScript client as it is installed: built, and in a folder of its own where programs find it by its name. */

const root = join(import.meta.dir, "../..");
const client = join(root, "clients/javascript");

/**
 * A folder whose programs find `gatehouse-js`, and what the repository has installed; kept for as long as the client
 * stays the same.
 */
export function folderWithClient(): string {
  const files = filesIn("clients/javascript/src/*.ts", "clients/javascript/*.json", "bun.lock");
  const key = Bun.SHA256.hash(files.map((path) => readFileSync(join(root, path), "utf8")).join("\n"), "hex");
  const folder = join(root, "node_modules/.cache/javascript-client", key.slice(0, 16));
  if (existsSync(join(folder, "complete"))) return folder;
  rmSync(join(folder, ".."), { recursive: true, force: true });
  const installed = join(folder, "node_modules/gatehouse-js");
  mkdirSync(installed, { recursive: true });
  const tsc = [
    process.execPath,
    join(root, "node_modules/.bin/tsc"),
    "-p",
    client,
    "--outDir",
    join(installed, "dist"),
  ];
  const { success, stdout } = Bun.spawnSync(tsc);
  if (!success) throw new Error(stdout.toString());
  cpSync(join(client, "package.json"), join(installed, "package.json"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "complete"), "");
  return folder;
}
