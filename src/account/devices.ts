import { and, eq, ne, sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { device } from "../../db/own-tables";
import { rowsOf } from "../../db/transaction";
import type { Orm } from "../../db/types";
import { deviceCookie, readSealedCookie, setSealedCookie, signCookieAgain } from "../http/cookies";
import type { Language } from "../http/language";
import type { Visit } from "../http/visit";
import { sha256 } from "../guard/keys";
import { keepLanguage } from "./user-language";
import type { Services } from "./services";
import { idOfUserWith } from "./statements";

/** A browser, as its device cookie tells; the cookie is signed, so none can be invented. */
export interface Device {
  hash: string;
  /** The language of the pages there. */
  language: Language;
  /** The `Set-Cookie` line that makes the browser keep it; undefined when it does already. */
  cookie?: string;
}

const devices = new WeakMap<Visit, Device>();

/** The device of a visit; a new one, the same for the whole visit, when its browser has no device cookie of ours. */
export function deviceOf(visit: Visit, services: Pick<Services, "config" | "keys">): Device {
  const device = devices.get(visit) ?? readDevice(visit, services);
  devices.set(visit, device);
  return device;
}

function readDevice({ cookies, language }: Visit, { config, keys }: Pick<Services, "config" | "keys">): Device {
  const seal = { keys: keys.device, secure: config.secure };
  const known = readSealedCookie(deviceCookie, cookies, seal);
  if (known !== undefined) return { hash: sha256(known), language };
  const made = crypto.randomUUID();
  return { hash: sha256(made), language, cookie: setSealedCookie(deviceCookie, made, seal) };
}

/** The `Set-Cookie` line for a device whose secret no longer signs; undefined when nothing need be set. */
export const signDeviceAgain = (
  { cookies }: Pick<Visit, "cookies">,
  { config, keys }: Pick<Services, "config" | "keys">,
): string | undefined => signCookieAgain(deviceCookie, cookies, { keys: keys.device, secure: config.secure });

/** Whether the user with an email address, if there is one, has signed in with a device before. */
export async function isKnownDevice(
  { database }: Pick<Services, "database">,
  email: string,
  { hash, cookie }: Device,
): Promise<boolean> {
  if (cookie !== undefined) return false;
  const theirs = and(eq(device.hash, hash), eq(device.userId, idOfUserWith(email)));
  return (await withDeadline(database.orm.select({ hash: device.hash }).from(device).where(theirs))).length > 0;
}

/**
 * Notes that a user used a device, and which language they read there. Tells whether it was new, to a user who had used
 * another one before.
 */
export async function noteDevice(
  inner: Orm,
  userId: string,
  { hash, language }: Device,
): Promise<{ isNewDevice: boolean }> {
  const [noted] = await rowsOf<{ isNew: boolean; before: number; kept: string | null }>(
    inner,
    sql`insert into gatehouse.device (user_id, hash) values (${userId}, ${hash})
      on conflict (user_id, hash) do update set last_seen_at = now()
      returning created_at = now() as "isNew",
        (select count(*)::int from gatehouse.device where user_id = ${userId}) as before,
        (select language from gatehouse.user_language where user_id = ${userId}) as kept`,
  );
  const { isNew = false, before = 0, kept } = noted ?? {};
  if (kept !== language) await keepLanguage(inner, userId, language);
  if (before + Number(isNew) > mostDevices) await forgetOldest(inner, userId);
  return { isNewDevice: isNew && before > 0 };
}

async function forgetOldest(inner: Orm, userId: string): Promise<void> {
  await rowsOf(
    inner,
    sql`delete from gatehouse.device where user_id = ${userId} and hash in
      (select hash from gatehouse.device where user_id = ${userId} order by last_seen_at desc offset ${mostDevices})`,
  );
}

const mostDevices = 100;

/** Forgets every device of a user, but one if it is given: on the others the user is not known any more. */
export async function forgetDevices(inner: Orm, userId: string, except?: Device): Promise<void> {
  await inner.delete(device).where(and(eq(device.userId, userId), ne(device.hash, except?.hash ?? "")));
}

/**
 * Whether an account's password was proved with a device: the browser made the account, signed in or chose the
 * password.
 */
export async function hasUsed(on: Orm, userId: string, hash: string): Promise<boolean> {
  const used = and(eq(device.userId, userId), eq(device.hash, hash));
  return (await on.select({ hash: device.hash }).from(device).where(used)).length > 0;
}
