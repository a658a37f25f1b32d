import { inTransaction } from "../../db/transaction";
import type { Letter } from "../../views/mail/letter";
import { openInvitation } from "../account/accept-invitation";
import type { OutboxRow } from "../account/outbox";
import { commonParts, type LetterParts } from "./letters";

/**
 * Writes the letter to somebody who is invited, who has no account, and lets its link work; undefined when the
 * invitation waits no more. The link leads to the page in the language of the letter.
 */
export function writeInvitation(parts: LetterParts, mail: OutboxRow): Promise<Letter | undefined> {
  const { config, database, keys, wordsOf } = parts;
  return inTransaction(database, async (inner) => {
    const token = await openInvitation(inner, { id: mail.facts.invitation ?? "", mailId: mail.id }, keys);
    if (token === undefined) return undefined;
    const { mails } = wordsOf(mail.language);
    const url = `${config.origin}/invitation?token=${token}&lang=${mail.language}`;
    const said = mails.invitation(config.brand.name);
    const footer = mails.invitationFooter(config.brand.name); // of whoever has no account yet
    return { ...commonParts(parts, mail), ...said, footer, action: { label: mails.invitationAction, url } };
  });
}
