import { sql } from "drizzle-orm";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Orm } from "../../db/database";
import type { Client } from "../client";
import { wordsOf } from "../language";
import { passwordLimits, type Limit, type TurnedAway } from "../throttle";
import { deviceName, deviceOf, isKnownDevice, noteDevice, type Device } from "./devices";
import { record } from "./events";
import type { AccountNeeds } from "./needs";
import { lockPerson } from "./person";

/** A try to sign in, from before the password is looked at until after. */
export interface SignInTry {
  email: string;
  client: Client;
  device: Device;
  /** Whether the owner has used the device before. */
  isKnown: boolean;
  limits: Limit[];
}

/** Begins a try: counted against the account and the client before anything is known. A stranger's tries never count against the owner's own device. */
export async function beginSignIn(needs: AccountNeeds, given: { email: string; client: Client; headers: Headers }): Promise<SignInTry | TurnedAway> {
  const { email, client } = given;
  const device = deviceOf(given.headers, needs);
  const isKnown = await isKnownDevice(needs, email, device);
  const limits = passwordLimits(email, client, isKnown ? device.hash : undefined);
  const turnedAway = await needs.throttle.take(limits);
  if (turnedAway?.isNews) await record(needs.database.orm, { email }, { kind: "sign_in", outcome: "held_up", client });
  return turnedAway ?? { email, client, device, isKnown, limits };
}

/** The password was wrong, or there is no such account: the same is done in both cases. */
export const noteRefusal = ({ database }: AccountNeeds, { email, client }: SignInTry): Promise<void> =>
  record(database.orm, { email }, { kind: "sign_in", outcome: "refused", client });

interface NewSession {
  userId: string;
  token: string;
  /** The sessions this browser had until now, whoever's they were. */
  formerTokens: string[];
  /** The hash that the password was right for. */
  verifiedHash: string | undefined;
}

/**
 * Completes a sign-in: the browser's former sessions end, and the oldest of too many; a new device is told of.
 * False when the password was changed while it was being checked: then the new session is gone again, so that nobody
 * who knew only the old password stays (the lock makes a change that is under way decide first).
 */
export async function completeSignIn(needs: AccountNeeds, tried: SignInTry, { userId, token, formerTokens, verifiedHash }: NewSession): Promise<boolean> {
  const { database, throttle, outbox, config } = needs;
  const { client, device } = tried;
  const mayWarn = !tried.isKnown && !(await throttle.take([{ kind: "warning", key: tried.email }]));
  const isStillRight = await inTransaction(database, async (inner) => {
    await lockPerson(inner, userId);
    const [current] = await rowsOf(inner, sql`select 1 from account where user_id = ${userId} and provider_id = 'credential' and password = ${verifiedHash ?? ""}`);
    if (!current) {
      await rowsOf(inner, sql`delete from session where token = ${token}`);
      return false;
    }
    for (const former of formerTokens) await rowsOf(inner, sql`delete from session where token = ${former}`);
    await endOldest(inner, userId, config.sessions.perPerson);
    await record(inner, { userId }, { kind: "sign_in", client });
    const { isNews } = await noteDevice(inner, userId, device);
    if (isNews && mayWarn) await orderNewDeviceMail(needs, inner, tried, userId);
    return true;
  });
  if (isStillRight) await throttle.forgive(tried.limits);
  outbox.wake();
  return isStillRight;
}

/** One person keeps so many sessions; the next one costs the oldest. */
async function endOldest(inner: Statements, userId: string, kept: number) {
  await rowsOf(inner, sql`delete from session where id in (select id from session where user_id = ${userId} order by created_at desc offset ${kept})`);
}

/** Not to an address that never confirmed: it may be a stranger's, who has nothing to do with this. */
async function orderNewDeviceMail({ outbox }: AccountNeeds, inner: Orm, { email, client }: SignInTry, userId: string) {
  const confirmed = await rowsOf(inner, sql`select 1 from "user" where id = ${userId} and email_verified`);
  if (confirmed.length === 0) return;
  const words = wordsOf(client.language);
  const facts = { device: deviceName(client.userAgent, words), address: client.address, at: words.instant(new Date()) };
  await outbox.order(inner, { kind: "new_device", recipient: email, language: client.language, userId, facts });
}
