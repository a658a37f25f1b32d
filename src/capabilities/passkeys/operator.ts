import { eq } from "drizzle-orm";
import type { Orm } from "../../../db/types";
import { takeOff, type Removal } from "../../account/act";
import { noSuchVerb, type Given } from "../../process/acts";
import { passkey } from "./tables";

/**
 * Removes every passkey of a user at once, for an operator who knows whom they are talking to: whoever has lost them
 * and has no password makes one by mail.
 */
export async function passkeysOff(given: Given, off = "", who = ""): Promise<string> {
  if (off !== "off") throw noSuchVerb();
  const isOff = await takeOff(given, { ...passkeyRemoval, who });
  return isOff
    ? "Every passkey of this user is removed, and they are signed out everywhere."
    : "This account has no passkeys.";
}

/** How they are taken off. */
export const passkeyRemoval: Removal = { event: "passkey_removed", remove: removeAll };

async function removeAll(inner: Orm, userId: string): Promise<boolean> {
  const removed = await inner.delete(passkey).where(eq(passkey.userId, userId)).returning({ id: passkey.id });
  return removed.length > 0;
}
