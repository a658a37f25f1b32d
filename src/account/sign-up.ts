import { inTransaction } from "../../db/transaction";
import { clientKey, type Client } from "../client";
import type { TurnedAway } from "../throttle";
import { record } from "./events";
import type { AccountNeeds } from "./needs";

/** Counts an account that somebody wants to make, before it is known whether there is one. */
export const beginSignUp = ({ throttle }: AccountNeeds, { address }: Client): Promise<TurnedAway | undefined> =>
  throttle.take(address === "" ? [] : [{ kind: "signUp", key: clientKey(address) }]);

/** Notes it and orders the mail, the same for an address that had an account before: only its owner learns which. */
export async function completeSignUp({ database, throttle, outbox }: AccountNeeds, email: string, client: Client): Promise<void> {
  const held = await throttle.take([{ kind: "mail", key: email }]); // silently: whoever signs up has just been sent one
  await inTransaction(database, async (inner) => {
    await record(inner, { email }, { kind: "sign_up", client });
    if (!held) await outbox.order(inner, { kind: "verify", recipient: email, language: client.language });
  });
  outbox.wake();
}
