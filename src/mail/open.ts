import type { Letter } from "../../views/mail/letter";
import type { Config } from "../settings/config";
import type { Metrics } from "../process/metrics";
import type { Log } from "../process/log";
import { createInbox, type Inbox } from "./inbox";
import { writeOfDeleted, type LettersOfDeleted } from "./deletion-letter";
import { writeInvitation } from "./invitation-letter";
import { writeLetter, type LetterParts } from "./letters";
import type { MailKinds, OutboxRow } from "../account/outbox";
import { createSender, type Sender } from "./sender";
import { mostUnderWay } from "./queue";
import { smtpTransport } from "./smtp";

interface MailDeps extends LetterParts {
  config: Config;
  log: Log;
  metrics: Metrics;
  kinds: MailKinds;
  lettersOfDeleted: LettersOfDeleted;
}

/** The sender, on the mail server that the settings name; in local mode without one, on an inbox to look into. */
export function openMail(deps: MailDeps): { sender?: Sender; inbox?: Inbox } {
  const { config, database, log, kinds, metrics } = deps;
  if (!config.mail.isOn) return {};
  const host = new URL(config.origin).hostname;
  const render = renderer(config.brand.accent);
  const write = async (mail: OutboxRow) => {
    if (mail.kind === "invitation") return writeInvitation(deps, mail);
    return writeOfDeleted(deps, mail) ?? writeLetter(deps, mail);
  };
  const common = { database, kinds, render, write, host, log, metrics };
  const { server, from } = config.mail;
  const transport = server && smtpTransport(server, { from, host, connections: mostUnderWay });
  if (transport) return { sender: createSender({ ...common, transport }) };
  const inbox = createInbox();
  return { sender: createSender({ ...common, transport: inbox }), inbox };
}

/** What a letter looks like is loaded with the first one. */
const renderer = (accent: string) => async (letter: Letter) => {
  const { letterText } = await import("../../views/mail/letter");
  const { LetterHtml } = await import("../../views/mail/letter-html");
  const { lookOfMails } = await import("../../views/mail/look");
  return {
    subject: letter.subject,
    text: letterText(letter),
    html: `<!doctype html>${await LetterHtml({ letter, look: lookOfMails(accent) })}`,
  };
};
