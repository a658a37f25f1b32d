import { isIP } from "node:net";
import { getDomain } from "tldts";
import * as z from "zod";
import { addressProblem } from "../db/server-address";
import { plain, proxyRanges } from "./client-address";

/**
 * Every setting: its name, what it means, what it may be. `docs/settings.md` repeats the descriptions, and a test
 * holds the two together. A message says what to write instead, and never repeats the value, which may be a secret.
 */
export const settings = {
  BETTER_AUTH_URL: z
    .string()
    .transform(publicAddress)
    .describe("The address people type. On a loopback host it means local mode; anything else is production and needs https."),
  BETTER_AUTH_SECRET: z
    .string()
    .refine(isHardToGuess, "must be 32 or more random bytes. Make one with `openssl rand -base64 32`")
    .optional()
    .describe("Signs the session cookies. Required in production; in local mode one is made and kept in DATA_DIR."),
  DATABASE_URL: z
    .string()
    .transform(databaseAddress)
    .optional()
    .describe("A Postgres or Neon database; it may lead through a pooler. Without it the embedded one in DATA_DIR is used."),
  DATABASE_URL_DIRECT: z
    .string()
    .transform(databaseAddress)
    .optional()
    .describe("The same database past its pooler, for migrations and for hearing of changes. Needed only when DATABASE_URL leads through one."),
  GATEHOUSE_DB_DRIVER: z
    .string()
    .refine((driver) => driver !== "neon-http", "`neon-http` has no transactions, so a sign-up could be half done. Use `neon`")
    .pipe(z.enum(["postgres", "neon", "embedded"], "must be `postgres`, `neon` or `embedded`"))
    .optional()
    .describe("How to reach the database: `neon` (WebSocket) for hosts under neon.tech, else `postgres` (TCP), else `embedded`."),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a number between 1 and 65535")
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, "must be a number between 1 and 65535")
    .optional()
    .describe("The port to listen on: by default the one in BETTER_AUTH_URL in local mode, 3000 in production."),
  GATEHOUSE_HOST: z
    .string()
    .optional()
    .describe("The address to listen on: by default `localhost` in local mode, which may be this machine only, else `0.0.0.0`."),
  DATA_DIR: z.string().prefault("data").describe("Folder of the embedded database and, in local mode, of the secret."),
  TRUSTED_ORIGINS: z
    .string()
    .prefault("")
    .transform(origins)
    .describe("Comma-separated origins of your docs and apps: people may be sent back there, and their scripts may ask who is signed in."),
  COOKIE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "must be a domain such as example.com, lower case, without a leading dot")
    .refine((domain) => isIP(domain) === 0, "must be a domain, not an IP address")
    .refine((domain) => getDomain(domain, { allowPrivateDomains: true }) !== null, "is a public suffix, and browsers refuse a cookie for everybody under it. Use a domain of your own")
    .optional()
    .describe("Share the session with the sub-domains of this domain. Leave it out when one host is enough: safer."),
  TRUSTED_PROXIES: z
    .string()
    .prefault("")
    .transform(addressRanges)
    .describe("Addresses or CIDR ranges of your own proxies, comma-separated; X-Forwarded headers are believed from these only."),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be an address such as smtp://user:password@mail.example.com:587" })
    .refine((text) => !/[?#]/.test(text), "must not have a `?` or `#`: options there could switch the encryption off. In a password write `%3F`, `%23`")
    .optional()
    .describe("The mail server. Required in production, unless MAIL=off. Anywhere but on this machine the connection is encrypted, or there is none."),
  MAIL_FROM: z
    .string()
    .transform(sender)
    .optional()
    .describe("The sender of every mail, such as `Acme <login@example.com>`: by default `no-reply@` the host of BETTER_AUTH_URL."),
  MAIL: z
    .enum(["on", "off"], { error: "must be `off` or `on`, or left out" })
    .optional()
    .describe("`off` runs without mail: no confirmed addresses, no forgotten passwords, no warnings. The path of a mailbox, which many systems put here, is passed over."),
  BRAND_NAME: z
    .string()
    .max(60, "must be 60 characters at most")
    .regex(/^[^\p{Cc}]+$/u, "must be one line of text")
    .prefault("Gatehouse")
    .describe("The name of your product, on every page."),
  GATEHOUSE_ACCENT: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "must be a colour such as #3457d5")
    .prefault("#3457d5")
    .describe("The colour of buttons and links; text on it is made black or white, whichever is easier to read."),
  GATEHOUSE_RADIUS: z
    .string()
    .regex(/^\d{1,2}(\.\d{1,3})?(px|rem)$|^0$/, "must be a length such as 0.5rem or 4px")
    .prefault("0.5rem")
    .describe("How round the corners of fields and buttons are."),
  GATEHOUSE_MARK: z
    .string()
    .regex(/\.(svg|png)$/i, "must be the path of an SVG or PNG file")
    .optional()
    .describe("A file with your mark, SVG or PNG, square: it stands above every page and in the browser's tab."),
  GATEHOUSE_SESSION_IDLE_DAYS: wholeNumber(1, 365, 7).describe("Days after which a session ends that nobody used."),
  GATEHOUSE_SESSION_LONGEST_DAYS: wholeNumber(1, 365, 30).describe("Days after which a session ends however much it was used."),
  GATEHOUSE_SESSION_BRIEF_HOURS: wholeNumber(1, 168, 24).describe("Hours after which a session ends where \"Keep me signed in\" was left out; it ends with the browser too."),
  GATEHOUSE_SESSIONS_PER_PERSON: wholeNumber(1, 1000, 50).describe("How many sessions one person keeps; the next sign-in costs the oldest."),
  GATEHOUSE_FRESH_MINUTES: wholeNumber(1, 1440, 15).describe("Minutes after a sign-in in which what matters may be done without the password."),
  GATEHOUSE_SESSION_CACHE: wholeNumber(0, 1_000_000, 20_000).describe("How many checked sessions are kept in memory while nothing about them changes; `0` asks the database each time."),
  GATEHOUSE_WORKERS: wholeNumber(1, 64, 1).describe("How many processes share the port, one for each core that may be used. More than one needs a DATABASE_URL."),
  GATEHOUSE_EVENTS_DAYS: wholeNumber(1, 3650, 90).describe("Days for which it is kept who signed in and changed what."),
};

