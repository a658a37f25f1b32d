import { argon2Forms } from "./foreign/argon2";
import { bcryptForms } from "./foreign/bcrypt";
import { md5Forms } from "./foreign/md5";
import { pbkdf2Forms } from "./foreign/pbkdf2";
import { scryptForms } from "./foreign/scrypt";
import type { HashForm, Recipe, Refusal } from "./foreign/recipe";

/** A hash that can be kept in `account.password` as it is, or why not. */
export type Judged = { hash: string; kind: string } | Refusal;

const forms: readonly HashForm[] = [...argon2Forms, ...bcryptForms, ...pbkdf2Forms, ...scryptForms, ...md5Forms];

/**
 * Whether a hash of another program can be verified, and at a bearable cost in memory and time. Costs no hashing. The
 * reason for a refusal is a phrase for operators, without the hash.
 */
export function judgeHash(hash: string): Judged {
  const { kind, recipe } = readHash(hash);
  return "refused" in recipe ? recipe : { hash, kind };
}

/**
 * Whether a password made a hash, whatever made it; a hash that `judgeHash` refuses is a wrong password, and costs
 * nothing. Takes up to a few seconds, and so belongs into a hashing thread.
 */
export function matchesHash(password: string, hash: string): boolean {
  const { recipe } = readHash(hash);
  return "matches" in recipe && recipe.matches(password);
}

function readHash(hash: string): { kind: string; recipe: Recipe } {
  for (const { kind, pattern, read } of forms) {
    const found = pattern.exec(hash);
    if (found) return { kind, recipe: read(found.groups ?? {}) };
  }
  return unknown;
}

const unknown: { kind: string; recipe: Recipe } = {
  kind: "unknown",
  recipe: { refused: "the hash is damaged, or of a kind that Gatehouse cannot verify" },
};
