import { poolerRefusal } from "../../db/server-refusals";
import { hasPoolerName } from "../../db/server-address";
import { isHost, wantedOfHosts } from "./ip";
import { loopbackAddress } from "./loopback";
import { fileOf, type SecretName } from "./secret-files";
import type { Environment, ValuesOf } from "./setting";
import type { settings } from "./settings";

/** What the settings of the core say, once they are read. */
export type Values = ValuesOf<typeof settings>;

/**
 * A line for each setting that is missing, or contradicts another one. `given` is the environment without what counts
 * as left out, and with the secrets of files in it.
 */
export const contradictions = (values: Partial<Values>, given: Environment, environment: Environment): string[] => [
  ...listensElsewhere(values),
  ...missingInProduction(values, given, environment),
  ...secretsInTwoPlaces(given),
  ...cookieDomainOutside(values),
  ...databaseMismatch(values),
  ...sessionMismatch(values),
  ...backendMismatch(values),
  ...workersMismatch(values),
  ...homeMismatch(values),
  ...countryFromNobody(given),
  ...metricsMismatch(values, given),
  ...mailMissing(values),
];

/** By mail alone somebody shows to have an address, or is invited. */
function mailMissing({ MAIL, GATEHOUSE_SIGN_UP: who, GATEHOUSE_SIGN_UP_DOMAINS: domains = [] }: Partial<Values>) {
  if (MAIL !== "off") return [];
  return [
    ...(who === "invited"
      ? ["GATEHOUSE_SIGN_UP: `invited` needs mail. Set it to `closed`, or leave MAIL=off out."]
      : []),
    ...(domains.length > 0
      ? ["GATEHOUSE_SIGN_UP_DOMAINS: needs mail, by which an address is confirmed. Leave MAIL=off out."]
      : []),
  ];
}

function missingInProduction(
  { BETTER_AUTH_URL: url }: Partial<Values>,
  given: Environment,
  environment: Environment,
): string[] {
  if (url?.local !== false) return [];
  const missing: string[] = [];
  // A file that cannot be read is told of by itself.
  const isGiven = (name: SecretName) => Boolean(given[name]) || environment[fileOf(name)] !== undefined;
  if (!isGiven("DATABASE_URL") && !given.GATEHOUSE_DB_DRIVER)
    missing.push(
      "DATABASE_URL: required in production. " +
        "Set it, or set GATEHOUSE_DB_DRIVER=embedded to keep everything in DATA_DIR.",
    );
  if (!isGiven("BETTER_AUTH_SECRET") && !isGiven("BETTER_AUTH_SECRETS"))
    missing.push("BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.");
  const isMailWanted = (given.MAIL ?? "on") === "on"; // another value is refused already
  if (!isGiven("SMTP_URL") && isMailWanted)
    missing.push("SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.");
  return missing;
}

/** Which of them signs would be a guess. */
const secretsInTwoPlaces = (given: Environment): string[] =>
  given.BETTER_AUTH_SECRET && given.BETTER_AUTH_SECRETS
    ? ["BETTER_AUTH_SECRET: contradicts BETTER_AUTH_SECRETS. Put it into that list, and unset it."]
    : [];

/** Local mode shows everybody's mails, with the links that open every account, to whoever can reach it. */
function listensElsewhere({ BETTER_AUTH_URL: url, GATEHOUSE_HOST: host }: Partial<Values>): string[] {
  if (!url || host === undefined) return [];
  if (!url.local) return isHost(host) ? [] : [`GATEHOUSE_HOST: ${wantedOfHosts}.`];
  if (loopbackAddress(host)) return [];
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

/** A backend that holds what signs the cookies could sign in anybody; and one cannot be told what nobody hears of. */
function backendMismatch({
  GATEHOUSE_BACKEND_KEY: keys = [],
  GATEHOUSE_SESSION_CACHE: kept = Infinity,
  BETTER_AUTH_SECRET: only,
  BETTER_AUTH_SECRETS: several,
}: Partial<Values>): string[] {
  const secrets = [only, ...(several?.map(({ value }) => value) ?? [])];
  return [
    ...(keys.some((key) => secrets.includes(key))
      ? ["GATEHOUSE_BACKEND_KEY: is the secret that signs the cookies. Make another with `openssl rand -base64 32`."]
      : []),
    ...(keys.length > 0 && kept === 0
      ? ["GATEHOUSE_BACKEND_KEY: with GATEHOUSE_SESSION_CACHE=0 no change is heard of. Leave one of them out."]
      : []),
  ];
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

/** The port of the pages. */
export const portOf = ({ PORT, BETTER_AUTH_URL: url }: Pick<Partial<Values>, "PORT" | "BETTER_AUTH_URL">): number =>
  PORT ?? (url?.local ? (url.port ?? 80) : 3000);

function metricsMismatch(values: Partial<Values>, given: Environment): string[] {
  const { GATEHOUSE_METRICS_PORT: port } = values;
  if (port === undefined)
    return given.GATEHOUSE_METRICS_HOST
      ? ["GATEHOUSE_METRICS_HOST: nothing listens there yet. Set GATEHOUSE_METRICS_PORT too, or leave it out."]
      : [];
  return port === portOf(values) ? ["GATEHOUSE_METRICS_PORT: is the port of the pages. Use another one."] : [];
}

const countryFromNobody = (given: Environment): string[] =>
  given.GATEHOUSE_COUNTRY_HEADER && !given.TRUSTED_PROXIES
    ? ["GATEHOUSE_COUNTRY_HEADER: is believed from nobody. Set TRUSTED_PROXIES to your proxies, or leave it out."]
    : [];

/**
 * Settings that may be left out, but not set to nothing: another database, another mode, another network, another
 * secret would be the silent answer.
 */
const neverEmpty: (keyof typeof settings)[] = [
  "BETTER_AUTH_URL",
  "BETTER_AUTH_SECRETS",
  "DATABASE_URL",
  "DATABASE_URL_DIRECT",
  "DATA_DIR",
  "GATEHOUSE_HOST",
];

/** A template's variable that did not resolve must not start another database, or local mode. */
export const setToNothing = (environment: Environment) =>
  neverEmpty
    .filter((name) => environment[name]?.trim() === "")
    .map((name) => `${name}: is set, but to nothing. Give it a value, or unset it.`);
