import type { Config } from "../settings/config";
import { onlyCookie, readSessionToken, sealed } from "../session/cookie";

const days = 24 * 60 * 60; // in seconds

/**
 * The small cookies beside the session's: all `HttpOnly`, none shared with another host. On https they carry
 * `__Host-`, so that no sibling sub-domain can plant one.
 */
export interface OwnCookie {
  name: "device" | "language" | "address";
  maxAgeSeconds: number;
}

/** Marks a browser, so that its owner is not told of it as of a stranger; 400 days are the most that browsers keep. */
export const deviceCookie: OwnCookie = { name: "device", maxAgeSeconds: 400 * days };
/** The language that was chosen in the footer. */
export const languageCookie: OwnCookie = { name: "language", maxAgeSeconds: 400 * days };
/** The address typed on one page, for the next page to fill in: it would not belong into the address line. */
export const typedEmailCookie: OwnCookie = { name: "address", maxAgeSeconds: 60 * 60 };

const nameOf = ({ name }: OwnCookie, secure: boolean) => `${secure ? "__Host-" : ""}gatehouse.${name}`;

/** The `Set-Cookie` line that makes a browser keep a value; an empty value makes it forget. */
export function setCookie(cookie: OwnCookie, value: string, { secure }: Pick<Config, "secure">): string {
  const maxAge = value === "" ? 0 : cookie.maxAgeSeconds;
  return `${nameOf(cookie, secure)}=${encodeURIComponent(value)}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** What a browser kept, as it sends it: anybody can send anything. */
export function readCookie(cookie: OwnCookie, headers: Headers, { secure }: Pick<Config, "secure">): string {
  const value = onlyCookie(headers.get("cookie") ?? "", nameOf(cookie, secure)) ?? "";
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/** The same for a value that only we can have made; undefined when it is not. */
export const readSealedCookie = (
  cookie: OwnCookie,
  key: string,
  headers: Headers,
  { secure }: Pick<Config, "secure">,
): string | undefined =>
  readSessionToken(headers.get("cookie"), { name: nameOf(cookie, secure), secret: key }) ?? undefined;

/** The `Set-Cookie` line for a value that only we shall be able to have made. */
export const setSealedCookie = (
  cookie: OwnCookie,
  value: string,
  key: string,
  config: Pick<Config, "secure">,
): string => setCookie(cookie, sealed(value, key), config);
