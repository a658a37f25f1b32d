import { setPriority } from "node:os";
import { matchesHash } from "./foreign-hash";
import { argon2id, isOwnHash } from "./own-hash";

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
    const isRight = matchesHash(password, hash);
    if (isRight || isOwnHash(hash)) return isRight;
  } catch {
    // What no library can read is a wrong password.
  }
  // Another program's hash may be checked at once, or not at all: no wrong password is found out sooner than by ours.
  Bun.password.hashSync(password, argon2id);
  return false;
}
