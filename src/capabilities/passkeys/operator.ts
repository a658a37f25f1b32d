import { eq } from "drizzle-orm";
import { session, user } from "../../../db/auth-tables";
import { device } from "../../../db/own-tables";
import { StartRefused } from "../../../db/refusal";
import type { Database } from "../../../db/types";
import { record } from "../../account/events";
import { passkey } from "./tables";

/**
 * Removes every passkey of a user at once, for an operator who knows whom they are talking to: whoever has lost them
 * and has no password makes one by mail.
 */
export async function passkeysOff(database: Database, off = "", email = ""): Promise<string> {
  if (off !== "off") throw new StartRefused("Type `bun run gatehouse passkeys off EMAIL`.");
  const address = email.toLowerCase();
  return database.transactionWithoutDeadlines(async (inner) => {
    const [owner] = await inner.select({ id: user.id }).from(user).where(eq(user.email, address)).for("no key update");
    if (!owner) throw new StartRefused("Nobody has this email address.");
    const removed = await inner.delete(passkey).where(eq(passkey.userId, owner.id)).returning({ id: passkey.id });
    if (removed.length === 0) return "This account has no passkeys.";
    await inner.delete(session).where(eq(session.userId, owner.id));
    await inner.delete(device).where(eq(device.userId, owner.id));
    // The kind is a text in its column; the capability has the words for it.
    const kind = "passkey_removed" as Parameters<typeof record>[2]["kind"];
    await record(inner, { userId: owner.id }, { kind, client: { ip: "", userAgent: "", language: "en" } });
    return "Every passkey of this user is removed, and they are signed out everywhere.";
  });
}
