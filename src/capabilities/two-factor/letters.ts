import { knownLanguage } from "../../http/language";
import { warning, type Letters, type Write, type Writing } from "../../mail/letters";
import type { FactorMail } from "./tools";
import { words } from "./words";

const mailsOf = ({ mail }: Writing) => words[knownLanguage(mail.language)].mails;

const warnOf =
  (kind: "on" | "changed" | "off" | "codes"): Write =>
  (writing) =>
    warning(writing, mailsOf(writing)[kind](writing.brand));

/** What is written to the owner of a second factor. */
export const letters = {
  second_factor_on: warnOf("on"),
  second_factor_changed: warnOf("changed"),
  second_factor_off: warnOf("off"),
  recovery_codes_made: warnOf("codes"),
  recovery_code_used: (writing) =>
    warning(writing, mailsOf(writing).used(writing.brand, Number(writing.mail.facts.left ?? "0"))),
  factor_loss_asked(writing) {
    const { mail, owner, brand, plain, undo } = writing;
    const { lost, keep, keepAction } = mailsOf(writing);
    const parts = lost(brand, mail.facts.due ?? "");
    if (owner.email !== mail.recipient) return plain(parts);
    const action = { text: keep, label: keepAction, path: "/keep-second-factor" };
    return undo(parts, action, { purpose: "keep_factor", userId: owner.id, email: owner.email });
  },
} satisfies Letters & Record<FactorMail, Write>;
