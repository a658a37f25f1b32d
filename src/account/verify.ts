import { sql } from "drizzle-orm";
import type { Orm } from "../../db/types";
import { inTransaction, rowsOf } from "../../db/transaction";
import type { Client } from "../http/client";
import type { Problem } from "../http/problem";
import { clientLimits } from "../guard/throttle";
import { hasUsed, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds, Refusal } from "./needs";
import { startReset } from "./recover";
import { consume, consumeCode } from "./tokens";

/** What a link did: the address is confirmed; or, with a token, a new password is to be chosen first. */
export type Proved = { resetToken?: string } | Problem;

/** Who shows a link or a code. */
interface Shown {
  client: Client;
  device: Device;
}

/** Confirms the address a mail went to, by its link: no session is made, and none is needed. */
export async function verifyByLink({ database, keys }: AccountNeeds, token: string, shown: Shown): Promise<Proved> {
  const proved = await inTransaction(database, async (inner) => {
    const granted = await consume(inner, "verify", token);
    return granted && prove(inner, granted, { ...shown, keys });
  });
  return proved ?? { problem: "link_dead" };
}

/**
 * Confirms an address by the six digits in the mail. The answer is the same whether it is nobody's, confirmed already,
 * the code is wrong, or it was typed in a browser that is not known to the account.
 */
export async function verifyByCode(
  needs: AccountNeeds,
  typed: { email: string; code: string },
  { client, device }: Shown,
): Promise<Refusal> {
  const { database, throttle, keys } = needs;
  const limits = [...clientLimits(client), { kind: "code" as const, key: typed.email }];
  const held = await throttle.take(limits);
  if (held) return held;
  const isProved = await inTransaction(database, async (inner) => {
    const granted = await consumeCode(inner, "verify", { ...typed, device: device.hash }, keys);
    if (granted) await confirm(inner, granted, client);
    else await record(inner, { email: typed.email }, { kind: "email_verified", outcome: "refused", client });
    return granted !== undefined;
  });
  if (!isProved) return { problem: "code_wrong" };
  await throttle.forgive(limits);
  return undefined;
}

/**
 * A mail proves the mailbox. Only a browser that has proved the account's password as well confirms the account: else a
 * stranger who made it, with a password of theirs, would have the reader of the mail confirm it. Anywhere else the
 * reader chooses a new password, which ends whatever the stranger has.
 */
async function prove(
  inner: Orm,
  owner: Owner,
  { client, device, keys }: Shown & Pick<AccountNeeds, "keys">,
): Promise<Proved> {
  if (!(await hasUsed(inner, owner.userId, device.hash))) return { resetToken: await startReset(inner, owner, keys) };
  await confirm(inner, owner, client);
  return {};
}

interface Owner {
  userId: string;
  email: string;
}

async function confirm(inner: Orm, { userId, email }: Owner, client: Client) {
  await rowsOf(
    inner,
    sql`update "user" set email_verified = true, updated_at = now() where id = ${userId} and email = ${email}`,
  );
  await record(inner, { userId }, { kind: "email_verified", client });
}

/** A mail that anybody may ask for; what one to confirm says depends on the browser that asks. */
type MailAsked = { kind: "reset"; email: string } | { kind: "verify"; email: string; device: Device };

/**
 * Orders another mail to an address, or the first with a link for a new password. Whoever has the address, and whether
 * anybody has, is looked up when the mail is sent: asking takes the same time and gets the same answer.
 */
export async function orderMail(
  { database, throttle, outbox }: AccountNeeds,
  asked: MailAsked,
  client: Client,
): Promise<Refusal> {
  const { kind, email } = asked;
  const held = await throttle.take([...clientLimits(client), { kind: "mail", key: email }]);
  if (held) return held;
  await inTransaction(database, async (inner) => {
    if (kind === "reset") await record(inner, { email }, { kind: "password_reset_asked", client });
    const facts: Record<string, string> = asked.kind === "verify" ? { device: asked.device.hash } : {};
    await outbox.order(inner, { kind, recipient: email, language: client.language, facts });
  });
  outbox.wake();
  return undefined;
}
