import { verifyPassword as verifyScrypt } from "better-auth/crypto";
import { availableParallelism } from "node:os";

/** Hashing, with a bound on how much of the machine it may take. */
export interface Passwords {
  /** The argon2id hash of exactly these bytes: no Unicode folding, so two passwords are one only when equal. */
  hash(password: string): Promise<string>;
  /** Whether the password made the hash. A hash of no known kind is a wrong password, found out at the same price. */
  verify(stored: { hash: string; password: string }): Promise<boolean>;
  /**
   * Runs work that will hash, once there is a place for it; throws TooBusy at once when there is none. Ask before
   * touching the database: turning people away after a query still lets a flood starve everyone else.
   */
  admit<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Every place in front of the hashing is taken; a second later there will be one again. */
export class TooBusy extends Error {}

/** True for a hash that Better Auth's default made: it still opens the door, and is replaced when it does. */
export const isLegacyHash = (hash: string) => /^[0-9a-f]{32}:[0-9a-f]{128}$/.test(hash);

/** OWASP's recommended minimum for argon2id: 19 MiB, two passes. */
const argon2id = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Hashes on all cores but one; on one core, one at a time. */
export function createPasswords(cores = availableParallelism()): Passwords {
  const lanes = Math.max(1, cores - 1); // one core stays free for everybody who is already signed in
  const places = lanes * 16;
  const oneOfFew = createLanes(lanes);
  let admitted = 0;
  const hash = (password: string) => oneOfFew(() => Bun.password.hash(password, argon2id));
  return {
    hash,
    verify: (stored) => oneOfFew(() => matches(stored)),
    async admit(work) {
      if (admitted >= places) throw new TooBusy();
      admitted += 1;
      try {
        return await work();
      } finally {
        admitted -= 1;
      }
    },
  };
}

async function matches({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  if (isLegacyHash(hash)) return verifyScrypt({ hash, password });
  if (hash.startsWith("$argon2id$")) {
    try {
      return await Bun.password.verify(password, hash, "argon2id");
    } catch {
      // A damaged hash: falls through, to cost what a wrong password costs.
    }
  }
  await Bun.password.hash(password, argon2id);
  return false;
}

/** Lets `count` pieces of work run at a time; the others wait their turn, in order. */
function createLanes(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
