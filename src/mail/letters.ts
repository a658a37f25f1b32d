import { eq, sql } from "drizzle-orm";
import type { Database, Orm } from "../../db/types";
import { inTransaction, rowsOf } from "../../db/transaction";
import { user } from "../../db/auth-tables";
import { outbox } from "../../db/own-tables";
import type { Letter } from "../../views/mail/letter";
import type { Words } from "../../views/words";
import { hasUsed } from "../account/devices";
import { grant, renew, tokensOf, tokensSent, type Grant, type MailTokens } from "../account/tokens";
import type { Config } from "../settings/config";
import type { Keys } from "../guard/keys";
import type { WordsOf } from "../http/language";
import type { MailKind, OutboxRow } from "../account/outbox";

/** What letters are written with. */
export interface LetterParts {
  database: Database;
  config: Pick<Config, "origin" | "brand" | "mail">;
  keys: Keys;
  letters: Letters;
  wordsOf: WordsOf;
}

/** What a mail says, and what its link shall be good for. */
export interface Draft {
  letter: Letter;
  grant?: Grant;
  withCode?: boolean;
}

/**
 * Writes the letter of a mail and lets its links work; undefined when there is nothing to be said any more: nobody has
 * the address, or a later mail has taken this one's place. Writing it again gives the same letter; a link that was used
 * meanwhile is never revived, but a warning is still one without it.
 */
