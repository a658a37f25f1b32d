import { createHmac, timingSafeEqual } from "node:crypto";

/** Where the session token is: the cookie's configured name and the secret it is signed with. */
export interface CookieSeal {
  name: string;
  secret: string;
}

/**
 * The session token in a `Cookie` header, or null when there is none or its signature is not ours.
 * Reads exactly what Better Auth writes: `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`.
 * Of several cookies with the name the first counts, as in Better Auth, and no other spelling of the name does.
 * Pure and synchronous: WebCrypto would wait in the thread pool behind every password being hashed.
 */
export function readSessionToken(cookieHeader: string | null, seal: CookieSeal): string | null {
  const value = cookieHeader === null ? null : firstCookie(cookieHeader, seal.name);
  if (value === null) return null;
  const signed = percentDecoded(value);
  const dot = signed.lastIndexOf(".");
  const token = signed.slice(0, Math.max(dot, 0));
  if (token === "" || token.length > longestToken) return null;
  return isSealed(token, signed.slice(dot + 1), seal.secret) ? token : null;
}

const longestToken = 128; // Better Auth makes 32 characters; this only bounds what is hashed

/** The raw value of the first cookie with a name in a `Cookie` header, without quotes; null when there is none. */
export function firstCookie(header: string, name: string): string | null {
  let equals = header.indexOf("=");
  for (let start = 0; equals !== -1; ) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    if (equals < end && header.slice(start, equals).trim() === name) return withoutQuotes(header.slice(equals + 1, end).trim());
    if (semicolon === -1) return null;
    start = end + 1;
    if (equals < start) equals = header.indexOf("=", start); // else it stands further on: a pair without one is none
  }
  return null;
}

const withoutQuotes = (value: string) => (value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);

function percentDecoded(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // malformed: kept as it is, as Better Auth does, so its signature cannot match
  }
}

/** A value with its signature, as readSessionToken finds it in a cookie, where it stands percent-encoded. */
export const sealed = (value: string, secret: string): string => `${value}.${signatureOf(value, secret)}`;

const signatureOf = (value: string, secret: string) => createHmac("sha256", secret).update(value).digest("base64");

/** Compares in constant time, so that a forger learns nothing from how long a wrong signature takes. */
function isSealed(token: string, signature: string, secret: string): boolean {
  const expected = Buffer.from(signatureOf(token, secret));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
