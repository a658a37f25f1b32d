import { outbox } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import type { Language } from "../http/language";

/**
 * Every mail there is. `verify` and `reset` may be asked for by anybody, for any address, so their orders say nothing
 * about whose it is: that is found out when they are sent, and costs whoever asks the same time for every address.
 */
export type MailKind = keyof typeof maxAgeHours;

/** How long each kind is worth sending: nobody waits longer for a link that was asked for; a warning is worth sending for days. */
export const maxAgeHours = {
  verify: 3,
  reset: 3,
  confirm_email: 3,
  email_changed: 72,
  password_changed: 72,
  new_device: 72,
  deletion_asked: 72,
};

/** The kinds that somebody sits waiting for: they go first. */
export const linkKinds: MailKind[] = ["verify", "reset", "confirm_email"];

/** A mail to be sent to exactly one address. */
export interface MailOrder {
  kind: MailKind;
  recipient: string;
  language: Language;
  /** Whom it is about, when that is known. */
  userId?: string;
  facts?: Record<string, string>;
}

/** A mail as the outbox keeps it. */
export type OutboxRow = typeof outbox.$inferSelect;

/** Where mails are ordered. With `MAIL=off` nothing is. */
export interface Outbox {
  isOn: boolean;
  /** Keeps the order, on the transaction of what it tells of: it is sent when that is committed, and only then. */
  order(inner: Pick<Orm, "insert">, mail: MailOrder): Promise<void>;
  /** There is something new: to be called after the commit. */
  wake(): void;
}

/** The outbox in the database; `wake` is the sender's. */
export function createOutbox(isOn: boolean, wake: () => void): Outbox {
  return {
    isOn,
    async order(inner, { kind, recipient, language, userId, facts }) {
      if (isOn) await inner.insert(outbox).values({ kind, recipient, language, userId, facts });
    },
    wake,
  };
}
