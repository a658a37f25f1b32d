import { chownSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../db/error-code";
import { StartRefused } from "../../db/refusal";
import type { Config } from "../settings/config";
import { isHardToGuess, type Secrets } from "../settings/values";

/** The secrets of a program: in production readConfig requires them, in local mode one is made. */
export function secretsOf({ secrets, database }: Pick<Config, "secrets" | "database">): Secrets {
  return secrets ?? [{ value: localSecret(database.dataDirectory) }];
}

/**
 * The secret of local mode: made on the first start, kept in `dataDirectory` for its owner only, so that people stay
 * signed in over a restart. Written aside and linked into place, so that nobody ever reads half of one. Throws
 * StartRefused when the kept one is too weak to be ours: Better Auth would sign with a secret known to everybody.
 */
function localSecret(dataDirectory: string): string {
  const path = join(dataDirectory, "secret");
  if (!existsSync(path)) makeSecret(dataDirectory, path);
  const secret = statSync(path).isFile() ? readFileSync(path, "utf8").trim() : "";
  if (isHardToGuess(secret)) return secret;
  throw new StartRefused(
    "DATA_DIR: the file `secret` in it is damaged. Delete it: a new one is made, and everybody signs in again.",
  );
}

/** A secret that nobody can guess: 256 random bits in base64url. */
export const newSecret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

function makeSecret(dataDirectory: string, path: string) {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(draft, newSecret(), { mode: 0o600, flush: true });
  try {
    // A verb that root typed makes it for the program, whose folder it is.
    const { uid, gid } = statSync(dataDirectory);
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
    linkSync(draft, path);
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
}
