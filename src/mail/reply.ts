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

function factsOf(error: unknown): { response?: unknown; command?: unknown } {
  return error !== null && typeof error === "object" ? error : {};
}
