import type { Rotated } from "../account/sessions";
import type { ServedConfig } from "../settings/config";
import { isBriefToken } from "../session/brief";
import { onlyCookie, plainCookies, readSigned, sealed, type CookieSeal } from "../session/cookie";

/** The two cookies of Better Auth: the session's, and the one that tells it to extend nothing. */
export interface AuthCookies {
  seal: CookieSeal;
  briefName: string;
  /** How long a session that is kept lasts without being used, in seconds. */
  idleSeconds: number;
  /** What both cookies carry besides, as Better Auth writes it: `; Path=/; HttpOnly; …`. */
  attributes: string;
}

/** The same as Better Auth makes of its options in `auth.ts`, which is loaded with the first call alone. */
export function authCookiesOf({ secure, cookieDomain, sessions, secrets }: ServedConfig): AuthCookies {
  const prefix = !secure ? "" : cookieDomain ? "__Secure-" : "__Host-";
  const [first, ...others] = secrets;
  return {
    seal: { name: `${prefix}better-auth.session_token`, secrets: [first.value, ...others.map(({ value }) => value)] },
    briefName: `${prefix}better-auth.dont_remember`,
    idleSeconds: sessions.idleSeconds,
    attributes: attributeText({ cookieDomain, secure }),
  };
}

const attributeText = ({ cookieDomain, secure }: Pick<ServedConfig, "cookieDomain" | "secure">) =>
  `${cookieDomain ? `; Domain=${cookieDomain}` : ""}; Path=/; HttpOnly${secure ? "; Secure" : ""}; SameSite=Lax`;

/** The `Set-Cookie` lines of a session that took another's place, as Better Auth sets them at a sign-in. */
export function sessionCookies({ token, isBrief }: Pick<Rotated, "token" | "isBrief">, cookies: AuthCookies): string[] {
  const { seal, briefName, idleSeconds, attributes } = cookies;
  const line = (name: string, value: string, maxAge: string) =>
    `${name}=${encodeURIComponent(sealed(value, seal.secrets[0]))}${maxAge}${attributes}`;
  if (!isBrief) return [line(seal.name, token, `; Max-Age=${idleSeconds}`)];
  return [line(seal.name, token, ""), line(briefName, "true", "")];
}

/** The `Set-Cookie` lines for a session's cookies whose secret no longer signs; none when nothing need be set. */
export function signedAgain(header: string | null, cookies: AuthCookies): string[] {
  const signed = readSigned(header, cookies.seal);
  if (!signed?.isOutdated) return [];
  // A session that another program made brief says so in its second cookie only.
  const isBrief = isBriefToken(signed.token) || onlyCookie(header ?? "", cookies.briefName) !== null;
  return sessionCookies({ token: signed.token, isBrief }, cookies);
}

/** A request as Better Auth is to understand it: with one session or none, whose token tells whether it is brief. */
export function withSession(request: Request, token: string | null, { seal, briefName }: AuthCookies): Request {
  const given = request.headers.get("cookie");
  if (given === null) return request;
  const cookies = plainCookies(given);
  for (const name of [seal.name, briefName]) cookies.delete(name);
  if (token !== null) cookies.set(seal.name, encodeURIComponent(sealed(token, seal.secrets[0])));
  if (token !== null && isBriefToken(token))
    cookies.set(briefName, encodeURIComponent(sealed("true", seal.secrets[0])));
  const headers = new Headers(request.headers);
  headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
  return new Request(request, { headers });
}
