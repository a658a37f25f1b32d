import { createTransport } from "nodemailer";
import { isLoopback } from "../settings";
import type { Transport } from "./transport";

const seconds = 1000; // in milliseconds

/** Nothing here waits for a mail, but a server that hangs must not hold the others up for ever. */
const patience = { connectionTimeout: 5 * seconds, greetingTimeout: 5 * seconds, dnsTimeout: 5 * seconds, socketTimeout: 15 * seconds };

const longestSending = 29 * seconds; // before the sender gives the mail up

/**
 * A mail server, by its address (`smtp://user:password@host:port`, or `smtps://`). Anywhere but on this machine the
 * connection is encrypted and the certificate checked, or there is none.
 */
export function smtpTransport(address: string, from: { name: string; address: string }): Transport {
  const { hostname } = new URL(address);
  const mailer = createTransport({
    ...{ url: address, pool: true, maxConnections: 2, requireTLS: !isLoopback(hostname) },
    ...patience,
    disableFileAccess: true, // a mail is made of our words only
    disableUrlAccess: true,
  });
  return {
    async send({ messageId, to, subject, text, html }) {
      const addressed = { from, to: { name: "", address: to }, envelope: { from: from.address, to: [to] } }; // one recipient, whatever the text contains
      const automatic = { "auto-submitted": "auto-generated", "x-auto-response-suppress": "All" }; // no out-of-office answers
      // A server that trickles keeps a connection busy for ever; and a mail that was given up must not go out after all.
      const signal = AbortSignal.timeout(longestSending);
      await mailer.sendMail({ ...addressed, messageId, subject, text, html, headers: automatic, signal });
    },
    close: () => mailer.close(),
  };
}
