import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/**
 * What the one secret is used for besides session cookies. Each use has a key of its own (HKDF, RFC 5869), so that
 * nothing made for one purpose is ever good for another.
 */
export interface Keys {
  device: string;
  mailToken: string;
  mailCode: string;
  throttle: string;
  returnTo: string;
  signUp: string;
  draft: string;
}

/** The keys that follow from the secret. */
export function keysFrom(secret: string): Keys {
  const key = (purpose: string) => keyFor(secret, purpose);
  return {
    device: key("device"),
    mailToken: key("mail token"),
    mailCode: key("mail code"),
    throttle: key("throttle"),
    returnTo: key("return to"),
    signUp: key("sign-up"),
    draft: key("draft"),
  };
}

/** The key of 256 bits for one purpose, in base64url. */
export const keyFor = (secret: string, purpose: string): string =>
  Buffer.from(hkdfSync("sha256", secret, "", `gatehouse ${purpose}`, 32)).toString("base64url");

/** HMAC-SHA256, in base64url. */
export const hmacSha256 = (key: string, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url");

/** SHA-256, in base64url: enough for what is long and random already. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Whether two texts are the same, found out in the same time wherever they differ. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** 256 random bits in base64url: 43 characters that nobody can guess. */
export const randomToken = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
