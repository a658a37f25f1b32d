import { sql } from "drizzle-orm";
import type { Orm } from "../../../db/types";
import { rowsOf } from "../../../db/transaction";
import { equalInConstantTime, hmacSha256, randomToken, type KeyRing } from "../../guard/keys";
import { readCookie, setCookie, type OwnCookie } from "../../http/cookies";
import type { Visit } from "../../http/visit";
import type { Config } from "../../settings/config";
import { hours, minutes } from "../../time";

/**
 * Challenges that need no row and no hash of a password: each carries its own time and a signature, so that asking for
 * a million of them leaves nothing behind. Only an answer is kept, until the challenge expires: it is good for one.
 */

/** What a challenge is for: an answer to one is none to another. */
export interface Occasion {
  act: "sign-in" | "prove" | "add" | "sign-up";
  /** Who is signed in; empty where that is still to be found out. */
  userId: string;
  /** The browser that asked, by its cookie. */
  browser: string;
}

const lifetimeSeconds = 10 * minutes;
/** How long it is known that one was answered: none is good for longer, also where a clock was set back meanwhile. */
const keptSeconds = 2 * lifetimeSeconds;
const timeBytes = 6;
const randomBytes = 16;
const signatureBytes = 16; // 128 bits, for ten minutes

/** A new challenge, in base64url. */
export function makeChallenge([key]: KeyRing, occasion: Occasion): string {
  const payload = Buffer.alloc(timeBytes + randomBytes);
  payload.writeUIntBE(Math.floor(Date.now() / 1000) + lifetimeSeconds, 0, timeBytes);
  crypto.getRandomValues(payload.subarray(timeBytes));
  return Buffer.concat([payload, signatureOf(key, occasion, payload)]).toString("base64url");
}

/** Whether a challenge is ours, made for this occasion and not too old. Whether it was answered, `answer` says. */
export function isGood(keys: KeyRing, occasion: Occasion, challenge: string): boolean {
  const bytes = Buffer.from(challenge, "base64url");
  if (bytes.toString("base64url") !== challenge || bytes.length !== timeBytes + randomBytes + signatureBytes)
    return false;
  const payload = bytes.subarray(0, timeBytes + randomBytes);
  const given = bytes.subarray(payload.length).toString("base64url");
  const isOurs = keys.some((key) =>
    equalInConstantTime(given, signatureOf(key, occasion, payload).toString("base64url")),
  );
  const leftSeconds = payload.readUIntBE(0, timeBytes) - Date.now() / 1000;
  return isOurs && leftSeconds > 0 && leftSeconds < keptSeconds;
}

const signatureOf = (key: string, { act, userId, browser }: Occasion, payload: Buffer) =>
  Buffer.from(
    hmacSha256(key, JSON.stringify([act, userId, browser, payload.toString("base64url")])),
    "base64url",
  ).subarray(0, signatureBytes);

/** Uses a challenge up; false when it was answered before, or is being answered at this moment. */
export async function answer(inner: Pick<Orm, "execute">, challenge: string): Promise<boolean> {
  const answered = await rowsOf(
    inner,
    sql`insert into gatehouse.passkey_answered (challenge, expires_at)
      values (${challenge}, now() + make_interval(secs => ${keptSeconds})) on conflict do nothing returning 1`,
  );
  return answered.length > 0;
}

/** Says which browser a challenge was made for. */
const browserCookie: OwnCookie = { name: "passkeys", maxAgeSeconds: 1 * hours };

/**
 * The browser of a visit, and the `Set-Cookie` line by which it is known again. It says itself whether its own device
 * could keep a passkey.
 */
export function browserOf(visit: Visit, config: Config): { browser: string; cookie: string } {
  const isLocal = isEquipped(visit, config) || new URL(visit.request.url).searchParams.has("local");
  const browser = knownBrowser(visit, config) || randomToken().slice(0, 22); // 132 bits
  return { browser, cookie: setCookie(browserCookie, isLocal ? browser + localEnding : browser, config) };
}

const localEnding = ".local";

/** Whether the browser of a visit asked for a challenge of late, and its own device could keep a passkey. */
export const isEquipped = (visit: Pick<Visit, "cookies">, config: Config): boolean =>
  readCookie(browserCookie, visit.cookies, config).endsWith(localEnding);

/** The browser of a visit; empty when it never asked for a challenge, or an hour ago. */
export const knownBrowser = ({ cookies }: Pick<Visit, "cookies">, config: Config): string =>
  readCookie(browserCookie, cookies, config).split(".")[0] ?? "";
