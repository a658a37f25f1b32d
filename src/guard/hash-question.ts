import { matchesHash } from "./foreign-hash";
import { argon2id, isOwnHash } from "./own-hash";

/** What a hashing thread is asked: to hash, or with a hash to verify. */
export interface HashQuestion {
  password: string;
  hash?: string;
}

/** The hash of a password, or whether the password made the hash. Takes as long as it takes: only for that thread. */
export function answer({ password, hash }: HashQuestion): string | boolean {
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
