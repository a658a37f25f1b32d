import { eq, sql } from "drizzle-orm";
import type { Database, Orm } from "../../db/database";
import { inTransaction, rowsOf } from "../../db/transaction";
import { user } from "../../db/tables";
import type { Letter } from "../../views/mail/letter";
import { grant, renew, tokensOf, type Grant } from "../account/tokens";
import type { Config } from "../config";
import type { Keys } from "../keys";
import { isLanguage, wordsOf } from "../language";
import type { OutboxRow } from "./outbox";

interface Needs {
  database: Database;
  config: Pick<Config, "origin" | "brand">;
  keys: Keys;
}

/** What a mail says, and what its link shall be good for. */
interface Draft {
  letter: Letter;
  grant?: Grant;
  withCode?: boolean;
}

/**
 * Writes the letter of a mail and lets its links work; undefined when there is nothing to be said any more: nobody has
 * the address, or a later mail has taken this one's place. Writing it again gives the same letter.
 */
export function writeLetter(needs: Needs, mail: OutboxRow): Promise<Letter | undefined> {
  return inTransaction(needs.database, async (inner) => {
    const owner = await ownerOf(inner, mail);
    if (!owner || !(await isStillWanted(inner, mail))) return undefined;
    const draft = await draftOf(needs, inner, mail, owner);
    if (!draft?.grant) return draft?.letter;
    const { token, code } = tokensOf(mail.id, needs.keys);
    if (mail.tokensMadeAt !== null) return (await renew(inner, token, draft.grant.purpose)) ? draft.letter : undefined;
    await grant(inner, draft.withCode ? { token, code } : { token }, draft.grant, needs.keys);
    await rowsOf(inner, sql`update gatehouse.outbox set tokens_made_at = now() where id = ${mail.id}`);
    return draft.letter;
  });
}

/** Whoever ends links ends the mails that would bring them too, under the owner's lock: none slips through between. */
async function isStillWanted(inner: Orm, mail: OutboxRow): Promise<boolean> {
  return (await rowsOf(inner, sql`select 1 from gatehouse.outbox where id = ${mail.id}`)).length > 0;
}

async function draftOf({ config, keys }: Needs, inner: Orm, mail: OutboxRow, owner: typeof user.$inferSelect): Promise<Draft | undefined> {
  const words = wordsOf(isLanguage(mail.language) ? mail.language : "en");
  const brand = config.brand.name;
  const { token, code } = tokensOf(mail.id, keys);
  const link = (path: string, carried = token) => `${config.origin}${path}?token=${carried}`;
  const { mails } = words;
  const notMe = { text: mails.notMe, url: link("/not-me") };
  const { id: userId, email } = owner;
  const { facts } = mail;
  const letter = (parts: Omit<Letter, "language" | "brand" | "footer">): Letter => ({ language: words.language, brand, footer: mails.footer(brand), ...parts });

  switch (mail.kind) {
    case "verify":
      if (owner.emailVerified) return { letter: letter({ ...mails.accountExists(brand), action: { label: words.signIn.action, url: `${config.origin}/sign-in` } }) };
      return { letter: letter({ ...mails.verify(brand, code), code, action: { label: mails.verifyAction, url: link("/verify-email") } }), grant: { purpose: "verify", userId, email }, withCode: true };
    case "reset":
      return { letter: letter({ ...mails.reset(brand), action: { label: mails.resetAction, url: link("/reset-password") } }), grant: { purpose: "reset", userId, email } };
    case "confirm_email":
      if (await isTaken(inner, mail.recipient)) return { letter: letter(mails.emailTaken(brand)) };
      return { letter: letter({ ...mails.confirmEmail(brand, email), action: { label: mails.confirmEmailAction, url: link("/confirm-email") } }), grant: { purpose: "confirm_email", userId, email: mail.recipient, otherEmail: email, sessionId: facts.sessionId } };
    case "email_changed":
      return { letter: letter({ ...mails.emailChanged(brand, email), undo: { text: mails.undoEmail, url: link("/undo-email") } }), grant: { purpose: "undo_email", userId, email: mail.recipient, otherEmail: facts.newEmail } };
    case "password_changed":
      return { letter: letter({ ...mails.passwordChanged(brand), undo: notMe }), grant: { purpose: "not_me", userId, email } };
    case "new_device":
      return { letter: letter({ ...mails.newDevice(brand, facts.device ?? "", facts.address ?? "", facts.at ?? ""), undo: notMe }), grant: { purpose: "not_me", userId, email } };
    case "deletion_asked":
      return { letter: letter({ ...mails.deletionAsked(brand, facts.due ?? ""), undo: notMe }), grant: { purpose: "not_me", userId, email } };
    default:
      return undefined; // of a later version, which another replica runs
  }
}

/** Whom a mail is about, locked as by lockPerson: by id, else by the address it was asked for, which may be nobody's. */
async function ownerOf(inner: Orm, { userId, recipient }: OutboxRow) {
  const theirs = userId === null ? eq(user.email, recipient) : eq(user.id, userId);
  const [owner] = await inner.select().from(user).where(theirs).for("no key update");
  return owner;
}

async function isTaken(inner: Orm, email: string): Promise<boolean> {
  const [other] = await inner.select({ id: user.id }).from(user).where(eq(user.email, email));
  return other !== undefined;
}
