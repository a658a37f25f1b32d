import { isIP } from "node:net";
import { domainOf } from "./public-suffix";
import { commaSeparated, oneOf, reject } from "./setting";
import { addressProblem } from "../../db/server-address";
import { isLanguage, languages, type Language } from "../../views/words";
import { isHost, networksIn, proxyRanges, wantedOfHosts } from "./ip";
import { isLoopback } from "../../db/loopback";

/** How the value of a setting is read: a message says what to write instead, and never repeats the value. */

/** An address, alone or behind a name, as mail programs show it. */
export const sender = (text: string) =>
  mailbox(text) ?? reject("must be an address such as login@example.com or Acme <login@example.com>");

/** What a text names that is an address, or a name with the address behind it; undefined for any other. */
export function mailbox(text: string): { name: string; address: string } | undefined {
  const [, name = "", address] =
    /^(?:"?([^"<>\p{Cc}]*?)"?\s*<)?([^\s<>@,;:"\p{Cc}]+@(?:[a-z0-9-]+\.)*[a-z0-9-]+)>?$/iu.exec(text) ?? [];
  return address === undefined ? undefined : { name, address };
}

/** Where people find help: a page, or somebody's address. */
export function supportAddress(text: string) {
  const url = URL.parse(text);
  const isPage = addressOfPageProblem(text) === undefined && url?.protocol === "https:";
  const isAddress = url?.protocol === "mailto:" && /^[^\s<>@?,;:"]+@([a-z0-9-]+\.)*[a-z0-9-]+$/i.test(url.pathname);
  return url && (isPage || isAddress)
    ? url.href
    : reject("must be an address such as https://example.com/help or mailto:help@example.com");
}

/** The address of a mail server. */
export function mailServer(text: string) {
  const url = URL.parse(text);
  // Without a host nodemailer would ask this machine. Other letters than ASCII's it writes as the web does.
  const host = URL.parse(`http://${url?.host}`)?.hostname ?? "";
  if (!url || !/^smtps?:$/.test(url.protocol) || !isHost(host))
    return reject("must be an address such as smtp://user:password@mail.example.com:587");
  return /[?#]/.test(text) || !/^\/?$/.test(url.pathname)
    ? reject(
        "must not have a `?`, a `#`, or a `/` behind the host: options there could switch the encryption off. " +
          "In a name or a password write `%3F`, `%23`, `%2F`",
      )
    : text;
}

/** How to reach a database. */
export const databaseDriver = (text: string) =>
  text === "neon-http"
    ? reject("`neon-http` has no transactions, so a sign-up could be half done. Use `neon`")
    : oneOf(["postgres", "neon", "embedded"], "must be `postgres`, `neon` or `embedded`")(text);

/** The address of a Postgres server, as libpq and Neon write it. */
export function databaseAddress(text: string) {
  const problem = addressProblem(text);
  return problem === undefined ? text : reject(problem);
}

/** The address people type: scheme and host, https on anything but this machine. */
export function publicAddress(text: string) {
  const url = URL.parse(text);
  if (!isOfWeb(url)) return reject("must be an address such as https://login.example.com");
  if (url.pathname !== "/" || url.search || url.hash)
    return reject("must not have a path: Gatehouse serves a whole host");
  if (url.hostname.endsWith(".")) return reject("must name the host without a dot behind it, as people type it");
  const local = isLoopback(url.hostname);
  if (!local && url.protocol !== "https:") return reject("must start with https:// on anything but this machine");
  return { origin: url.origin, host: url.host, hostname: url.hostname, port: Number(url.port) || undefined, local };
}

/** Whether an address is one of the web, of a host that can be: `*.example.com` and `${HOST}` are none. */
const isOfWeb = (url: URL | null): url is URL =>
  url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && isHost(url.hostname);

/** What is listened on. */
export const listenHost = (text: string) => (isHost(text) ? text : reject(wantedOfHosts));

/** A domain whose sub-domains share a cookie. */
export function cookieDomain(text: string) {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text))
    return reject("must be a domain such as example.com, lower case, without a leading dot");
  if (isIP(text) !== 0) return reject("must be a domain, not an IP address");
  return domainOf(text, { allowPrivateDomains: true }) === null
    ? reject("is a public suffix, and browsers refuse a cookie for everybody under it. Use a domain of your own")
    : text;
}

/** A comma-separated list of exact origins. */
export function origins(text: string) {
  const list = commaSeparated(text);
  for (const entry of list) {
    const url = URL.parse(entry);
    const exact = url !== null && /^https?:$/.test(url.protocol) && url.origin === entry;
    if (!exact || !/^([a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname))
      // a host may hold `;` and `*`, a policy may not
      return reject("each entry must be an exact origin such as https://docs.example.com, without path or wildcard");
    if (url.protocol !== "https:" && !isLoopback(url.hostname))
      return reject("each entry must start with https:// on anything but this machine");
  }
  return list;
}

/** The address of a page elsewhere, which people are led to: a `javascript:` would run as a page of ours. */
export function webAddress(text: string) {
  const problem = addressOfPageProblem(text);
  return problem === undefined ? text : reject(`must ${problem}`);
}

function addressOfPageProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!isOfWeb(url) || /\s/.test(text)) return "be an https address such as https://www.example.com/privacy";
  if (url.protocol !== "https:" && !isLoopback(url.hostname)) return "start with https:// on anything but this machine";
  return undefined;
}

const mostLinks = 6;

