import { sql } from "drizzle-orm";
import { answerInTime } from "../../db/deadline";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../client";
import { signUpLimits, type TurnedAway } from "../throttle";
import { noteDevice, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** Counts an account that somebody wants to make, before it is known whether there is one. */
export const beginSignUp = ({ throttle }: AccountNeeds, client: Client): Promise<TurnedAway | undefined> =>
  throttle.take(signUpLimits(client));

interface SignedUp {
  email: string;
  /** As it was typed now. */
  password: string;
  /** The id that was answered: the new account's, or nobody's when the address had an account before. */
  userId: string;
}

/**
 * Notes a sign-up and orders its mail, the same for an address that had an account before: only its owner learns which.
 * The browser that made the account is known to it from now on. A browser that signs up for an account that exists is
 * known to it no more, unless the very password was typed again (a double click): else it may be another person's now.
 */
export async function completeSignUp(needs: AccountNeeds, { email, userId, password }: SignedUp, { client, device }: { client: Client; device: Device }): Promise<void> {
  const { database, throttle, outbox } = needs;
  const made = (await answerInTime(rowsOf(database.orm, sql`select 1 from "user" where id = ${userId}`))).length > 0;
  const mail = { kind: "mail", key: email } as const;
  // Whatever was asked for while nobody had the address is not its owner's; but accounts made again and again are counted.
  const isFirst = made && !(await throttle.take([{ kind: "firstMail", key: email }]));
  if (isFirst) await throttle.forgive([mail]);
  const held = await throttle.take([mail]); // silently: whoever signs up has just been sent one
  const isAgain = !made && (await isTypedAgain(needs, { email, password }, device));
  await inTransaction(database, async (inner) => {
    await record(inner, { email }, { kind: "sign_up", client });
    if (made) await noteDevice(inner, userId, device);
    else if (!isAgain) await rowsOf(inner, sql`delete from gatehouse.device where hash = ${device.hash} and user_id = (select id from "user" where email = ${email} and not email_verified)`);
    if (!held) await outbox.order(inner, { kind: "verify", recipient: email, language: client.language, facts: { device: device.hash } });
  });
  outbox.wake();
}

/** Whether a password is that of the unconfirmed account with an address, asked in a browser that has proved it before: nobody else learns it. */
async function isTypedAgain({ database, passwords }: AccountNeeds, typed: { email: string; password: string }, { hash }: Device): Promise<boolean> {
  const [account] = await answerInTime(
    rowsOf<{ password: string }>(
      database.orm,
      sql`select a.password from account a join "user" u on u.id = a.user_id join gatehouse.device d on d.user_id = u.id
        where u.email = ${typed.email} and not u.email_verified and d.hash = ${hash} and a.provider_id = 'credential' and a.password is not null`,
    ),
  );
  return account !== undefined && passwords.verify({ hash: account.password, password: typed.password });
}