function wholeNumber(least: number, most: number, usual: number) {
  const wanted = `must be a whole number between ${least} and ${most}`;
  return z
    .string()
    .regex(/^\d{1,7}$/, wanted)
    .transform(Number)
    .refine((number) => number >= least && number <= most, wanted)
    .prefault(String(usual));
}

/** An address, alone or behind a name, as mail programs show it. */
function sender(text: string, context: z.RefinementCtx) {
  const [, name = "", address = ""] = /^(?:"?([^"<>\p{Cc}]*?)"?\s*<)?([^\s<>@,;:"\p{Cc}]+@[a-z0-9.-]+)>?$/iu.exec(text) ?? [];
  return address === "" ? reject(context, "must be an address such as login@example.com or Acme <login@example.com>") : { name, address };
}

function databaseAddress(text: string, context: z.RefinementCtx) {
  const problem = addressProblem(text);
  return problem === undefined ? text : reject(context, problem);
}

/**
 * Settings that may be left out, but not set to nothing: another database, another mode, another network would be the
 * silent answer.
 */
export const neverEmpty: (keyof typeof settings)[] = [
  "BETTER_AUTH_URL",
  "DATABASE_URL",
  "DATABASE_URL_DIRECT",
  "DATA_DIR",
  "GATEHOUSE_HOST",
];

/** Names that are not ours to read but would change what Better Auth does behind our back. */
export const refusedNames: Record<string, string> = {
  BETTER_AUTH_SECRETS: "is not supported. Set BETTER_AUTH_SECRET",
  BETTER_AUTH_TRUSTED_ORIGINS: "would trust origins unseen. Set TRUSTED_ORIGINS",
  AUTH_SECRET: "is not read. Set BETTER_AUTH_SECRET",
  TEST: "would make Better Auth drop its cross-site checks. Unset it",
};

/** Whether a host name, as a URL writes it, means this very machine. */
export const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);

/** The address to listen on for a host that means this very machine, in whatever spelling; undefined for any other. */
export function loopbackAddress(host: string): string | undefined {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const url = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}`);
  if (!url || url.href !== `http://${url.hostname}/`) return undefined; // a port, a path or a name with it
  const known = plain(url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""));
  if (isIP(known) === 0) return isLoopback(known) ? "localhost" : undefined; // the name that all the others lead to
  return isLoopback(known === "::1" ? "[::1]" : known) ? known : undefined;
}

function publicAddress(text: string, context: z.RefinementCtx) {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    return reject(context, "must be an address such as https://login.example.com");
  if (url.pathname !== "/" || url.search || url.hash) return reject(context, "must not have a path: Gatehouse serves a whole host");
  const local = isLoopback(url.hostname);
  if (!local && url.protocol !== "https:") return reject(context, "must start with https:// on anything but this machine");
  return { origin: url.origin, host: url.host, hostname: url.hostname, port: Number(url.port) || undefined, local };
}

function origins(text: string, context: z.RefinementCtx) {
  const list = commaSeparated(text);
  for (const entry of list) {
    const url = URL.parse(entry);
    const exact = url !== null && /^https?:$/.test(url.protocol) && url.origin === entry;
    if (!exact || !/^([a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname)) // a host may hold `;` and `*`, a policy may not
      return reject(context, "each entry must be an exact origin such as https://docs.example.com, without path or wildcard");
    if (url.protocol !== "https:" && !isLoopback(url.hostname))
      return reject(context, "each entry must start with https:// on anything but this machine");
  }
  return list;
}

function addressRanges(text: string, context: z.RefinementCtx) {
  const ranges = proxyRanges(commaSeparated(text));
  return typeof ranges === "string" ? reject(context, ranges) : ranges;
}

/** Whether a text can be the secret that cookies are signed with. */
export function isHardToGuess(secret: string) {
  const longEnough = Buffer.byteLength(secret) >= 32;
  const variedEnough = new Set(secret).size >= 10; // 32 random hexadecimal digits have fewer once in ten thousand
  return longEnough && variedEnough && !secret.startsWith("better-auth-secret-");
}

const commaSeparated = (text: string) => text.split(",").map((entry) => entry.trim()).filter(Boolean);

function reject(context: z.RefinementCtx, message: string) {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
