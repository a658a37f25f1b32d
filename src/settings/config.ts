import type * as z from "zod";
import type { DatabaseSettings } from "../../db/types";
import { poolerRefusal } from "../../db/migrate";
import { StartRefused } from "../../db/refusal";
import { hasPoolerName, hostOf } from "../../db/server-address";
import { loopbackAddress } from "./loopback";
import { neverEmpty, settings, type Settings } from "./settings";
import { days, hours, minutes } from "../time";
import { isOfTheSystem, unreadNames } from "./unread-names";
import type { Secrets } from "./values";

/** A Config whose secrets are known: in local mode too. */
export type ServedConfig = Config & { secrets: Secrets };

/** Everything the environment decides, checked. Made once, at start; nothing else reads the environment. */
export type Config = ReturnType<typeof configFrom> & {
  /** The settings of the capabilities, by name. */
  own: Record<string, unknown>;
};

type Environment = Record<string, string | undefined>;
type Values = { [Name in keyof typeof settings]: z.output<(typeof settings)[Name]> };

/**
 * The environment as a checked Config. Throws StartRefused with one line per problem, all of them at once, each
 * naming the setting and what to write instead.
 */
export function readConfig(environment: Environment, ofCapabilities: Settings = {}): Config {
  const given = withoutEmpty(environment);
  const all: Settings = { ...settings, ...ofCapabilities };
  const { values, problems } = readValues(given, all);
  problems.push(...localModeForOthers(values));
  problems.push(...setToNothing(environment), ...unreadNames(given, all));
  problems.push(
    ...missingInProduction(values, given),
    ...secretsInTwoPlaces(given),
    ...cookieDomainOutside(values),
    ...databaseMismatch(values),
    ...sessionMismatch(values),
    ...workersMismatch(values),
    ...homeMismatch(values),
    ...countryFromNobody(given),
  );
  if (problems.length > 0) throw new StartRefused(problems.join("\n"));
  const own = Object.entries(values).filter(([name]) => Object.hasOwn(ofCapabilities, name));
  return { ...configFrom(values as Values), own: Object.fromEntries(own) }; // no problem, so every value was read
}

/**
 * A setting that is set to nothing counts as left out, as does a value that is the system's; space around a value is a
 * slip of the pen.
 */
const withoutEmpty = (environment: Environment): Environment => {
  const trimmed = Object.entries(environment).map(([name, text = ""]) => [name, text.trim()] as const);
  return Object.fromEntries(trimmed.filter(([name, text]) => text !== "" && !isOfTheSystem(name, text)));
};

/** A template's variable that did not resolve must not start another database, or local mode. */
const setToNothing = (environment: Environment) =>
  neverEmpty
    .filter((name) => environment[name]?.trim() === "")
    .map((name) => `${name}: is set, but to nothing. Give it a value, or unset it.`);

function readValues(given: Environment, all: Settings) {
  const values: Partial<Values> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(all)) {
    const read = schema.safeParse(given[name] ?? (name === "BETTER_AUTH_URL" ? defaultUrl(given) : undefined));
    // As when a quote is left open in a file: a URL would drop the break in silence.
    if (/\p{Cc}/u.test(given[name] ?? "")) problems.push(`${name}: must be one line of text.`);
    else if (read.success) Object.assign(values, { [name]: read.data });
    else problems.push(`${name}: ${read.error.issues[0]?.message}.`);
  }
  return { values, problems };
}

/** The address of a program that was told nothing, or its port only. */
const defaultUrl = ({ PORT }: Environment) => `http://localhost:${settings.PORT.safeParse(PORT).data ?? 3000}`;

function missingInProduction({ BETTER_AUTH_URL: url }: Partial<Values>, given: Environment): string[] {
  if (url?.local !== false) return [];
  const missing: string[] = [];
  if (!given.BETTER_AUTH_SECRET && !given.BETTER_AUTH_SECRETS)
    missing.push("BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.");
  const isMailWanted = (given.MAIL ?? "on") === "on"; // another value is refused already
  if (!given.SMTP_URL && isMailWanted)
    missing.push("SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.");
  return missing;
}

