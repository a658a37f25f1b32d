import type { Config } from "../settings/config";
import { version } from "../version";

/** What a person wants to know of a start: where the program is, where its data and mails are, what is next. */
export function banner(config: Config, driver: string): string {
  const isLocal = config.mode === "local";
  return [
    "",
    `  Gatehouse ${version} is ready at ${config.origin}`,
    "",
    `  Mode       ${isLocal ? "local: for this machine only" : "production"}`,
    `  Database   ${driver === "embedded" ? `embedded, in ${config.database.dataDirectory}` : driver}`,
    `  Mails      ${whereMailsGo(config)}`,
    ...(isLocal
      ? ["  Next       set BETTER_AUTH_URL, BETTER_AUTH_SECRET, DATABASE_URL and SMTP_URL to go live: docs/settings.md"]
      : []),
    "",
  ].join("\n");
}

/** The host only: the address of a mail server holds its password. */
function whereMailsGo({ mail, origin }: Config): string {
  if (!mail.isOn) return "off: no confirmed addresses, no forgotten passwords";
  return mail.server === undefined ? `${origin}/dev/mail` : `sent through ${new URL(mail.server).hostname}`;
}
