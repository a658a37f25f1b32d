import { setPriority } from "node:os";

/**
 * One thread that hashes, one password after the other. On threads of their own, hashes keep neither WebCrypto waiting,
 * with which they would share the runtime's pool, nor, on a machine that has no core to spare, everybody who is
 * signed in.
 */

/** What is asked: to hash, or with a hash to verify. */
export interface HashQuestion {
  password: string;
  hash?: string;
}

/** OWASP's recommended minimum for argon2id: 19 MiB, two passes. */
const argon2id = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

// A quarter of a core that two want: enough to be polite, and not to starve beside another program.
const hashingNiceness = 5;
lowerPriority();

/** On Linux alone: elsewhere it would be the whole program's priority. */
function lowerPriority() {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, hashingNiceness);
  } catch {
    // A sandbox may forbid it; the hashes are as good, only less polite.
  }
}

declare const self: Worker;
self.onmessage = ({ data }: MessageEvent<HashQuestion>) => self.postMessage(answer(data));

function answer({ password, hash }: HashQuestion): string | boolean {
  if (hash === undefined) return Bun.password.hashSync(password, argon2id);
  try {
    return verify(password, hash);
  } catch {
    Bun.password.hashSync(password, argon2id); // a damaged hash is a wrong password, found out at the same price
    return false;
  }
}

/**
 * argon2 with any parameters, or bcrypt, which programs before us used: of a long password most of them read 72
 * bytes, Bun its digest.
 */
function verify(password: string, hash: string): boolean {
  if (Bun.password.verifySync(password, hash)) return true;
  const bytes = new TextEncoder().encode(password);
  return (
    hash.startsWith("$2") &&
    bytes.length > bytesOfBcrypt &&
    Bun.password.verifySync(bytes.subarray(0, bytesOfBcrypt), hash)
  );
}

const bytesOfBcrypt = 72;
