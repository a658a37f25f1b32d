import type { DatabaseSettings } from "../../db/types";
import { StartRefused } from "../../db/refusal";
import { isOfNeon } from "../../db/server-address";
import { withoutBrackets } from "./ip";
import { loopbackAddress } from "./loopback";
import { tryToRead, type Environment, type Settings } from "./setting";
import { settings } from "./settings";
import { merged } from "../merged";
import { days, hours, minutes } from "../time";
import { contradictions, portOf, setToNothing, type Values } from "./contradictions";
import { withSecretFiles } from "./secret-files";
import { isOfTheSystem, unreadNames } from "./unread-names";
import type { Secrets } from "./values";

/** A Config whose secrets are known: in local mode too. */
export type ServedConfig = Config & { secrets: Secrets };

/** Everything the environment decides, checked. Made once, at start; nothing else reads the environment. */
export type Config = ReturnType<typeof configFrom> & {
  /** The settings of the capabilities, by name. */
  own: Record<string, unknown>;
};

/**
 * The environment as a checked Config. Throws StartRefused with one line per problem, all of them at once, each
 * naming the setting and what to write instead. What `furtherProblems` finds is among them where every value can be
 * read.
 */
export function readConfig(
  environment: Environment,
  ofCapabilities: Settings = {},
  furtherProblems: (config: Config) => string[] = () => [],
): Config {
  const files = withSecretFiles(environment);
  const given = withoutEmpty(files.given);
  const all = merged(settings, ofCapabilities);
  const { values, problems } = readValues(given, all);
  const own = Object.entries(values).filter(([name]) => Object.hasOwn(ofCapabilities, name));
  const config = problems.length === 0 && { ...configFrom(values as Values), own: Object.fromEntries(own) };
  problems.unshift(...files.problems);
  problems.push(...setToNothing(environment), ...unreadNames(given, all));
  problems.push(...contradictions(values, given, environment), ...(config ? furtherProblems(config) : []));
  if (!config || problems.length > 0) throw new StartRefused(problems.join("\n"));
  return config;
}

/**
 * A setting that is set to nothing counts as left out, as does a value that is the system's; space around a value is a
 * slip of the pen.
 */
const withoutEmpty = (environment: Environment): Environment => {
  const trimmed = Object.entries(environment).map(([name, text = ""]) => [name, text.trim()] as const);
  return Object.fromEntries(trimmed.filter(([name, text]) => text !== "" && !isOfTheSystem(name, text)));
};

function readValues(given: Environment, all: Settings) {
  const values: Partial<Values> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(all)) {
    const text = given[name] ?? (name === "BETTER_AUTH_URL" ? defaultUrl(given) : undefined);
    const read = tryToRead(setting, text);
    // As when a file is in Latin-1 or UTF-16, or a secret of bytes that are no text: another value would count.
    if (notUtf8.test(text ?? "")) problems.push(`${name}: must be text in UTF-8.`);
    // As when a quote is left open in a file: a URL would drop the break in silence.
    else if (/\p{Cc}/u.test(text ?? "")) problems.push(`${name}: must be one line of text.`);
    else if (read.problem === undefined) Object.assign(values, { [name]: read.value });
    else problems.push(`${name}: ${read.problem}.${isInQuotes.test(text ?? "") ? withoutQuotes : ""}`);
  }
  return { values, problems };
}

/** As Docker hands over what an `--env-file`, or a list in Compose, has in quotes: they look right there. */
const isInQuotes = /^(["'`]).*\1$/;
const withoutQuotes = " Leave out the quotes around it: here they are part of it.";

/** What the runtime reads in the place of bytes that are not UTF-8; and every second byte of UTF-16. */
const notUtf8 = /[\uFFFD\0]/;

/** The address of a program that was told nothing, or its port only. */
const defaultUrl = ({ PORT }: Environment) => `http://localhost:${tryToRead(settings.PORT, PORT).value ?? 3000}`;

function databaseFrom({
  DATABASE_URL: url = "",
  DATABASE_URL_DIRECT,
  GATEHOUSE_DB_DRIVER,
  DATA_DIR,
}: Values): DatabaseSettings {
  const byAddress = url === "" ? "embedded" : isOfNeon(url) ? "neon" : "postgres";
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
      port: portOf(values),
      hostname: listenName(values),
    },
    /** Processes that share the port. */
    workers: values.GATEHOUSE_WORKERS,
    workerSilenceSeconds: values.GATEHOUSE_WORKER_SILENCE_SECONDS,
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
    mail: mailFrom(values),
    sessions: sessionsFrom(values),
    /** Absent where no backend answers from memory. */
    backendKeys: values.GATEHOUSE_BACKEND_KEY,
    ...logFrom(values),
    metrics: metricsFrom(values),
    ...peopleFrom(values),
    eventsKeptDays: values.GATEHOUSE_EVENTS_DAYS,
  };
}

function mailFrom(values: Values) {
  return {
    isOn: values.MAIL !== "off",
    /** Absent in local mode: then mails are shown at /dev/mail. */
    server: values.SMTP_URL,
    supportUrl: values.GATEHOUSE_SUPPORT_URL,
    from: values.MAIL_FROM ?? { name: values.BRAND_NAME, address: `no-reply@${values.BETTER_AUTH_URL.hostname}` },
  };
}

function signUpFrom(values: Values) {
  const signUp = {
    /** Who may make an account without an invitation, and whether pages lead to invitations. */
    who: values.GATEHOUSE_SIGN_UP,
    /** Whose addresses may have one: a domain, or `*.` and the domain above it; empty for all. */
    domains: values.GATEHOUSE_SIGN_UP_DOMAINS,
    perNetwork: values.GATEHOUSE_SIGN_UPS_PER_NETWORK,
    wide: { networks: values.GATEHOUSE_WIDE_NETWORKS, factor: values.GATEHOUSE_WIDE_FACTOR },
  };
  return { signUp };
}

const peopleFrom = (values: Values) => ({
  ...signUpFrom(values),
  /** Columns of `user` by which an existing app keeps people out. */
  blockedColumns: values.GATEHOUSE_BLOCKED_COLUMNS,
});

function logFrom(values: Values) {
  return {
    log: values.GATEHOUSE_LOG,
    /** The least that is logged. */
    logLevel: values.LOG_LEVEL === "debug" ? ("info" as const) : values.LOG_LEVEL,
    /** How much of a client's address stands in the log. */
    addressInLog: values.GATEHOUSE_LOG_ADDRESS,
  };
}

/** Absent where nobody is told. */
function metricsFrom({ GATEHOUSE_METRICS_PORT: port, GATEHOUSE_METRICS_HOST: hostname }: Values) {
  return port === undefined ? undefined : { port, hostname };
}

/** Absent only in local mode, where one is made and kept in the data folder. */
function secretsFrom({ BETTER_AUTH_SECRET: only, BETTER_AUTH_SECRETS: several }: Values): Secrets | undefined {
  return several ?? (only === undefined ? undefined : [{ value: only }]);
}

function listenName({ BETTER_AUTH_URL: url, GATEHOUSE_HOST: host }: Values): string {
  return url.local ? (loopbackAddress(host ?? url.hostname) ?? "localhost") : withoutBrackets(host ?? "0.0.0.0");
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
