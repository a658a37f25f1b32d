import type { Reply } from "./reply";

/** A mail, ready to be handed over. */
export interface Mail {
  /** Stays the same when the mail is sent again, so that whoever receives it twice can tell. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands mails over: to a mail server, or to the page that shows them in local mode. */
export interface Transport {
  /**
   * Resolves when the mail was taken over for good, or with the reply when it was refused for good; throws when it
   * may be taken later, or when nobody can say.
   */
  send(mail: Mail): Promise<Reply | undefined>;
  close(): void;
}
