import { sql } from "drizzle-orm";
import type { Orm } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Client } from "../http/client";
import type { Problem } from "../http/problem";
import { noteDevice, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds } from "./needs";
import { endOthers } from "./sessions";
import { consume, endTokens, grant, peek } from "./tokens";

/** Whose password is to be chosen. */
interface ResetOwner {
  email: string;
  name: string;
  emailVerified: boolean;
}

/** Whose account a link for a new password opens; undefined when it opens none. Looking uses nothing up. */
export async function ownerOfResetLink({ database }: AccountNeeds, token: string): Promise<ResetOwner | undefined> {
  const granted = await peek(database.orm, "reset", token);
  if (!granted) return undefined;
  const { userId, email } = granted;
  const found = sql`select email, name, email_verified as "emailVerified" from "user" where id = ${userId} and email = ${email}`;
  const [owner] = await withDeadline(rowsOf<ResetOwner>(database.orm, found));
  return owner;
}

/**
 * Sets a new password with the link from a mail. Every session ends, so do links that were asked for, the address is confirmed
 * (the mail arrived there), this browser is known from now on, and the owner is told by mail. `email` is whose link it is, by ownerOfResetLink: ask that first, it costs
 * no hash. False when the link opens nothing any more.
 */
export async function resetPassword(
  needs: AccountNeeds,
  { token, password, email }: { token: string; password: string; email: string },
  client: Client,
  device: Device,
): Promise<boolean> {
  const hash = await needs.passwords.admit(() => needs.passwords.hash(password));
  const done = await inTransaction(needs.database, async (inner) => {
    const granted = await consume(inner, "reset", token);
    if (!granted || !(await hasAddress(inner, granted))) return false;
    await confirmOwner(inner, granted);
    await setPassword(inner, granted.userId, hash);
    await endAccess(inner, granted.userId);
    await noteDevice(inner, granted.userId, device);
    await record(inner, { userId: granted.userId }, { kind: "password_reset", client });
    await needs.outbox.order(inner, {
      kind: "password_changed",
      recipient: granted.email,
      language: client.language,
      userId: granted.userId,
    });
    return true;
  });
  needs.outbox.wake();
  if (done) await needs.throttle.forgive([{ kind: "password", key: email }]); // whoever guessed before has the old password to guess
  return done;
}

/**
 * The reader of the mail owns the address. Before it was confirmed, a stranger may have made the account: their name and
 * picture go, and so does an end of it that they asked for.
 */
async function confirmOwner(inner: Statements, { userId }: { userId: string }) {
  const taken = await rowsOf(
    inner,
    sql`update "user" set name = split_part(email, '@', 1), image = null, email_verified = true, updated_at = now()
      where id = ${userId} and not email_verified returning 1`,
  );
  if (taken.length > 0) await rowsOf(inner, sql`delete from gatehouse.deletion where user_id = ${userId}`);
}

/** An account that has no password yet, or one that cannot be read any more, gets one too. */
async function setPassword(inner: Statements, userId: string, hash: string) {
  await rowsOf(
    inner,
    sql`insert into account (id, account_id, provider_id, user_id, password, created_at, updated_at)
      values (${crypto.randomUUID()}, ${userId}, 'credential', ${userId}, ${hash}, now(), now())
      on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
  );
}

/** Nobody stays: no session, no known device, no link that somebody asked for. */
export async function endAccess(inner: Statements, userId: string): Promise<void> {
  await endOthers(inner, userId);
  await endTokens(inner, userId);
}

/**
 * "This was not me", from a mail that warned: everybody is signed out, a deletion is stopped, and a reset starts. Gives
 * the token for choosing a new password, which the reader of the mail could ask for anyway.
 */
export async function secureAccount(
  { database, keys }: AccountNeeds,
  token: string,
  client: Client,
): Promise<{ resetToken: string } | Problem> {
  const resetToken = await inTransaction(database, async (inner) => {
    const granted = await consume(inner, "not_me", token);
    if (!granted || !(await hasAddress(inner, granted))) return undefined;
    await endAccess(inner, granted.userId);
    await clearPassword(inner, granted.userId);
    await rowsOf(inner, sql`delete from gatehouse.deletion where user_id = ${granted.userId}`);
    await record(inner, { userId: granted.userId }, { kind: "account_secured", client });
    return startReset(inner, granted, keys);
  });
  return resetToken === undefined ? { problem: "link_dead" } : { resetToken };
}

/** Somebody else may know the password: until a new one is chosen, by mail, none opens. */
export async function clearPassword(inner: Statements, userId: string): Promise<void> {
  await rowsOf(
    inner,
    sql`update account set password = null, updated_at = now() where user_id = ${userId} and provider_id = 'credential'`,
  );
}

/** A mail speaks for an account only as long as the account has the address it went to. */
async function hasAddress(inner: Statements, { userId, email }: { userId: string; email: string }): Promise<boolean> {
  return (await rowsOf(inner, sql`select 1 from "user" where id = ${userId} and email = ${email}`)).length > 0;
}

/** The token for choosing a new password, for whoever has just proved to read the owner's mail. */
export async function startReset(
  inner: Orm,
  { userId, email }: { userId: string; email: string },
  keys: AccountNeeds["keys"],
): Promise<string> {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  await grant(inner, { token }, { purpose: "reset", userId, email }, keys);
  return token;
}
