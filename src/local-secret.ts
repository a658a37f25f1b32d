import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The secret of local mode: made on the first start, kept in `dataDirectory` for its owner only, so that people stay
 * signed in over a restart. Written aside and linked into place, so that nobody ever reads half of one.
 */
export function localSecret(dataDirectory: string): string {
  const path = join(dataDirectory, "secret");
  if (!existsSync(path)) makeSecret(dataDirectory, path);
  return readFileSync(path, "utf8").trim();
}

function makeSecret(dataDirectory: string, path: string) {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(draft, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url"), { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error; // another process was faster
  } finally {
    rmSync(draft);
  }
}
