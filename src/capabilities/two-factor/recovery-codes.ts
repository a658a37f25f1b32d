import { and, eq, inArray, sql } from "drizzle-orm";
import type { Orm } from "../../../db/types";
import { hmacSha256, randomToken } from "../../guard/keys";
import { authenticatorApp, recoveryCode } from "./tables";

/** Codes for whoever has lost the app: ten, each works once, and only their keyed hashes are kept. */

const howMany = 10;
const length = 10; // signs of 5 bits: 50 bits, of which nobody guesses one by trying
/** Crockford's alphabet: no sign that is taken for another. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten new codes, as people are shown them: `7k3mp-x0q9d`. */
export const newCodes = (): string[] => Array.from({ length: howMany }, newCode);

function newCode(): string {
  const signs = [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => alphabet[byte % alphabet.length]);
  return `${signs.slice(0, length / 2).join("")}-${signs.slice(length / 2).join("")}`;
}

/** A key for the hashes of one user's codes: hashes of two users have nothing in common. */
export const newRecoveryKey = randomToken;

/**
 * How a code may have been kept: as one of ours, whatever the case and however it was copied, or as it was typed, as
 * another program made it.
 */
function hashesOf(typed: string, key: string): string[] {
  const own = typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  return [hmacSha256(key, own), hashOfForeign(typed, key)];
}

/** The hash by which one of our own codes is kept. */
export const hashOf = (code: string, key: string): string => hmacSha256(key, code.replace("-", ""));

/** The hash by which a code of another program is kept. */
export const hashOfForeign = (code: string, key: string): string =>
  hmacSha256(key, `as typed ${code.normalize("NFKC").replace(/\s/g, "")}`);

/** Puts codes, by their hashes, in the place of all that a user has. */
export async function replaceCodes(inner: Orm, userId: string, hashes: readonly string[]): Promise<void> {
  await inner.delete(recoveryCode).where(eq(recoveryCode.userId, userId));
  const rows = [...new Set(hashes)].map((hash) => ({ userId, hash }));
  if (rows.length > 0) await inner.insert(recoveryCode).values(rows);
}

/** Uses a code up: of any number at the same time, one finds it. */
export async function useCode(inner: Orm, userId: string, { typed, key }: { typed: string; key: string }) {
  const theirs = and(eq(recoveryCode.userId, userId), inArray(recoveryCode.hash, hashesOf(typed, key)));
  return (await inner.delete(recoveryCode).where(theirs).returning({ hash: recoveryCode.hash })).length > 0;
}

/** How many codes a user has left. Without the app, whose row has their key, none of them is one. */
export async function codesLeft(on: Orm, userId: string): Promise<number> {
  const [row] = await on
    .select({ left: sql<number>`count(*)::int` })
    .from(recoveryCode)
    .innerJoin(authenticatorApp, eq(authenticatorApp.userId, recoveryCode.userId))
    .where(eq(recoveryCode.userId, userId));
  return row?.left ?? 0;
}
