import { eq } from "drizzle-orm";
import { session, user } from "../../../db/auth-tables";
import { device } from "../../../db/own-tables";
import { StartRefused } from "../../../db/refusal";
import type { Database } from "../../../db/types";
import { record } from "../../account/events";
import { removeFactor } from "./factor";

/** Takes the second factor off a user's account at once, for an operator who knows whom they are talking to. */
export async function secondFactorOff(database: Database, off = "", email = ""): Promise<string> {
  if (off !== "off") throw new StartRefused("Type `bun run gatehouse second-factor off EMAIL`.");
  const address = email.toLowerCase();
  return database.transactionWithoutDeadlines(async (inner) => {
    const [owner] = await inner.select({ id: user.id }).from(user).where(eq(user.email, address)).for("no key update");
    if (!owner) throw new StartRefused("Nobody has this email address.");
    if (!(await removeFactor(inner, owner.id))) return "This account has no second factor.";
    await inner.delete(session).where(eq(session.userId, owner.id));
    await inner.delete(device).where(eq(device.userId, owner.id));
    // The kind is a text in its column; the capability has the words for it.
    const kind = "second_factor_off" as Parameters<typeof record>[2]["kind"];
    await record(inner, { userId: owner.id }, { kind, client: { ip: "", userAgent: "", language: "en" } });
    return "The second factor is off, and this user is signed out everywhere.";
  });
}
