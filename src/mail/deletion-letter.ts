import type { Letter } from "../../views/mail/letter";
import type { OutboxRow } from "../account/outbox";
import { commonParts, type LetterParts } from "./letters";

/** Writers of letters to people whose account is gone, by the kind of the mail: there is no owner, and no link. */
export type LettersOfDeleted = Record<
  string,
  (about: { mail: OutboxRow; brand: string }) => Pick<Letter, "subject" | "lines" | "footer">
>;

/** Writes such a letter; whoever has the address by now is not asked for. */
export function writeOfDeleted(
  parts: Pick<LetterParts, "config" | "wordsOf"> & { lettersOfDeleted: LettersOfDeleted },
  mail: OutboxRow,
): Letter | undefined {
  const said = parts.lettersOfDeleted[mail.kind]?.({ mail, brand: parts.config.brand.name });
  return said && { ...commonParts(parts, mail), ...said };
}
