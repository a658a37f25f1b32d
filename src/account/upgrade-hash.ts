import { and, eq } from "drizzle-orm";
import { account } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { isLegacyHash } from "../guard/password";
import type { Services } from "./services";
import { passwordHashOf, passwordOf } from "./statements";

/** A password that was right, and the hash it was right for. */
export interface Verified {
  password: string;
  hash: string;
}

/**
 * Replaces the hash of another program by which a password was right; gives the one to go on with, which nothing but
 * another password replaces any more. Bound to the hash that was checked: a password that was changed meanwhile stays
 * changed. The row keeps its time, at which the user chose the password.
 */
export async function upgradeHash(
  { database, passwords, log }: Pick<Services, "database" | "passwords" | "log">,
  userId: string,
  verified: Verified,
): Promise<string> {
  if (!isLegacyHash(verified.hash)) return verified.hash;
  try {
    const hash = await passwords.hash(verified.password);
    const isUnchanged = and(passwordOf(userId), eq(account.password, verified.hash));
    await withDeadline(database.orm.update(account).set({ password: hash }).where(isUnchanged));
    const kept = (await withDeadline(passwordHashOf(database.orm, userId))) ?? "";
    // Of two at once one replaces it, and the other goes on with what that one wrote.
    if (kept === hash || (await passwords.verify({ ...verified, hash: kept }))) return kept;
  } catch (error) {
    log("error", "auth.upgrade", { error }); // what was proved is proved, whatever becomes of the hash
  }
  return verified.hash;
}
