import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Where the session token is: the cookie's configured name and the secrets that sign it. */
export interface CookieSeal {
  name: string;
  /** The first signs, each verifies. */
  secrets: readonly [string, ...string[]];
  /** The longest value that is looked at, in characters; 128 when not given. */
  longest?: number;
}

/**
 * The session token in a `Cookie` header, or null when there is none or its signature is not ours.
 * Reads exactly what Better Auth writes: `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`.
 * Of two cookies with the name neither counts: a neighbour may have planted one. No other spelling of the name does.
 * Pure and synchronous: WebCrypto would wait in the thread pool behind every password being hashed.
 */
export function readSessionToken(cookieHeader: string | null, seal: CookieSeal): string | null {
  return readSigned(cookieHeader, seal)?.token ?? null;
}

/** A token as a cookie has it. */
export interface Signed {
  token: string;
  /** Whether a secret signed it that no longer signs: the cookie is good, and should be set anew. */
  isOutdated: boolean;
}

/** As readSessionToken, with the age of the signature. */
export function readSigned(cookieHeader: string | null, seal: CookieSeal): Signed | null {
  const value = cookieHeader === null ? null : onlyCookie(cookieHeader, seal.name);
  return value === null ? null : signedValue(value, seal);
}

/** Each token whose properly signed cookie came, once: what a sign-out or a sign-in has to end. */
export function readSessionTokens(cookieHeader: string | null, seal: CookieSeal): string[] {
  const tokens = cookiesNamed(cookieHeader ?? "", seal.name).map((value) => signedValue(value, seal)?.token);
  return [...new Set(tokens.filter((token) => token !== undefined))];
}

/** An older secret is tried only where no newer one fits. */
function signedValue(value: string, { secrets, longest = longestToken }: CookieSeal): Signed | null {
  const signed = percentDecoded(value);
  const dot = signed.lastIndexOf(".");
  const token = signed.slice(0, Math.max(dot, 0));
  if (token === "" || token.length > longest) return null;
  const age = secrets.findIndex((secret) => isSealed(token, signed.slice(dot + 1), secret));
  return age === -1 ? null : { token, isOutdated: age > 0 };
}

const longestToken = 128; // Better Auth makes 32 characters; this only bounds what is hashed

/**
 * The raw value of the one cookie with a name in a `Cookie` header, without quotes; null when there is none, or two.
 */
export function onlyCookie(header: string, name: string): string | null {
  const at = nextCookie(header, name, 0);
  if (at === -1) return null;
  const end = endOf(header, at);
  return end < header.length && nextCookie(header, name, end) !== -1 ? null : valueBetween(header, at, end);
}

/** The raw values of all cookies with a name. */
export function cookiesNamed(header: string, name: string): string[] {
  const values: string[] = [];
  for (let at = nextCookie(header, name, 0); at !== -1; at = nextCookie(header, name, at))
    values.push(valueBetween(header, at, endOf(header, at)));
  return values;
}

/** Where the value of the next cookie with a name begins; -1 when there is none. A pair without `=` is no cookie. */
function nextCookie(header: string, name: string, from: number): number {
  for (let at = header.indexOf(name, from); at !== -1; at = header.indexOf(name, at + name.length)) {
    const before = skipBlanks(header, at - 1, -1);
    const after = skipBlanks(header, at + name.length, 1);
    if (header[after] === "=" && (before === -1 || header[before] === ";")) return after + 1;
  }
  return -1;
}

/** Where the pair ends whose value begins at `start`. */
function endOf(header: string, start: number): number {
  const semicolon = header.indexOf(";", start);
  return semicolon === -1 ? header.length : semicolon;
}

function valueBetween(header: string, start: number, end: number): string {
  const value = header.slice(skipBlanks(header, start, 1), skipBlanks(header, end - 1, -1) + 1);
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/**
 * The next position without a space or tab. RFC 6265 knows no other white space: browsers take any other for a part of
 * the name.
 */
function skipBlanks(text: string, from: number, step: 1 | -1): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += step;
  return at;
}

const isBlank = (code: number) => code === 0x20 || code === 0x09;

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

/**
 * What programs are told in a session token's place: Better Auth's clients expect some text there, and the token itself
 * is for the cookie alone. It opens nothing, and nobody gets the token from it.
 */
export const shownToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

const signatureOf = (value: string, secret: string) => createHmac("sha256", secret).update(value).digest("base64");

/** Compares in constant time, so that a forger learns nothing from how long a wrong signature takes. */
function isSealed(token: string, signature: string, secret: string): boolean {
  const expected = Buffer.from(signatureOf(token, secret));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * The cookies that every parser reads alike: plain names that came once, with plain values. Better Auth's parser takes
 * the first of two cookies, and trims what only JavaScript takes for white space.
 */
export function plainCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  const names = header.split(";").flatMap((pair) => plainName.exec(pair)?.[1] ?? []);
  for (const name of new Set(names)) {
    const value = onlyCookie(header, name);
    if (value !== null && plainValue.test(value)) cookies.set(name, value);
  }
  return cookies;
}

const plainName = /^[ \t]*([!#$%&'*+.^_`|~\w-]+)[ \t]*=/;
const plainValue = /^[!-:<-~]*$/;
