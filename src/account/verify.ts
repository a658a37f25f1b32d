import { sql } from "drizzle-orm";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../client";
import { clientLimits } from "../throttle";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { consume, consumeCode } from "./tokens";

/** Confirms the address a mail went to, by its link: no session is made, and none is needed. */
export async function verifyByLink({ database }: AccountNeeds, token: string, client: Client): Promise<Refusal> {
  const verified = await inTransaction(database, async (inner) => {
    const granted = await consume(inner, "verify", token);
    if (granted) await confirm(inner, granted, client);
    return granted !== undefined;
  });
  return verified ? undefined : { problem: "link_dead" };
}

/** Confirms an address by the six digits in the mail. The answer is the same whether it is nobody's, confirmed already, or the code is wrong. */
export async function verifyByCode({ database, throttle, keys }: AccountNeeds, typed: { email: string; code: string }, client: Client): Promise<Refusal> {
  const limits = [...clientLimits(client), { kind: "code" as const, key: typed.email }];
  const held = await throttle.take(limits);
  if (held) return held;
  const verified = await inTransaction(database, async (inner) => {
    const granted = await consumeCode(inner, "verify", typed, keys);
    if (granted) await confirm(inner, granted, client);
    else await record(inner, { email: typed.email }, { kind: "email_verified", outcome: "refused", client });
    return granted !== undefined;
  });
  if (!verified) return { problem: "code_wrong" };
  await throttle.forgive(limits);
  return undefined;
}

async function confirm(inner: Statements, { userId, email }: { userId: string; email: string }, client: Client) {
  await rowsOf(inner, sql`update "user" set email_verified = true, updated_at = now() where id = ${userId} and email = ${email}`);
  await record(inner, { userId }, { kind: "email_verified", client });
}

/**
 * Orders another mail to an address, or the first with a link for a new password. Whoever has the address, and whether
 * anybody has, is looked up when the mail is sent: asking takes the same time and gets the same answer.
 */
export async function askForMail({ database, throttle, outbox }: AccountNeeds, kind: "verify" | "reset", email: string, client: Client): Promise<Refusal> {
  const held = await throttle.take([...clientLimits(client), { kind: "mail", key: email }]);
  if (held) return held;
  await inTransaction(database, async (inner) => {
    if (kind === "reset") await record(inner, { email }, { kind: "password_reset_asked", client });
    await outbox.order(inner, { kind, recipient: email, language: client.language });
  });
  outbox.wake();
  return undefined;
}