/** Which of them signs would be a guess. */
const secretsInTwoPlaces = (given: Environment): string[] =>
  given.BETTER_AUTH_SECRET && given.BETTER_AUTH_SECRETS
    ? ["BETTER_AUTH_SECRET: contradicts BETTER_AUTH_SECRETS. Put it into that list, and unset it."]
    : [];

/** It shows everybody's mails, with the links that open every account, to whoever can reach it. */
function localModeForOthers({ BETTER_AUTH_URL: url, GATEHOUSE_HOST: host }: Partial<Values>): string[] {
  if (!url?.local || host === undefined || loopbackAddress(host)) return [];
  const reason = "local mode is for this machine alone, because it shows everybody's mails";
  return [`GATEHOUSE_HOST: ${reason}. Leave it out, or set BETTER_AUTH_URL to the https address that people type.`];
}

function cookieDomainOutside({ COOKIE_DOMAIN: domain, BETTER_AUTH_URL: url }: Partial<Values>): string[] {
  if (!domain || !url || url.hostname === domain || url.hostname.endsWith(`.${domain}`)) return [];
  return [
    "COOKIE_DOMAIN: BETTER_AUTH_URL is not inside this domain, so browsers would drop the cookie. " +
      "Use a parent domain of it.",
  ];
}

function databaseMismatch({
  DATABASE_URL: url,
  DATABASE_URL_DIRECT: direct,
  GATEHOUSE_DB_DRIVER: driver,
}: Partial<Values>): string[] {
  if (driver === "embedded" && url)
    return ["GATEHOUSE_DB_DRIVER: `embedded` contradicts DATABASE_URL. Remove one of them."];
  if (!url && (direct || (driver && driver !== "embedded")))
    return ["DATABASE_URL: required by the other database settings. Set it, or remove them."];
  if (url && !direct && hasPoolerName(url)) return [poolerRefusal];
  return direct && hasPoolerName(direct)
    ? ["DATABASE_URL_DIRECT: leads through the pooler too. Take the address without `-pooler`."]
    : [];
}

function sessionMismatch({
  GATEHOUSE_SESSION_IDLE_DAYS: idle = 0,
  GATEHOUSE_SESSION_LONGEST_DAYS: longest = Infinity,
  GATEHOUSE_SESSION_BRIEF_HOURS: brief = 0,
}: Partial<Values>): string[] {
  const longer =
    idle > longest ? "GATEHOUSE_SESSION_IDLE_DAYS" : brief > longest * 24 ? "GATEHOUSE_SESSION_BRIEF_HOURS" : undefined;
  return longer
    ? [`${longer}: is longer than GATEHOUSE_SESSION_LONGEST_DAYS. Make it shorter, or that one longer.`]
    : [];
}

/** Two processes on one folder would lose each other's rows. */
function workersMismatch({ GATEHOUSE_WORKERS: workers = 1, DATABASE_URL: url }: Partial<Values>): string[] {
  return workers > 1 && !url
    ? ["GATEHOUSE_WORKERS: the embedded database is for one process. Set DATABASE_URL, or leave this at 1."]
    : [];
}

function homeMismatch({ GATEHOUSE_HOME_NAME: name, GATEHOUSE_HOME_URL: url }: Partial<Values>): string[] {
  return name && !url ? ["GATEHOUSE_HOME_NAME: names nothing yet. Set GATEHOUSE_HOME_URL too, or leave it out."] : [];
}

const countryFromNobody = (given: Environment): string[] =>
  given.GATEHOUSE_COUNTRY_HEADER && !given.TRUSTED_PROXIES
    ? ["GATEHOUSE_COUNTRY_HEADER: is believed from nobody. Set TRUSTED_PROXIES to your proxies, or leave it out."]
    : [];

