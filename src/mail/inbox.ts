import type { Mail, Transport } from "./transport";

/** Where mails end up in local mode: in memory, for the page that shows them. */
export interface Inbox extends Transport {
  /** Newest first. */
  mails(): readonly (Mail & { at: Date })[];
}

const kept = 200;

/** An inbox that keeps the last mails until the program ends. */
export function createInbox(): Inbox {
  const mails: (Mail & { at: Date })[] = [];
  return {
    async send(mail) {
      const known = mails.findIndex(({ messageId }) => messageId === mail.messageId);
      if (known >= 0) mails.splice(known, 1);
      mails.unshift({ ...mail, at: new Date() });
      mails.length = Math.min(mails.length, kept);
      return undefined;
    },
    close: () => undefined,
    mails: () => mails,
  };
}
