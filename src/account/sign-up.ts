import { sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../http/client";
import { signUpLimits, type TurnedAway } from "../guard/throttle";
import { noteDevice, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** Counts an account that somebody wants to make, before it is known whether there is one. */
export const beginSignUp = ({ throttle }: AccountNeeds, client: Client): Promise<TurnedAway | undefined> =>
  throttle.take(signUpLimits(client));

interface SignedUp {
  email: string;
  /** The id that was answered: the new account's, or nobody's when the address had an account before. */
  userId: string;
  password: string;
}

/**
 * Notes a sign-up and orders its mail, the same for an address that had an account before: only its owner learns which.
 * The browser that made the account is known to it from now on, and stays so when the same password is typed there once
 * more (a double click). With another password it is known no more: that one is another person's, perhaps.
 */
export async function completeSignUp(
  needs: AccountNeeds,
  { email, userId, password }: SignedUp,
  { client, device }: { client: Client; device: Device },
): Promise<void> {
  const { database, throttle, outbox } = needs;
  const made = (await withDeadline(rowsOf(database.orm, sql`select 1 from "user" where id = ${userId}`))).length > 0;
  const isForgotten = !made && (await isOtherPassword(needs, { email, password, device }));
  const mail = { kind: "mail", key: email } as const;
  // Whatever was asked for while nobody had the address is not its owner's; but accounts made again and again are counted.
  const isFirst = made && !(await throttle.take([{ kind: "firstMail", key: email }]));
  if (isFirst) await throttle.forgive([mail]);
  const held = await throttle.take([mail]); // silently: whoever signs up has just been sent one
  await inTransaction(database, async (inner) => {
    await record(inner, { email }, { kind: "sign_up", client });
    if (made) await noteDevice(inner, userId, device);
    if (isForgotten)
      await rowsOf(
        inner,
        sql`delete from gatehouse.device where hash = ${device.hash} and user_id = (select id from "user" where email = ${email} and not email_verified)`,
      );
    if (!held)
      await outbox.order(inner, {
        kind: "verify",
        recipient: email,
        language: client.language,
        facts: { device: device.hash },
      });
  });
  outbox.wake();
}

/**
 * Whether a browser that an unconfirmed account knows typed another password than the account's. The hash is made for
 * such a browser alone: nobody else learns by the time it takes that there is an account.
 */
async function isOtherPassword(
  needs: AccountNeeds,
  typed: { email: string; password: string; device: Device },
): Promise<boolean> {
  const { database, passwords } = needs;
  const { email, password, device } = typed;
  const [known] = await withDeadline(
    rowsOf<{ hash: string | null }>(
      database.orm,
      sql`select a.password as hash from "user" u join gatehouse.device d on d.user_id = u.id
        left join account a on a.user_id = u.id and a.provider_id = 'credential'
        where u.email = ${email} and not u.email_verified and d.hash = ${device.hash}`,
    ),
  );
  if (!known) return false;
  return known.hash === null || !(await passwords.verify({ hash: known.hash, password }));
}