function databaseFrom({
  DATABASE_URL: url = "",
  DATABASE_URL_DIRECT,
  GATEHOUSE_DB_DRIVER,
  DATA_DIR,
}: Values): DatabaseSettings {
  const byAddress = url === "" ? "embedded" : hostOf(url).endsWith(".neon.tech") ? "neon" : "postgres";
  return {
    driver: GATEHOUSE_DB_DRIVER ?? byAddress,
    dataDirectory: DATA_DIR,
    url,
    directUrl: DATABASE_URL_DIRECT ?? url,
  };
}

function configFrom(values: Values) {
  const url = values.BETTER_AUTH_URL;
  return {
    mode: url.local ? ("local" as const) : ("production" as const),
    /** Scheme, host and port of the public address: the only source of every link and cookie. */
    origin: url.origin,
    host: url.host,
    secure: url.origin.startsWith("https:"),
    secrets: secretsFrom(values),
    listen: {
      port: values.PORT ?? (url.local ? (url.port ?? 80) : 3000),
      hostname: listenName(values),
    },
    /** Processes that share the port. */
    workers: values.GATEHOUSE_WORKERS,
    database: databaseFrom(values),
    trustedOrigins: values.TRUSTED_ORIGINS,
    cookieDomain: values.COOKIE_DOMAIN,
    trustedProxies: values.TRUSTED_PROXIES,
    countryHeader: values.GATEHOUSE_COUNTRY_HEADER,
    brand: brandFrom(values),
    home: homeFrom(values),
    links: values.GATEHOUSE_LINKS,
    /** The first is for whoever asks for none of them. */
    languages: values.GATEHOUSE_LANGUAGES,
    mail: {
      isOn: values.MAIL !== "off",
      /** Absent in local mode: then mails are shown at /dev/mail. */
      server: values.SMTP_URL,
      supportUrl: values.GATEHOUSE_SUPPORT_URL,
      from: values.MAIL_FROM ?? { name: values.BRAND_NAME, address: `no-reply@${url.hostname}` },
    },
    sessions: sessionsFrom(values),
    log: values.GATEHOUSE_LOG,
    eventsKeptDays: values.GATEHOUSE_EVENTS_DAYS,
  };
}

/** Absent only in local mode, where one is made and kept in the data folder. */
function secretsFrom({ BETTER_AUTH_SECRET: only, BETTER_AUTH_SECRETS: several }: Values): Secrets | undefined {
  return several ?? (only === undefined ? undefined : [{ value: only }]);
}

function listenName({ BETTER_AUTH_URL: url, GATEHOUSE_HOST: host }: Values): string {
  return url.local ? (loopbackAddress(host ?? url.hostname) ?? "localhost") : (host ?? "0.0.0.0");
}

function brandFrom(values: Values) {
  return {
    name: values.BRAND_NAME,
    accent: values.GATEHOUSE_ACCENT,
    radius: values.GATEHOUSE_RADIUS,
    mark: values.GATEHOUSE_MARK,
  };
}

function homeFrom({ GATEHOUSE_HOME_URL: url, GATEHOUSE_HOME_NAME: name }: Values) {
  return url === undefined ? undefined : { url, name: name ?? new URL(url).host };
}

function sessionsFrom(values: Values) {
  return {
    idleSeconds: values.GATEHOUSE_SESSION_IDLE_DAYS * days,
    /** How stale "last seen" may be: only after so long does another visit extend a session. */
    extendedEverySeconds: Math.min(1 * hours, (values.GATEHOUSE_SESSION_IDLE_DAYS * days) / 7),
    longestSeconds: values.GATEHOUSE_SESSION_LONGEST_DAYS * days,
    briefSeconds: values.GATEHOUSE_SESSION_BRIEF_HOURS * hours,
    freshSeconds: values.GATEHOUSE_FRESH_MINUTES * minutes,
    perPerson: values.GATEHOUSE_SESSIONS_PER_PERSON,
    kept: values.GATEHOUSE_SESSION_CACHE,
  };
}
