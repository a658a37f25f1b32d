import Bowser from "bowser";
import { sql } from "drizzle-orm";
import { withDeadline } from "../../db/deadline";
import { rowsOf, type Statements } from "../../db/transaction";
import type { Words } from "../../views/words";
import { deviceCookie, readSealedCookie, setSealedCookie } from "../http/cookies";
import { sha256 } from "../guard/keys";
import type { AccountNeeds } from "./needs";

/** A browser, as its device cookie tells; the cookie is signed, so none can be invented. */
export interface Device {
  hash: string;
  /** The line that makes the browser keep it; undefined when it does already. */
  cookie?: string;
}

/** The device a request comes from; a new one when its browser has no device cookie of ours. */
export function deviceOf(headers: Headers, { config, keys }: Pick<AccountNeeds, "config" | "keys">): Device {
  const known = readSealedCookie(deviceCookie, keys.device, headers, config);
  if (known !== undefined) return { hash: sha256(known) };
  const made = crypto.randomUUID();
  return { hash: sha256(made), cookie: setSealedCookie(deviceCookie, made, keys.device, config) };
}

/** Whether the person with an address, if there is one, has signed in with a device before. */
export async function isKnownDevice(
  { database }: Pick<AccountNeeds, "database">,
  email: string,
  { hash, cookie }: Device,
): Promise<boolean> {
  if (cookie !== undefined) return false;
  const rows = await withDeadline(
    rowsOf(
      database.orm,
      sql`select 1 from gatehouse.device where hash = ${hash} and user_id = (select id from "user" where email = ${email})`,
    ),
  );
  return rows.length > 0;
}

/** Notes that a person used a device. Tells whether it was new, to somebody who had used another one before. */
export async function noteDevice(inner: Statements, userId: string, { hash }: Device): Promise<{ isNews: boolean }> {
  const [noted] = await rowsOf<{ isNew: boolean; others: number }>(
    inner,
    sql`insert into gatehouse.device (user_id, hash) values (${userId}, ${hash})
      on conflict (user_id, hash) do update set last_seen_at = now()
      returning created_at = now() as "isNew", (select count(*)::int from gatehouse.device where user_id = ${userId}) as others`,
  );
  await rowsOf(
    inner,
    sql`delete from gatehouse.device where user_id = ${userId} and hash in (select hash from gatehouse.device where user_id = ${userId} order by last_seen_at desc offset ${mostDevices})`,
  );
  return { isNews: noted?.isNew === true && noted.others > 0 };
}

const mostDevices = 100;

/** Forgets every device of a person but one: from there, nobody is known any more. */
export async function forgetDevices(inner: Statements, userId: string, except?: Device): Promise<void> {
  await rowsOf(inner, sql`delete from gatehouse.device where user_id = ${userId} and hash <> ${except?.hash ?? ""}`);
}

/** Whether an account's password was proved with a device: the browser made the account, signed in or chose the password. */
export async function hasUsed(on: Statements, userId: string, hash: string): Promise<boolean> {
  return (
    (await rowsOf(on, sql`select 1 from gatehouse.device where user_id = ${userId} and hash = ${hash}`)).length > 0
  );
}

/** What to call the device behind a `User-Agent` header: "Firefox on Windows". */
export function deviceName(userAgent: string | null, words: Words): string {
  if (!userAgent) return words.sessions.unknownDevice;
  const { browser, os } = Bowser.parse(userAgent);
  if (!isKnownName(Bowser.BROWSER_MAP, browser.name)) return words.sessions.unknownDevice;
  return isKnownName(Bowser.OS_MAP, os.name) ? words.sessions.on(browser.name, os.name) : browser.name;
}

/** Of a browser that it does not know, Bowser takes the name from the header: whoever signs in could write our mails. */
const isKnownName = (names: Record<string, string>, name: string | undefined): name is string =>
  name !== undefined && Object.values(names).includes(name);
