import { sql } from "drizzle-orm";
import { inTransaction, rowsOf, type Statements } from "../../db/transaction";
import type { Orm } from "../../db/types";
import type { Client } from "../http/client";
import { wordsOf } from "../http/language";
import { passwordLimits, type Limit, type TurnedAway } from "../guard/throttle";
import { deviceName, deviceOf, isKnownDevice, noteDevice, type Device } from "./devices";
import { record, recordSignIn } from "./events";
import type { AccountNeeds } from "./needs";
import { lockUser } from "./user-lock";
import { mayWarn, warn } from "./warn";

/** A try to sign in, from before the password is looked at until after. */
export interface SignInTry {
  email: string;
  client: Client;
  device: Device;
  /** Whether the owner has used the device before. */
  isKnown: boolean;
  limits: Limit[];
}

/**
 * Begins a try: counted against the account and the client before anything is known, and as a right one too, so that
 * not even the owner can have hashes made without end. A stranger's tries never count against the owner's own device.
 */
export async function beginSignIn(
  needs: AccountNeeds,
  given: { email: string; client: Client; headers: Headers },
): Promise<SignInTry | TurnedAway> {
  const { email, client } = given;
  const device = deviceOf(given.headers, needs);
  const isKnown = await isKnownDevice(needs, email, device);
  const limits = passwordLimits(email, client, isKnown ? device.hash : undefined);
  const turnedAway = await needs.throttle.take([...limits, rightOnes(email)]);
  if (turnedAway?.isNews) await record(needs.database.orm, { email }, { kind: "sign_in", outcome: "held_up", client });
  return turnedAway ?? { email, client, device, isKnown, limits };
}

const rightOnes = (email: string): Limit => ({ kind: "signIn", key: email });

/** The password was wrong, or there is no such account: the same is done in both cases. It was no right one, or strangers could use up the owner's. */
export async function noteRefusal({ database, throttle }: AccountNeeds, { email, client }: SignInTry): Promise<void> {
  await throttle.forgive([rightOnes(email)]);
  await record(database.orm, { email }, { kind: "sign_in", outcome: "refused", client });
}

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
export async function completeSignIn(
  needs: AccountNeeds,
  tried: SignInTry,
  { userId, token, formerTokens, verifiedHash }: NewSession,
): Promise<boolean> {
  const { database, throttle, outbox, config } = needs;
  const { client, device } = tried;
  const isWarned = !tried.isKnown && (await mayWarn(needs, "new_device", { userId, email: tried.email }));
  const isStillRight = await inTransaction(database, async (inner) => {
    await lockUser(inner, userId);
    const [current] = await rowsOf(
      inner,
      sql`select 1 from account where user_id = ${userId} and provider_id = 'credential' and password = ${verifiedHash ?? ""}`,
    );
    if (!current) {
      await rowsOf(inner, sql`delete from session where token = ${token}`);
      return false;
    }
    for (const former of formerTokens) await rowsOf(inner, sql`delete from session where token = ${former}`);
    await endOldest(inner, userId, config.sessions.perPerson);
    await recordSignIn(inner, userId, client);
    const { isNews } = await noteDevice(inner, userId, device);
    if (isNews && isWarned) await orderNewDeviceMail(needs, inner, tried, userId);
    return true;
  });
  if (isStillRight) await throttle.forgive(tried.limits);
  outbox.wake();
  return isStillRight;
}

/** One person keeps so many sessions; the next one costs the oldest. */
async function endOldest(inner: Statements, userId: string, kept: number) {
  await rowsOf(
    inner,
    sql`delete from session where id in (select id from session where user_id = ${userId} order by created_at desc offset ${kept})`,
  );
}

async function orderNewDeviceMail(needs: AccountNeeds, inner: Orm, { email, client }: SignInTry, userId: string) {
  const words = wordsOf(client.language);
  const facts = { device: deviceName(client.userAgent, words), address: client.ip, at: words.instant(new Date()) };
  await warn(needs, inner, { kind: "new_device", recipient: email, language: client.language, userId, facts });
}
