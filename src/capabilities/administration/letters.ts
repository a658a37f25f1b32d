import { knownLanguage } from "../../http/language";
import type { LettersOfDeleted } from "../../mail/deletion-letter";
import type { Draft, Letters, Write, Writing } from "../../mail/letters";
import { words } from "./words";

/** The mails of the administration, and for how long each is worth sending. */
export const mailKinds = {
  account_suspended: { maxAgeHours: 72 },
  account_resumed: { maxAgeHours: 72 },
  account_signed_out: { maxAgeHours: 72 },
  account_password_required: { maxAgeHours: 72 },
  account_link: { maxAgeHours: 3, isLink: true },
  account_added: { maxAgeHours: 72, isLink: true },
  account_confirm: { maxAgeHours: 72, isLink: true },
  account_deleted: { maxAgeHours: 72 },
};

/** A kind of mail of the administration. */
export type AdministrationMail = keyof typeof mailKinds;

const mailsOf = ({ mail }: Pick<Writing, "mail">) => words[knownLanguage(mail.language)].mails;

/** What people are told of what was done to their account. */
export const letters = {
  account_suspended: (writing) => {
    const { until = "", words: said = "" } = writing.mail.facts;
    return writing.plain(mailsOf(writing).suspended(writing.brand, { until, words: said }));
  },
  account_resumed: (writing) => writing.plain(mailsOf(writing).resumed(writing.brand)),
  account_signed_out: (writing) => writing.plain(mailsOf(writing).signedOut(writing.brand)),
  account_password_required: (writing) => toNewPassword(writing, mailsOf(writing).passwordRequired(writing.brand)),
  account_link: (writing) => toNewPassword(writing, mailsOf(writing).link(writing.brand)),
  account_added: (writing) => toNewPassword(writing, mailsOf(writing).added(writing.brand)),
  account_confirm: (writing) => {
    const { owner, brand, mail, button } = writing;
    if (owner.email !== mail.recipient || owner.emailVerified) return undefined;
    const { confirm, confirmAction } = mailsOf(writing);
    const action = { label: confirmAction, path: "/verify-email" };
    return button(confirm(brand), action, { purpose: "verify", userId: owner.id, email: owner.email });
  },
} satisfies Letters & Record<Exclude<AdministrationMail, keyof typeof lettersOfDeleted>, Write>;

/** What people are told whose account is gone. */
export const lettersOfDeleted = {
  account_deleted: ({ brand, ...about }) => mailsOf(about).deleted(brand),
} satisfies LettersOfDeleted;

/** A letter whose link leads to a new password; none to an address that the account has no longer. */
function toNewPassword(writing: Writing, parts: Parameters<Writing["plain"]>[0]): Draft | undefined {
  const { owner, mail, button } = writing;
  if (owner.email !== mail.recipient) return undefined;
  const action = { label: mailsOf(writing).passwordAction, path: "/reset-password" };
  return button(parts, action, { purpose: "reset", userId: owner.id, email: owner.email });
}
