import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** The keys of one purpose, one from each secret: the first signs, each verifies. */
export type KeyRing = readonly [string, ...string[]];

/**
 * What the secrets are used for besides session cookies. Each use has keys of its own (HKDF, RFC 5869), so that
 * nothing made for one purpose is ever good for another.
 */
export interface Keys {
  device: KeyRing;
  mailToken: KeyRing;
  mailCode: KeyRing;
  throttle: KeyRing;
  returnTo: KeyRing;
  signUp: KeyRing;
  draft: KeyRing;
  log: KeyRing;
  suspended: KeyRing;
}

/** What keys are made from. */
export type Secrets = readonly [{ value: string }, ...{ value: string }[]];

/** The keys that follow from the secrets. */
export function keysFrom(secrets: Secrets): Keys {
  const keys = (purpose: string) => keyRing(secrets, purpose);
  return {
    device: keys("device"),
    mailToken: keys("mail token"),
    mailCode: keys("mail code"),
    throttle: keys("throttle"),
    returnTo: keys("return to"),
    signUp: keys("sign-up"),
    draft: keys("draft"),
    log: keys("log"),
    suspended: keys("suspended"),
  };
}

/** The keys for one purpose, in the order of the secrets. */
export const keyRing = ([first, ...others]: Secrets, purpose: string): KeyRing => [
  keyFor(first.value, purpose),
  ...others.map(({ value }) => keyFor(value, purpose)),
];

/** The key of 256 bits for one purpose, in base64url. */
export const keyFor = (secret: string, purpose: string): string =>
  Buffer.from(hkdfSync("sha256", secret, "", `gatehouse ${purpose}`, 32)).toString("base64url");

/** HMAC-SHA256, in base64url. */
export const hmacSha256 = (key: string, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url");

/** Whether one of the keys made this HMAC-SHA256 of a text. */
export const isHmacOf = (text: string, given: string, keys: KeyRing): boolean =>
  keys.some((key) => equalInConstantTime(given, hmacSha256(key, text)));

/** SHA-256, in base64url: enough for what is long and random already. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Whether two texts are the same, found out in the same time wherever they differ. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** 256 random bits in base64url: 43 characters that nobody can guess. */
export const randomToken = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
