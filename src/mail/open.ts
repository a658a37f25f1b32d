import type { Database } from "../../db/types";
import { LetterHtml, letterText, type Letter } from "../../views/mail/letter";
import type { Config } from "../settings/config";
import type { Keys } from "../guard/keys";
import type { Log } from "../process/log";
import { createInbox, type Inbox } from "./inbox";
import { writeLetter } from "./letters";
import type { OutboxRow } from "../account/outbox";
import { createSender, type Sender } from "./sender";
import { mostUnderWay } from "./queue";
import { smtpTransport } from "./smtp";

interface MailDeps {
  config: Config;
  database: Database;
  keys: Keys;
  log: Log;
}

/** The sender, on the mail server that the settings name; in local mode without one, on an inbox to look into. */
export function openMail(needs: MailDeps): { postman?: Sender; inbox?: Inbox } {
  const { config, database, log } = needs;
  if (!config.mail.isOn) return {};
  const host = new URL(config.origin).hostname;
  const common = { database, write: (mail: OutboxRow) => writeLetter(needs, mail), render, host, log };
  const { server, from } = config.mail;
  const transport = server && smtpTransport(server, { from, host, connections: mostUnderWay });
  if (transport) return { postman: createSender({ ...common, transport }) };
  const inbox = createInbox();
  return { postman: createSender({ ...common, transport: inbox }), inbox };
}

const render = async (letter: Letter) => ({
  subject: letter.subject,
  text: letterText(letter),
  html: `<!doctype html>${await LetterHtml(letter)}`,
});
