import { eq } from "drizzle-orm";
import { session, user } from "../../db/auth-tables";
import { isDuplicate } from "../../db/failure";
import { device } from "../../db/own-tables";
import { RefusedForNow } from "../../db/refusal";
import { inTransaction } from "../../db/transaction";
import type { Orm } from "../../db/types";
import { wrongIn } from "../guard/own-words";
import type { ProblemCode } from "../http/problem";
import type { Language } from "../http/language";
import type { Client } from "../http/visit";
import type { Given } from "../process/acts";
import { refused, type Refused, type Result } from "../result";
import { operator, record, type EventKind, type Outcome, type Owner } from "./events";
import { languageOfUser } from "./user-language";
import { createOutbox, type MailKind, type MailOrder } from "./outbox";
import type { Services } from "./services";
import { isNamed } from "./statements";
import { suspensionOf } from "./suspension";
import { consume, type Granted, type Purpose } from "./tokens";
import { lockSignedIn, lockUser } from "./user-lock";

/** Whom an act is about: found, and locked, as the first thing in its transaction. */
export interface Subject<Who extends Owner> {
  find(inner: Orm): Promise<Who | undefined>;
  /** The problem when nobody is found. */
  otherwise: ProblemCode;
}

/** A user who acts with a session: it must not have ended since the request came in. */
export const bySession = (by: { userId: string; sessionId: string }): Subject<{ userId: string }> => ({
  find: async (inner) => ((await lockSignedIn(inner, by)) ? by : undefined),
  otherwise: "signed_out",
});

/** A user who is known already. */
export const byUser = (userId: string): Subject<{ userId: string }> => ({
  find: async (inner) => ((await lockUser(inner, userId)) ? { userId } : undefined),
  otherwise: "signed_out",
});

/** A user on the way in, before there is a session: nothing is done for whoever was suspended since the way began. */
export const byArriving = (userId: string): Subject<{ userId: string }> => ({
  find: async (inner) =>
    (await lockUser(inner, userId)) && (await suspensionOf(inner, userId)) === undefined ? { userId } : undefined,
  otherwise: "signed_out",
});

/** Whoever has an email address, perhaps nobody: nothing is locked, so that the answer takes the same time for all. */
export const byEmail = (email: string): Subject<{ email: string }> => ({
  find: () => Promise.resolve({ email }),
  otherwise: "malformed",
});

/** The user whom a mail's link is about; the link is used up by the act, and by nothing less than the whole act. */
export const byLink = (purpose: Purpose, token: string): Subject<Granted> => ({
  find: (inner) => consume(inner, purpose, token),
  otherwise: "link_dead",
});

/** What an act can do besides its own statements, in the same transaction. */
export interface Acting<Who> {
  inner: Orm;
  who: Who;
  /** Adds an event about the subject, from this visit; `to` is what it was done to, where that is something else. */
  record(kind: EventKind, outcome?: Outcome, to?: string | null): Promise<void>;
  /** Orders a mail, in the visit's language unless another is named; it is sent after the commit, and only then. */
  order(mail: Omit<MailOrder, "language"> & { language?: Language }): Promise<void>;
}

/** From where, about whom, and what it is to be refused with. */
export interface Occasion<Who extends Owner> {
  visit: Client;
  subject: Subject<Who>;
  /** The problem when a row that must be the only one of its kind is there already, such as an email address. */
  whenTaken?: ProblemCode;
}

/**
 * Does something to an account in one transaction: locks its user, does the work, commits, and wakes the sender of
 * mails. A refusal, by the subject or by the work, changes nothing: everything is rolled back. Throws what the
 * database throws.
 */
export async function act<Who extends Owner, Value>(
  { database, outbox }: Pick<Services, "database" | "outbox">,
  { visit, subject, whenTaken }: Occasion<Who>,
  work: (acting: Acting<Who>) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  let hasOrdered = false;
  try {
    const result = await inTransaction(database, async (inner) => {
      const who = await subject.find(inner);
      if (!who) throw new RolledBack(refused(subject.otherwise));
      const worked = await work({
        inner,
        who,
        record: (kind, outcome, to) => record(inner, who, { kind, outcome, client: visit, subject: to }),
        order(mail) {
          hasOrdered = true;
          return outbox.order(inner, { language: visit.language, ...mail });
        },
      });
      if (!worked.ok) throw new RolledBack(worked);
      return worked;
    });
    if (hasOrdered) outbox.wake();
    return result;
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal;
    if (whenTaken && isDuplicate(error)) return refused(whenTaken);
    throw error;
  }
}

/** Ends a transaction that is to change nothing. */
class RolledBack extends Error {
  constructor(readonly refusal: Refused) {
    super(refusal.problem);
  }
}

/** Takes a way off an account, and what is told of it. */
export interface Removal {
  /** False where there was none. */
  remove(inner: Orm, userId: string): Promise<boolean>;
  /** The kind of the event, and of the mail if there is one. */
  event: string;
  mail?: string;
}

/** A way in that an operator takes off a user's account. */
interface TakenOff extends Removal {
  /** An email address or an id. */
  who: string;
  /** Why, in the operator's words. */
  reason?: string;
}

type TakingOff = Pick<Given, "database" | "config" | "wake">;

/**
 * Takes a way in off a user's account at once, for an operator who knows whom they are talking to: the user is signed
 * out everywhere, and no browser is known any more. False when there was none; throws RefusedForNow where nobody is
 * named so, and for a reason that nobody could read.
 */
export async function takeOff({ database, config, wake }: TakingOff, taken: TakenOff): Promise<boolean> {
  const { who, event, reason = "", mail, remove } = taken;
  let hasOrdered = false;
  const wasThere = await database.transactionWithoutDeadlines(async (inner) => {
    if (wrongIn(reason)) throw new RefusedForNow("--reason: at most 500 characters, and no control characters.");
    const { id, email: recipient, emailVerified } = user;
    const [owner] = await inner
      .select({ id, recipient, emailVerified })
      .from(user)
      .where(isNamed(who))
      .for("no key update");
    if (!owner) throw new RefusedForNow("Nobody has this email address or id.");
    if (!(await remove(inner, owner.id))) return false;
    const language = await languageOfUser(inner, owner.id, config);
    await inner.delete(session).where(eq(session.userId, owner.id));
    await inner.delete(device).where(eq(device.userId, owner.id));
    const by = { actor: operator, reason };
    // Both kinds are texts in their columns; the capability has the words for them.
    await record(inner, { userId: owner.id }, { kind: event as EventKind, by });
    if (!mail || !owner.emailVerified) return true;
    const order = { kind: mail as MailKind, recipient: owner.recipient, language, userId: owner.id };
    await createOutbox(config.mail.isOn, wake).order(inner, order);
    hasOrdered = true;
    return true;
  });
  if (hasOrdered) wake();
  return wasThere;
}
