import { sql, type SQL } from "drizzle-orm";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../client";
import { signUpLimits, type TurnedAway } from "../throttle";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** Counts an account that somebody wants to make, before it is known whether there is one. */
export const beginSignUp = ({ throttle }: AccountNeeds, client: Client): Promise<TurnedAway | undefined> =>
  throttle.take(signUpLimits(client));

/** Notes it and orders the mail, the same for an address that had an account before: only its owner learns which. */
export async function completeSignUp({ database, throttle, outbox }: AccountNeeds, email: string, client: Client): Promise<void> {
  const held = await throttle.take([{ kind: "mail", key: email }]); // silently: whoever signs up has just been sent one
  await inTransaction(database, async (inner) => {
    await record(inner, { email }, { kind: "sign_up", client });
    await rowsOf(inner, endContestedCodes(email));
    if (!held) await outbox.order(inner, { kind: "verify", recipient: email, language: client.language });
  });
  outbox.wake();
}

/** A code that went out for somebody else's account of the same address must not confirm it for them any more. */
const endContestedCodes = (email: string) =>
  sql`delete from gatehouse.mail_token where purpose = 'verify' and user_id in (${contested(sql`(select id from "user" where email = ${email})`)})`;

/**
 * The account itself when it was signed up for from several places, else no row: then nobody knows whose password it
 * has, and no code of the one may confirm the account of the other. Whoever reads the mail gets in by choosing a new one.
 */
export const contested = (userId: SQL): SQL => sql`
  select user_id from gatehouse.event where kind = 'sign_up' and user_id = ${userId}
  group by user_id having count(distinct client_address) > 1`;
