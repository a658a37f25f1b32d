import { createTransport } from "nodemailer";
import { parseConnectionUrl } from "nodemailer/lib/shared";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { Readable } from "node:stream";
import { replyIn, type Reply } from "./reply";
import { connectionRules } from "./smtp";

interface Asked {
  /** Who we say we are. */
  host: string;
  /** The sender's address, which is offered a mail as its recipient too. */
  from: string;
}

/**
 * Why the mail server at an address does not take us, in words: it is reached, TLS and the password are tried, then a
 * mail is offered, and taken back before its first byte. Undefined where it would take one.
 */
export async function smtpProblem(address: string, { host, from }: Asked): Promise<string | undefined> {
  const options = { ...parseConnectionUrl(address), ...connectionRules(address, host) };
  const mailer = createTransport(options);
  try {
    await mailer.verify();
  } catch (error) {
    const { code = "" } = error as { code?: string };
    const words = wordsOfSmtp.find(([is]) => is.test(code))?.[1] ?? "it did not answer as a mail server does";
    return `SMTP_URL: ${words}${replyOf(error)}.`;
  } finally {
    mailer.close();
  }
  try {
    await offerMail(new SMTPConnection(options), options.auth, from);
    return undefined;
  } catch (error) {
    return `MAIL_FROM: the mail server takes no mail from this address to itself${replyOf(error)}.`;
  }
}

const replyOf = (error: unknown) => {
  const reply = replyIn(error);
  return reply ? inBrackets(reply) : "";
};

/** The codes of a reply, behind words: ` (550 5.1.1)`. */
export const inBrackets = ({ reply, status }: Reply): string => ` (${reply}${status ? ` ${status}` : ""})`;

/** Resolves once the server would hear the mail's text; what it has no end of it does not keep (RFC 5321, 3.3). */
async function offerMail(connection: SMTPConnection, auth: Parameters<SMTPConnection["login"]>[0], from: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const go = (next: () => void) => (error?: Error | null) => (error ? reject(error) : next());
  connection.once("error", reject);
  connection.connect(
    go(() => {
      const message = new Readable({ read: () => resolve() });
      const send = () => connection.send({ from, to: [from] }, message, go(resolve));
      if (auth && connection.allowsAuth) connection.login(auth, go(send));
      else send();
    }),
  );
  await promise.finally(() => connection.close());
}

/** By nodemailer's code, or the system's. */
const wordsOfSmtp: [code: RegExp, words: string][] = [
  [/^EAUTH|^ENOAUTH/, "the mail server refuses this user or password"],
  [/^EDNS|^ENOTFOUND|^EAI_/, "no name server knows its host"],
  [/^ETLS|^ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO_/, "TLS with the mail server failed: see its certificate"],
  [/^ECONNREFUSED|^ECONNECTION|^ESOCKET/, "nothing answers there: see the port, and what is between"],
  [/^ETIMEDOUT/, "no answer came: a firewall, or the wrong port"],
];
