import { closest, distance } from "fastest-levenshtein";
import type * as z from "zod";
import { StartRefused } from "../db/refusal";
import { refusedNames, settings } from "./settings";

/** Everything the environment decides, checked. Made once, at start; nothing else reads the environment. */
export type Config = ReturnType<typeof configFrom>;

type Environment = Record<string, string | undefined>;
type Values = { [Name in keyof typeof settings]: z.output<(typeof settings)[Name]> };

/**
 * The environment as a checked Config. Throws StartRefused with one line per problem, all of them at once, each
 * naming the setting and what to write instead.
 */
export function readConfig(environment: Environment): Config {
  const { values, problems } = readValues(environment);
  problems.push(...namesNobodyReads(environment), ...missingInProduction(values, environment), ...cookieDomainOutside(values));
  if (problems.length > 0) throw new StartRefused(problems.join("\n"));
  return configFrom(values as Values); // no problem was found, so every value was read
}

function readValues(environment: Environment) {
  const values: Partial<Values> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(settings)) {
    const text = environment[name]?.trim() || (name === "BETTER_AUTH_URL" ? ownAddress(environment) : undefined);
    const read = schema.safeParse(text);
    if (read.success) Object.assign(values, { [name]: read.data });
    else problems.push(`${name}: ${read.error.issues[0]?.message}.`);
  }
  return { values, problems };
}

const ownAddress = ({ PORT }: Environment) => `http://localhost:${/^\d+$/.test(PORT ?? "") ? PORT : 3000}`;

/** A misspelt setting would silently not apply, so any name that is nearly ours stops the start. */
function namesNobodyReads(environment: Environment): string[] {
  const known = Object.keys(settings);
  return Object.entries(environment).flatMap(([name, value]) => {
    if (known.includes(name) || !value) return [];
    if (Object.hasOwn(refusedNames, name)) return [`${name}: ${refusedNames[name]}.`];
    if (name === "NODE_ENV") return value === "test" ? ["NODE_ENV: `test` makes Better Auth drop its checks. Unset it."] : [];
    const nearest = closest(name, known);
    const misspelt = name.length >= 6 && distance(name, nearest) <= Math.max(2, Math.floor(name.length / 4));
    if (misspelt) return [`${name}: no such setting. Did you mean ${nearest}?`];
    return /^(GATEHOUSE|BETTER_AUTH)_/.test(name) ? [`${name}: no such setting. See docs/settings.md, or unset it.`] : [];
  });
}

function missingInProduction({ BETTER_AUTH_URL: url }: Partial<Values>, environment: Environment): string[] {
  if (url?.local !== false) return [];
  const missing: string[] = [];
  if (!environment.BETTER_AUTH_SECRET)
    missing.push("BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.");
  if (!environment.SMTP_URL && !environment.MAIL)
    missing.push("SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.");
  return missing;
}

function cookieDomainOutside({ COOKIE_DOMAIN: domain, BETTER_AUTH_URL: url }: Partial<Values>): string[] {
  if (!domain || !url || url.hostname === domain || url.hostname.endsWith(`.${domain}`)) return [];
  return ["COOKIE_DOMAIN: BETTER_AUTH_URL is not inside this domain, so browsers would drop the cookie. Use a parent domain of it."];
}

function configFrom(values: Values) {
  const url = values.BETTER_AUTH_URL;
  return {
    mode: url.local ? ("local" as const) : ("production" as const),
    /** Scheme, host and port of the public address: the only source of every link and cookie. */
    origin: url.origin,
    host: url.host,
    secure: url.origin.startsWith("https:"),
    /** Absent only in local mode, where one is made and kept in the data folder. */
    secret: values.BETTER_AUTH_SECRET,
    listen: {
      port: values.PORT ?? (url.local ? (url.port ?? 80) : 3000),
      hostname: values.GATEHOUSE_HOST ?? (url.local ? "localhost" : "0.0.0.0"),
    },
    database: { driver: "embedded" as const, dataDirectory: values.DATA_DIR },
    trustedOrigins: values.TRUSTED_ORIGINS,
    cookieDomain: values.COOKIE_DOMAIN,
    trustedProxies: values.TRUSTED_PROXIES,
    brand: { name: values.BRAND_NAME, accent: values.GATEHOUSE_ACCENT },
  };
}
