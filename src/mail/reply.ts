import { DrizzleQueryError } from "drizzle-orm";
import { TooLate } from "../../db/deadline";

/** What a mail server said no with. Never its words: they repeat the address, or what was sent. */
export interface Reply {
  /** Of three digits (RFC 5321): 4xx is for now, 5xx for good. */
  reply: number;
  /** The finer one (RFC 3463), such as `5.1.1`, when it gave one. */
  status?: string;
}

/** The reply in an error of nodemailer's; undefined when the server gave none. */
export function replyIn(error: unknown): Reply | undefined {
  const { response } = factsOf(error);
  const codes = /^([45]\d\d)(?:[ -]([45]\.\d{1,3}\.\d{1,3})(?!\S))?/;
  const [, reply, status] = codes.exec(typeof response === "string" ? response : "") ?? [];
  return reply === undefined ? undefined : { reply: Number(reply), ...(status !== undefined && { status }) };
}

/**
 * The reply, when it was about this mail and for good: to its recipient or to what it says. A server that refuses our
 * name, password or sender was met with a wrong setting, and takes the same mail when that is mended.
 */
export function finalReplyIn(error: unknown): Reply | undefined {
  const reply = replyIn(error);
  const { command } = factsOf(error);
  return reply && reply.reply >= 500 && (command === "RCPT TO" || command === "DATA") ? reply : undefined;
}

/**
 * Why no mail could be handed over, in a word for the log: docs/log.md says what each means. By nodemailer's code, and
 * by what its message repeats of the system's and of TLS; never a part of the message. Undefined where the server's
 * reply says it.
 */
export function whyNotSent(error: unknown): string | undefined {
  if (error instanceof DrizzleQueryError || error instanceof TooLate) return "database";
  const { code, message } = factsOf(error);
  return reasons.find(([is]) => is.test(`${code} ${message}`))?.[1];
}

const reasons: [is: RegExp, reason: string][] = [
  [/^E(NO)?AUTH/, "login"],
  [/^EDNS|ENOTFOUND|EAI_/, "host_unknown"],
  [/altnames|ERR_TLS_CERT_ALTNAME/, "certificate_name"],
  [/certificate has expired|not yet valid/i, "certificate_expired"],
  [/self[- ]signed|unable to (get|verify)|certificate/i, "certificate_unknown"],
  [/ECONNREFUSED/, "nobody_listens"],
  [/EHOSTUNREACH|ENETUNREACH/, "no_route"],
  [/^ETIMEDOUT|too long|abort/i, "timeout"],
  [/^ETLS|SSL|TLS|wrong version number/, "tls"],
  [/^(ECONNECTION|ESOCKET|ESTREAM)/, "connection_lost"],
];

function factsOf(error: unknown): { response?: unknown; command?: unknown; code?: unknown; message?: unknown } {
  return error !== null && typeof error === "object" ? error : {};
}