/** A comma-separated list of links, each a name, `=` and the address of a page. */
export function namedLinks(text: string) {
  const links = commaSeparated(text).map((entry) => {
    const [label = "", ...address] = entry.split("=");
    return { label: label.trim(), url: address.join("=").trim() };
  });
  if (links.length > mostLinks) return reject(`must be ${mostLinks} links at most`);
  for (const { label, url } of links) {
    if (url === "") return reject("each entry must be a name, `=` and an address. In an address write `%2C`");
    if (!/^[^\p{C}]{1,40}$/u.test(label)) return reject("each name must be 1 to 40 characters, none of them invisible");
    const problem = addressOfPageProblem(url);
    if (problem) return reject(`each address must ${problem}`);
  }
  return links;
}

/** A comma-separated list of names of columns, as they stand in the database. */
export function columnNames(text: string) {
  const names = commaSeparated(text);
  const misspelt = names.some((name) => !/^[\p{L}_][\p{L}\p{N}_]{0,62}$/u.test(name));
  return misspelt ? reject("must be names of columns of the table `user`, with commas between them") : names;
}

/** A comma-separated list of IP addresses and ranges. */
export function addressRanges(text: string) {
  const ranges = proxyRanges(commaSeparated(text));
  return typeof ranges === "string" ? reject(ranges) : ranges;
}

/** The same, of networks that are trusted with more tries. */
export function knownNetworks(text: string) {
  const networks = networksIn(commaSeparated(text));
  return typeof networks === "string" ? reject(networks) : networks;
}

/** A comma-separated list of domains, each alone or with `*.` for every domain below it, in lower case. */
export function emailDomains(text: string) {
  const domains = commaSeparated(text).map((entry) => entry.toLowerCase());
  const problem = domains.map(domainProblem).find((one) => one !== undefined);
  return problem === undefined ? domains : reject(problem);
}

function domainProblem(domain: string): string | undefined {
  const bare = domain.replace(/^\*\./, "");
  if (/[^\p{ASCII}]/u.test(domain)) return "each entry must be plain ASCII: write other letters as punycode, `xn--…`";
  if (domain.includes("@")) return "each entry must be a domain without `@`, such as example.com";
  if (bare.includes("*")) return "a `*` must stand for all below a domain, as in *.example.com";
  if (!/^([a-z0-9-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/.test(bare) || URL.parse(`http://${bare}`)?.host !== bare)
    return "each entry must be a domain such as example.com, or *.example.com for every domain below it";
  // Anybody can have an address under `com` or `co.uk`.
  return domainOf(bare) === null
    ? "each entry must be a domain of somebody, not one that anybody can be in"
    : undefined;
}

/** A comma-separated list of languages that there are words for, the first for everybody who asks for none of them. */
export function languageCodes(text: string): readonly [Language, ...Language[]] {
  const asked = commaSeparated(text);
  const codes = asked.filter(isLanguage);
  const [first, ...others] = codes;
  if (first === undefined || codes.length < asked.length) {
    const known = Object.keys(languages).map((code) => `\`${code}\``);
    return reject(`each entry must be one of ${known.join(", ")}`);
  }
  const tongues = new Set(codes.map((code) => languages[code].language));
  return tongues.size < codes.length
    ? reject("must name each language once, and one kind of German")
    : [first, ...others];
}

/** A secret, with its number in a list of several. */
export interface Secret {
  version?: number;
  value: string;
}

/** The first signs, each verifies. */
export type Secrets = readonly [Secret, ...Secret[]];

/** The secret that cookies are signed with. */
export const signingSecret = (text: string) => (isHardToGuess(text) ? text : reject(wantedOfSecrets));

/** A comma-separated list of secrets, each behind its version and a colon: Better Auth's own notation. */
export function versionedSecrets(text: string): Secrets {
  const entries = text.split(",").map((entry) => /^(0|[1-9]\d{0,8})\s*:([^]+)$/.exec(entry.trim()));
  const secrets = entries.flatMap((entry) =>
    entry ? [{ version: Number(entry[1]), value: entry[2]?.trim() ?? "" }] : [],
  );
  const [first, ...others] = secrets;
  if (!first || secrets.length < entries.length)
    return reject("each entry must be a version, `:` and a secret, such as `2:…,1:…`; no secret has a comma");
  if (!secrets.every(({ value }) => isHardToGuess(value))) return reject(`each secret ${wantedOfSecrets}`);
  if (new Set(secrets.map(({ version }) => version)).size < secrets.length)
    return reject("must give each version once");
  if (new Set(secrets.map(({ value }) => value)).size < secrets.length) return reject("must give each secret once");
  return [first, ...others];
}

/** What a secret must be, as the end of a sentence. */
const wantedOfSecrets = "must be 32 or more random bytes. Make one with `openssl rand -base64 32`";

/** Whether a text can be the secret that cookies are signed with. */
export function isHardToGuess(secret: string) {
  const longEnough = Buffer.byteLength(secret) >= 32;
  const variedEnough = new Set(secret).size >= 10; // 32 random hexadecimal digits have fewer once in ten thousand
  return longEnough && variedEnough && !secret.startsWith("better-auth-secret-");
}

/** A comma-separated list of keys that programs show as bearer tokens: any of them is good. */
export function backendKeys(text: string): readonly string[] {
  const keys = commaSeparated(text);
  if (keys.length === 0 || !keys.every((key) => isHardToGuess(key) && isBearerToken.test(key)))
    return reject(`each key ${wantedOfSecrets}`);
  return new Set(keys).size < keys.length ? reject("must give each key once") : keys;
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const isBearerToken = /^[A-Za-z0-9._~+/-]+=*$/;
