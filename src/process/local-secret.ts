import { chownSync, existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeDraft } from "../../db/draft";
import { codeOf, systemCodeOf } from "../../db/error-code";
import { RefusedForNow, StartRefused } from "../../db/refusal";
import type { Config } from "../settings/config";
import { isHardToGuess, type Secrets } from "../settings/values";

/** The secrets of a program: in production readConfig requires them, in local mode one is made. */
export function secretsOf({ secrets, database }: Pick<Config, "secrets" | "database">): Secrets {
  return secrets ?? [{ value: localSecret(database.dataDirectory) }];
}

/**
 * The same for a verb, which makes none: what programs count under theirs it would not find. Throws RefusedForNow where
 * none is known.
 */
export function knownSecretsOf(config: Pick<Config, "secrets" | "database">): Secrets {
  if (config.secrets || existsSync(pathIn(config.database.dataDirectory))) return secretsOf(config);
  throw new RefusedForNow("BETTER_AUTH_SECRET: set it to the secret of the program that uses this database.");
}

const pathIn = (dataDirectory: string) => join(dataDirectory, "secret");

/**
 * The secret of local mode: made on the first start, kept in `dataDirectory` for its owner only, so that people stay
 * signed in over a restart. Written aside and linked into place, so that nobody ever reads half of one. Throws
 * StartRefused when it can be neither read nor made, or the kept one is too weak to be ours: Better Auth would sign
 * with a secret known to everybody.
 */
function localSecret(dataDirectory: string): string {
  const secret = keptOrMade(dataDirectory);
  if (isHardToGuess(secret)) return secret;
  throw new StartRefused(
    "DATA_DIR: the file `secret` in it is damaged. Delete it: a new one is made, and everybody signs in again.",
  );
}

function keptOrMade(dataDirectory: string): string {
  const path = pathIn(dataDirectory);
  try {
    if (!existsSync(path)) makeSecret(dataDirectory, path);
    return statSync(path).isFile() ? readFileSync(path, "utf8").trim() : "";
  } catch (error) {
    const code = systemCodeOf(error) ?? "unknown";
    throw new StartRefused(
      `DATA_DIR: the file \`secret\` in it can be neither read nor made (${code}). ` +
        "Give the folder to the user who runs the program, or set BETTER_AUTH_SECRET.",
    );
  }
}

/** A secret that nobody can guess: 256 random bits in base64url. */
export const newSecret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

function makeSecret(dataDirectory: string, path: string) {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(draft, newSecret(), { mode: 0o600, flush: true });
    // A verb that root typed makes it for the program, whose folder it is.
    const { uid, gid } = statSync(dataDirectory);
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
    linkSync(draft, path);
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    removeDraft(draft);
  }
}
