import { attribute } from "./layout";
import type { Words } from "./words";

/** Where people read their mail whose address ends so. */
const mailboxes = new Map<string, readonly [name: string, url: string]>([
  ["gmail.com", ["Gmail", "https://mail.google.com/"]],
  ["googlemail.com", ["Gmail", "https://mail.google.com/"]],
  ["gmx.de", ["GMX", "https://www.gmx.net/"]],
  ["gmx.net", ["GMX", "https://www.gmx.net/"]],
  ["hotmail.com", ["Outlook", "https://outlook.live.com/mail/"]],
  ["icloud.com", ["iCloud Mail", "https://www.icloud.com/mail/"]],
  ["outlook.com", ["Outlook", "https://outlook.live.com/mail/"]],
  ["proton.me", ["Proton Mail", "https://mail.proton.me/"]],
  ["web.de", ["WEB.DE", "https://web.de/"]],
  ["yahoo.com", ["Yahoo Mail", "https://mail.yahoo.com/"]],
]);

/** The way to the mailbox of an address, where it is one of those that many people have. */
export function OpenMailbox({ words, email }: { words: Words; email: string }) {
  const domain = email.slice(email.lastIndexOf("@") + 1).toLowerCase();
  const mailbox = mailboxes.get(domain);
  if (!mailbox) return "";
  const [name, url] = mailbox;
  return (
    <>
      {" "}
      <a href={attribute(url)} rel="noreferrer" safe>
        {words.common.openMailbox(name)}
      </a>
    </>
  );
}
