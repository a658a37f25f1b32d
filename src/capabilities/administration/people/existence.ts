import { eq } from "drizzle-orm";
import { user } from "../../../../db/auth-tables";
import { markForDeletion } from "../../../account/deletion";
import { record, type EventKind } from "../../../account/events";
import { isLastAdmin } from "../../../account/last-admin";
import { keepLanguage } from "../../../account/user-language";
import { email as typedEmail, name as typedName } from "../../../guard/fields";
import { wordsOf, type Language } from "../../../http/language";
import { done, refused, type Result } from "../../../result";
import { administer, begin, clientOf, refuse, refuseTyped, type By, type Hands, type Order } from "./act";

/** How accounts come and go. */

/**
 * Makes an account without a password, and mails its address a link to choose one, by which the address is confirmed;
 * in a language, which is that of later mails too until its owner has signed in. Gives its id. Refused with
 * `email_taken` where somebody has the address, and `mail_off` where nobody could get in.
 */
export async function add(
  hands: Hands,
  { email, name, language, by }: { email: string; name: string; language?: Language; by: By },
): Promise<Result<{ userId: string }>> {
  if (!hands.outbox.isOn) return refuse("mail_off");
  const [address, called] = [typedEmail.safeParse(email), typedName.safeParse(name)];
  if (!address.success) return refuseTyped(address.error);
  if (!called.success) return refuseTyped(called.error);
  const begun = { what: "add", by, language, whenTaken: "email_taken" } as const;
  return begin(hands, begun, async ({ inner, client, order }) => {
    const userId = crypto.randomUUID();
    await inner.insert(user).values({ id: userId, email: address.data, name: called.data, emailVerified: false });
    if (language) await keepLanguage(inner, userId, language);
    // The words of the events are merged with the core's: the cast only widens the union.
    await record(inner, { userId }, { kind: "account_added" as EventKind, client, by });
    await order({ kind: "account_added", recipient: address.data, userId });
    return done({ userId });
  });
}

/**
 * Deletes somebody's account: now, with everything that is kept about them, or as when its owner asks for it, in a week
 * unless they sign in and keep it. They are told by mail. Of one that is gone an event remains, with its id. The last
 * administrator stays.
 */
export function remove(
  hands: Hands,
  { isNow, ...order }: Order & { isNow: boolean },
): Promise<Result<{ dueAt: Date }>> {
  return administer(hands, { ...order, what: "remove" }, async ({ inner, person, language, note, mail, tellLast }) => {
    if (await isLastAdmin(inner, person.id)) return refused("admin_last");
    if (isNow) {
      await inner.delete(user).where(eq(user.id, person.id));
      // Of nobody any more: what is about a user goes with them.
      const [client, kind] = [clientOf(hands), "account_deleted" as EventKind];
      await record(inner, { email: "" }, { kind, client, subject: person.id, by: order.by });
      await tellLast("account_deleted");
      return done({ dueAt: new Date() });
    }
    const dueAt = await markForDeletion(inner, person.id);
    await note("deletion_asked");
    const due = wordsOf(language).instant(dueAt);
    if (person.emailVerified) await mail("deletion_asked", { facts: { due } });
    return done({ dueAt });
  });
}
