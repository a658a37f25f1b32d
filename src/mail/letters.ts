import { eq, sql } from "drizzle-orm";
import type { Database, Orm } from "../../db/database";
import { inTransaction, rowsOf } from "../../db/transaction";
import { user } from "../../db/tables";
import type { Letter } from "../../views/mail/letter";
import { hasUsed } from "../account/devices";
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
 * the address, or a later mail has taken this one's place. Writing it again gives the same letter; a link that was used
 * meanwhile is never revived, but a warning is still one without it.
 */
export function writeLetter(needs: Needs, mail: OutboxRow): Promise<Letter | undefined> {
  return inTransaction(needs.database, async (inner) => {
    const owner = await ownerOf(inner, mail);
    if (!owner || !(await isStillWanted(inner, mail, owner.id))) return undefined;
    const draft = await draftOf(needs, inner, mail, owner);
    if (!draft?.grant) return draft?.letter;
    const { token, code } = tokensOf(mail.id, needs.keys);
    if (mail.tokensMadeAt !== null && !(await renew(inner, token, draft.grant.purpose))) return draft.letter.undo && { ...draft.letter, undo: undefined };
    if (mail.tokensMadeAt !== null) return draft.letter;
    await grant(inner, draft.withCode ? { token, code } : { token }, draft.grant, needs.keys);
    await rowsOf(inner, sql`update gatehouse.outbox set tokens_made_at = now() where id = ${mail.id}`);
    return draft.letter;
  });
}

/**
 * Whoever ends links ends the mails that would bring them too, under the owner's lock: none slips through between. Of
 * what a person has one live link for, the newest order is written, whichever comes to be written last;
 * one that another browser asked for takes no mail's place.
 */
async function isStillWanted(inner: Orm, mail: OutboxRow, userId: string): Promise<boolean> {
  const wanted = await rowsOf(
    inner,
    sql`select 1 from gatehouse.outbox o where id = ${mail.id} and (tokens_made_at is not null or kind not in ('verify', 'reset', 'confirm_email') or not (
      exists (select 1 from gatehouse.outbox n where n.kind = o.kind and n.facts = o.facts and n.created_at > o.created_at and (n.user_id = o.user_id or (o.user_id is null and n.recipient = o.recipient)))
      or exists (select 1 from gatehouse.mail_token t where t.user_id = ${userId} and t.purpose = o.kind and t.created_at > o.created_at)))`,
  );
  return wanted.length > 0;
}

async function draftOf({ config, keys }: Needs, inner: Orm, mail: OutboxRow, owner: Owner): Promise<Draft | undefined> {
  const { id: userId, email } = owner;
  const { facts, recipient } = mail;
  const brand = config.brand.name;
  const { language, mails } = wordsOf(isLanguage(mail.language) ? mail.language : "en");
  const { token, code } = tokensOf(mail.id, keys);
  const link = (path: string) => `${config.origin}${path}?token=${token}`;
  const plain = (parts: Parts): Draft => ({ letter: { language, brand, footer: mails.footer(brand), ...parts } });
  const button = (parts: Parts, label: string, path: string, given: Grant): Draft => ({ ...plain({ ...parts, action: { label, url: link(path) } }), grant: given });
  const undo = (parts: Parts, text: string, path: string, given: Grant): Draft => ({ ...plain({ ...parts, undo: { text, url: link(path) } }), grant: given });
  const reset = (parts: Parts) => button(parts, mails.resetAction, "/reset-password", { purpose: "reset", userId, email });
  // A warning that went to a former address still warns, but speaks for the account no more.
  const warning = (parts: Parts) => (email === recipient ? undo(parts, mails.notMe, "/not-me", { purpose: "not_me", userId, email }) : plain(parts));

  switch (mail.kind) {
    case "verify":
      if (owner.emailVerified || !(await hasUsed(inner, userId, facts.device ?? ""))) return reset(mails.accountExists(brand));
      return { ...button({ ...mails.verify(brand, code), code }, mails.verifyAction, "/verify-email", { purpose: "verify", userId, email }), withCode: true };
    case "reset":
      return reset(mails.reset(brand));
    case "confirm_email":
      if (email === recipient) return undefined; // confirmed already, from a copy of this mail
      const [other] = await inner.select({ userId: user.id, email: user.email }).from(user).where(eq(user.email, recipient));
      if (other) return button(mails.emailTaken(brand), mails.resetAction, "/reset-password", { purpose: "reset", ...other });
      return button(mails.confirmEmail(brand), mails.confirmEmailAction, "/confirm-email", { purpose: "confirm_email", userId, email: recipient, otherEmail: email });
    case "email_changed":
      return undo(mails.emailChanged(brand, facts.newEmail ?? ""), mails.undoEmail, "/undo-email", { purpose: "undo_email", userId, email: recipient, orderedAt: mail.createdAt });
    case "password_changed":
      return warning(mails.passwordChanged(brand));
    case "new_device":
      return warning(mails.newDevice(brand, facts.device ?? "", facts.address ?? "", facts.at ?? ""));
    case "deletion_asked":
      return warning(mails.deletionAsked(brand, facts.due ?? ""));
    default:
      return undefined; // the sender takes only kinds that are known here
  }
}

type Owner = typeof user.$inferSelect;
type Parts = Omit<Letter, "language" | "brand" | "footer">;

/** Whom a mail is about, locked as by lockPerson: by id, else by the address it was asked for, which may be nobody's. */
async function ownerOf(inner: Orm, { userId, recipient }: OutboxRow) {
  const theirs = userId === null ? eq(user.email, recipient) : eq(user.id, userId);
  const [owner] = await inner.select().from(user).where(theirs).for("no key update");
  return owner;
}
