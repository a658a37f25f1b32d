import { isIPv4 } from "node:net";
import type { Transporter } from "nodemailer";
import { isLoopback } from "../../db/loopback";
import { finalReplyIn } from "./reply";
import type { Transport } from "./transport";

/** Nothing here waits for a mail, but a server that hangs must not hold the others up for ever. In milliseconds. */
const timeouts = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  dnsTimeout: 5_000,
  socketTimeout: 15_000,
};

const longestSendingMilliseconds = 29_000; // before the sender gives the mail up

interface SmtpOptions {
  from: { name: string; address: string };
  /**
   * The host of the public address: who we say we are. nodemailer would ask the machine, and a container has no name.
   */
  host: string;
  /** As many as mails may be under way, or nodemailer would keep them waiting in a queue of its own. */
  connections: number;
}

/**
 * A mail server, by its address (`smtp://user:password@host:port`, or `smtps://`). Anywhere but on this machine the
 * connection is encrypted and the certificate checked, or there is none. nodemailer is loaded for the first mail.
 */
export function smtpTransport(address: string, { from, host, connections }: SmtpOptions): Transport {
  let mailer: Transporter | undefined;
  const open = async () => {
    const { createTransport } = await import("nodemailer");
    return (mailer ??= createTransport({
      ...{ url: address, pool: true, maxConnections: connections },
      ...connectionRules(address, host),
      disableFileAccess: true, // a mail is made of our words only
      disableUrlAccess: true,
    }));
  };
  return {
    async send({ messageId, to, subject, text, html }) {
      // One recipient, whatever the text contains: a text would be read as a list.
      const recipient = { name: "", address: to };
      const addressed = { from, to: recipient, envelope: { from: from.address, to: recipient } };
      // No out-of-office answers.
      const automatic = { "auto-submitted": "auto-generated", "x-auto-response-suppress": "All" };
      // A server that trickles keeps a connection busy for ever; and a mail that was given up must not go out after
      // all.
      const signal = AbortSignal.timeout(longestSendingMilliseconds);
      try {
        await (await open()).sendMail({ ...addressed, messageId, subject, text, html, headers: automatic, signal });
        return undefined;
      } catch (error) {
        const reply = finalReplyIn(error);
        if (reply) return reply;
        throw error;
      }
    },
    close: () => mailer?.close(),
  };
}

/** How a mail server is met, whatever for: by which name, with TLS anywhere but on this machine, and for how long. */
export const connectionRules = (address: string, host: string) => ({
  ...{ name: ehloName(host), requireTLS: !isLoopback(new URL(address).hostname) },
  ...timeouts,
});

/** A host as EHLO has it (RFC 5321, section 4.1.3): addresses stand in brackets. */
function ehloName(host: string): string {
  if (isIPv4(host)) return `[${host}]`;
  return host.startsWith("[") ? `[IPv6:${host.slice(1)}` : host;
}
