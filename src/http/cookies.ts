import type { Config } from "../settings/config";
import { days, hours, minutes } from "../time";
import { onlyCookie, readSigned, sealed, type CookieSeal } from "../session/cookie";

/**
 * The small cookies beside the session's: all `HttpOnly`, none shared with another host. On https they carry
 * `__Host-`, so that no sibling sub-domain can plant one.
 */
export interface OwnCookie {
  /** Part of its name to the browser: letters and dashes. */
  name: string;
  maxAgeSeconds: number;
  /** The longest value that is read back when it is sealed, in characters; 128 when not given. */
  longest?: number;
}

/** Marks a browser, so that its owner is not told of it as of a stranger; 400 days are the most that browsers keep. */
export const deviceCookie: OwnCookie = { name: "device", maxAgeSeconds: 400 * days };
/** The language that was chosen in the footer. */
export const languageCookie: OwnCookie = { name: "language", maxAgeSeconds: 400 * days };
/** The time zone of the browser, for the clocks of pages and mails. */
export const timeZoneCookie: OwnCookie = { name: "time-zone", maxAgeSeconds: 400 * days };
/** The address typed on one page, for the next page to fill in: it would not belong into the address line. */
export const typedEmailCookie: OwnCookie = { name: "address", maxAgeSeconds: 1 * hours };
/** Where the visitor was going when a mail was ordered: the tab that its link opens leads on there. */
export const returnToCookie: OwnCookie = { name: "return-to", maxAgeSeconds: 1 * hours, longest: 2800 };
/** What was typed into a form whose session had ended: the form has it again after signing in. Never a password. */
export const draftCookie: OwnCookie = { name: "draft", maxAgeSeconds: 10 * minutes, longest: 2800 };
/** Who proved who they are and is suspended: the page knows by it whom to tell why. */
export const suspendedCookie: OwnCookie = { name: "suspended", maxAgeSeconds: 10 * minutes };
/** Made at every sign-up: the browser of whoever made an account is signed in by the mail's six digits. */
export const signUpCookie: OwnCookie = { name: "sign-up", maxAgeSeconds: 1 * hours };

const nameOf = ({ name }: OwnCookie, secure: boolean) => `${secure ? "__Host-" : ""}gatehouse.${name}`;

/** The `Set-Cookie` line that makes a browser keep a value; an empty value makes it forget. */
export function setCookie(cookie: OwnCookie, value: string, { secure }: Pick<Config, "secure">): string {
  const maxAge = value === "" ? 0 : cookie.maxAgeSeconds;
  const attributes = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return `${nameOf(cookie, secure)}=${encodeURIComponent(value)}; ${attributes}`;
}

/** What a browser kept, as it sends it: anybody can send anything. */
export function readCookie(cookie: OwnCookie, header: string | null, { secure }: Pick<Config, "secure">): string {
  const value = onlyCookie(header ?? "", nameOf(cookie, secure)) ?? "";
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/** How the value of a cookie is sealed: the first key signs, each verifies; `secure` is whether https serves us. */
interface Seal extends Pick<Config, "secure"> {
  keys: CookieSeal["secrets"];
}

/** A value that only we can have made, from the `Cookie` header; undefined when it is missing or forged. */
export const readSealedCookie = (cookie: OwnCookie, header: string | null, seal: Seal): string | undefined =>
  readSigned(header, sealOf(cookie, seal))?.token;

const sealOf = (cookie: OwnCookie, { keys, secure }: Seal): CookieSeal => ({
  name: nameOf(cookie, secure),
  secrets: keys,
  longest: cookie.longest,
});

/** The `Set-Cookie` line for a value that nobody else can make. */
export const setSealedCookie = (cookie: OwnCookie, value: string, { keys, secure }: Seal): string =>
  setCookie(cookie, sealed(value, keys[0]), { secure });

/** The `Set-Cookie` line for a good value whose key no longer signs; undefined when nothing need be set. */
export function signCookieAgain(cookie: OwnCookie, header: string | null, seal: Seal): string | undefined {
  const signed = readSigned(header, sealOf(cookie, seal));
  return signed?.isOutdated ? setSealedCookie(cookie, signed.token, seal) : undefined;
}