export function writeLetter(parts: LetterParts, mail: OutboxRow): Promise<Letter | undefined> {
  return inTransaction(parts.database, async (inner) => {
    const owner = await ownerOf(inner, mail);
    if (!owner || !(await isStillWanted(inner, mail, owner.id))) return undefined;
    const write = parts.letters[mail.kind]; // the sender takes only kinds that there is a letter for
    const isSecond = mail.tokensMadeAt !== null;
    const tokens = isSecond ? await tokensSent(inner, mail.id, parts.keys) : tokensOf(mail.id, parts.keys);
    const draft = await write?.(writingOf(parts, inner, { mail, owner, tokens }));
    if (!draft?.grant) return draft?.letter;
    const { token, code } = tokens;
    if (isSecond && !(await renew(inner, token, draft.grant.purpose)))
      return draft.letter.undo && { ...draft.letter, undo: undefined };
    if (isSecond) return draft.letter;
    const secrets = { token, code: draft.withCode ? code : undefined, keys: parts.keys };
    await grant(inner, secrets, draft.grant);
    await inner.update(outbox).set({ tokensMadeAt: sql`now()` }).where(eq(outbox.id, mail.id));
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
    sql`select 1 from gatehouse.outbox o where id = ${mail.id} and (
      tokens_made_at is not null
      or kind not in ('verify', 'reset', 'confirm_email')
      or not (
        exists (select 1 from gatehouse.outbox n where n.kind = o.kind and n.facts = o.facts
          and n.created_at > o.created_at
          and (n.user_id = o.user_id or (o.user_id is null and n.recipient = o.recipient)))
        or exists (select 1 from gatehouse.mail_token t where t.user_id = ${userId} and t.purpose = o.kind
          and t.created_at > o.created_at)))`,
  );
  return wanted.length > 0;
}

/** What a letter is made from: its order, whose account it is about, and the parts that letters have in common. */
export interface Writing {
  inner: Orm;
  mail: OutboxRow;
  owner: Owner;
  brand: string;
  code: string;
  mails: Words["mails"];
  plain(parts: Parts): Draft;
  button(parts: Parts, action: { label: string; path: string }, grant: Grant): Draft;
  undo(parts: Parts, action: { text: string; label: string; path: string }, grant: Grant): Draft;
}

function writingOf(
  { config, wordsOf }: LetterParts,
  inner: Orm,
  { tokens: { token, code }, ...about }: { mail: OutboxRow; owner: Owner; tokens: MailTokens },
): Writing {
  const brand = config.brand.name;
  const { mails } = wordsOf(about.mail.language);
  const link = (path: string) => `${config.origin}${path}?token=${token}`;
  const common = commonParts({ config, wordsOf }, about.mail);
  const plain = (parts: Parts): Draft => ({ letter: { ...common, ...parts } });
  return {
    ...{ ...about, inner, brand, code, mails, plain },
    button: (parts, { label, path }, grant) => ({
      ...plain({ ...parts, action: { label, url: link(path) } }),
      grant,
    }),
    undo: (parts, { text, label, path }, grant) => ({
      ...plain({ ...parts, undo: { text, label, url: link(path) } }),
      grant,
    }),
  };
}

/** What every letter has, in the language of its order. */
export function commonParts({ config, wordsOf }: Pick<LetterParts, "config" | "wordsOf">, mail: OutboxRow) {
  const brand = config.brand.name;
  const { language, mails } = wordsOf(mail.language);
  const { supportUrl } = config.mail;
  return {
    ...{ language, brand, footer: mails.footer(brand), host: new URL(config.origin).host },
    support: supportUrl === undefined ? undefined : { label: mails.support, url: supportUrl },
  };
}

/** Writes one kind of letter; undefined when there is nothing to be said any more. */
export type Write = (writing: Writing) => Draft | undefined | Promise<Draft | undefined>;

/** Writers of letters, by the kind of the mail. */
export type Letters = Record<string, Write>;

/** The letters of the core about accounts that there are. */
export const coreLetters: Record<Exclude<MailKind, "invitation">, Write> = {
  async verify(writing) {
    const { inner, mail, owner, brand, code, mails } = writing;
    const { id: userId, email } = owner;
    const isKnown = !owner.emailVerified && (await hasUsed(inner, userId, mail.facts.device ?? ""));
    if (!isKnown) return toNewPassword(writing, mails.accountExists(brand));
    const action = { label: mails.verifyAction, path: "/verify-email" };
    const { after, ...said } = mails.verify(brand, code);
    const parts = {
      ...said,
      footer: mails.typedFooter(brand),
      title: mails.verifyTitle,
      code,
      or: mails.or,
      preheader: mails.neverAsk,
      after: [...after, mails.neverAsk],
    };
    return { ...writing.button(parts, action, { purpose: "verify", userId, email }), withCode: true };
  },
  reset: (writing) => toNewPassword(writing, writing.mails.reset(writing.brand)),
  async confirm_email(writing) {
    const { inner, mail, owner, brand, mails } = writing;
    const { recipient } = mail;
    if (owner.email === recipient) return undefined; // confirmed already, from a copy of this mail
    const [other] = await inner
      .select({ userId: user.id, email: user.email })
      .from(user)
      .where(eq(user.email, recipient));
    if (other) return toNewPassword(writing, mails.emailTaken(brand), other);
    const action = { label: mails.confirmEmailAction, path: "/confirm-email" };
    const granted = { userId: owner.id, email: recipient, otherEmail: owner.email };
    const parts = { ...mails.confirmEmail(brand), footer: mails.typedFooter(brand) };
    return writing.button(parts, action, { purpose: "confirm_email", ...granted });
  },
  email_changed({ mail, owner, brand, mails, undo }) {
    const { recipient, createdAt, facts } = mail;
    const grant: Grant = { purpose: "undo_email", userId: owner.id, email: recipient, orderedAt: createdAt };
    return undo(
      mails.emailChanged(brand, facts.newEmail ?? ""),
      { text: mails.undoEmail, label: mails.undoEmailAction, path: "/undo-email" },
      grant,
    );
  },
  password_changed: (writing) => warning(writing, writing.mails.passwordChanged(writing.brand)),
  password_removed: (writing) => warning(writing, writing.mails.passwordRemoved(writing.brand)),
  new_device: (writing) => {
    const { device = "", address = "", country = "", at = "" } = writing.mail.facts;
    const { brand, mails } = writing;
    const facts = mails.signInFacts({ device, address, country, at });
    return warning(writing, { ...mails.newDevice(brand, device), facts });
  },
  deletion_asked: (writing) =>
    warning(writing, writing.mails.deletionAsked(writing.brand, writing.mail.facts.due ?? "")),
};

/** A letter whose link leads to a new password. */
function toNewPassword(
  { mails, button, owner }: Writing,
  parts: Parts,
  whose = { userId: owner.id, email: owner.email },
) {
  return button(parts, { label: mails.resetAction, path: "/reset-password" }, { purpose: "reset", ...whose });
}

/** A letter that warns, with a link for a reader who did not do it. At a former address it warns without the link. */
export function warning({ mail, mails, owner, plain, undo }: Writing, parts: Parts): Draft {
  const { id: userId, email } = owner;
  if (email !== mail.recipient) return plain(parts);
  const action = { text: mails.notMe, label: mails.notMeAction, path: "/not-me" };
  return undo(parts, action, { purpose: "not_me", userId, email });
}

type Owner = typeof user.$inferSelect;
type Parts = Omit<Letter, "language" | "brand" | "footer" | "host" | "support"> & Partial<Pick<Letter, "footer">>;

/** Whom a mail is about, locked as by lockUser: by id, else by the address it was asked for, which may be nobody's. */
async function ownerOf(inner: Orm, { userId, recipient }: OutboxRow) {
  const theirs = userId === null ? eq(user.email, recipient) : eq(user.id, userId);
  const [owner] = await inner.select().from(user).where(theirs).for("no key update");
  return owner;
}
