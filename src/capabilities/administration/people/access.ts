import { eq, sql } from "drizzle-orm";
import { suspension } from "../../../../db/own-tables";
import { operator, type EventKind } from "../../../account/events";
import type { Removal } from "../../../account/act";
import { isLastAdmin } from "../../../account/last-admin";
import { endAccess, endOthers } from "../../../account/sessions";
import { clearPassword } from "../../../account/statements";
import { isHeld } from "../../../account/suspension";
import { wrongIn } from "../../../guard/own-words";
import { wordsOf } from "../../../http/language";
import { done, refused, type Result } from "../../../result";
import type { AdministrationMail } from "../letters";
import { administer, refuse, type Hands, type Order } from "./act";

/** What happens to somebody's ways in. Each is told of by mail, at an address that was confirmed. */

/** How many sessions were ended. */
interface Ended {
  sessions: number;
}

/**
 * Keeps somebody out by every way, until a time or until it is ended; every session ends. They are told `words`, after
 * the right password. Done once more, it replaces the time and the words. An administrator cannot suspend the last
 * one; an operator can.
 */
export function suspend(
  hands: Hands,
  { until, words = "", ...order }: Order & { until?: Date; words?: string },
): Promise<Result<Ended>> {
  const { userId, by } = order;
  return administer(hands, { ...order, what: "suspend" }, async ({ inner, language, note, tell }) => {
    if (until && !(until.getTime() > Date.now())) return refuse("until_past");
    const wrong = wrongIn(words);
    if (wrong) return refuse(wrong);
    if (by.actor !== operator && (await isLastAdmin(inner, userId))) return refused("admin_last");
    const sessions = await endOthers(inner, userId);
    const set = { reason: words, by: by.actor, at: sql`now()`, until: until ?? null };
    await inner
      .insert(suspension)
      .values({ userId, ...set })
      .onConflictDoUpdate({ target: suspension.userId, set });
    await note("suspended", until?.toISOString());
    const day = until ? wordsOf(language).instant(until) : "";
    await tell("account_suspended", { until: day, words });
    return done({ sessions });
  });
}

/** Ends a suspension; gives whether there was one. */
export function resume(hands: Hands, order: Order): Promise<Result<{ wasSuspended: boolean }>> {
  return administer(hands, { ...order, what: "resume" }, async ({ inner, person, note, tell }) => {
    const ended = await inner
      .delete(suspension)
      .where(eq(suspension.userId, person.id))
      .returning({ wasHeld: sql<boolean>`${isHeld}` });
    const wasSuspended = ended[0]?.wasHeld ?? false;
    if (wasSuspended) {
      await note("resumed");
      await tell("account_resumed");
    }
    return done({ wasSuspended });
  });
}

/** Signs somebody out everywhere. */
export function signOut(hands: Hands, order: Order): Promise<Result<Ended>> {
  return administer(hands, { ...order, what: "signOut" }, async ({ inner, person, note, tell }) => {
    const sessions = await endOthers(inner, person.id);
    await note("signed_out_everywhere");
    await tell("account_signed_out");
    return done({ sessions });
  });
}

/**
 * Takes somebody's password away, because others may know it: every session and every link ends, and a mail has a link
 * to choose another one. Refused with `mail_off` where nobody could choose one.
 */
export async function requireNewPassword(hands: Hands, order: Order): Promise<Result> {
  if (!hands.outbox.isOn) return refuse("mail_off");
  return administer(hands, { ...order, what: "requireNewPassword" }, async ({ inner, person, note, mail }) => {
    await clearPassword(inner, person.id);
    await endAccess(inner, person.id);
    await note("password_required");
    await mail("account_password_required");
    return done();
  });
}

/**
 * Takes a way in, or what backs one, off somebody's account who has lost it: they are signed out everywhere, and told
 * by mail where the way has one. Gives whether it was there.
 */
export function takeOffWay(
  hands: Hands,
  { removal, ...order }: Order & { removal: Removal },
): Promise<Result<{ wasThere: boolean }>> {
  return administer(hands, { ...order, what: "takeOffWay" }, async ({ inner, person, note, tell }) => {
    if (!(await removal.remove(inner, person.id))) return done({ wasThere: false as boolean });
    await endOthers(inner, person.id);
    // Both kinds are texts in their columns; the capability of the way has the words for them.
    await note(removal.event as EventKind);
    if (removal.mail) await tell(removal.mail as AdministrationMail);
    return done({ wasThere: true });
  });
}

/**
 * Mails somebody a link by which they choose a new password and are signed in: for an hour, and once. Nobody else sees
 * it, the administrator neither. Refused with `mail_off` where there is no mail.
 */
export async function sendLink(hands: Hands, order: Order): Promise<Result> {
  if (!hands.outbox.isOn) return refuse("mail_off");
  return administer(hands, { ...order, what: "sendLink" }, async ({ note, mail }) => {
    await note("link_sent");
    await mail("account_link");
    return done();
  });
}
