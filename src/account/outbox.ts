import { outbox } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import type { Language } from "../http/language";

/** What is known of a kind of mail before it is written. */
export interface MailKindFacts {
  /** For how long it is worth sending: nobody waits longer for a link that was asked for; a warning is for days. */
  maxAgeHours: number;
  /** Whether somebody sits waiting for it: such mails go first. */
  isLink?: boolean;
}

/** Kinds of mail, by their name in the outbox. */
export type MailKinds = Record<string, MailKindFacts>;

/**
 * The mails of the core. `verify` and `reset` may be asked for by anybody, for any address, so their orders say nothing
 * about whose it is: that is found out when they are sent, and asking takes the same time for every address.
 */
export const coreMailKinds = {
  verify: { maxAgeHours: 3, isLink: true },
  reset: { maxAgeHours: 3, isLink: true },
  confirm_email: { maxAgeHours: 3, isLink: true },
  invitation: { maxAgeHours: 72 },
  email_changed: { maxAgeHours: 72 },
  password_changed: { maxAgeHours: 72 },
  password_removed: { maxAgeHours: 72 },
  new_device: { maxAgeHours: 72 },
  deletion_asked: { maxAgeHours: 72 },
} satisfies MailKinds;

/** A kind of mail of the core. */
export type MailKind = keyof typeof coreMailKinds;

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
