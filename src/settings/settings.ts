import { peopleSettings } from "./people-settings";
import { sessionSettings } from "./session-settings";
import {
  anyText,
  lineOfText,
  matching,
  oneOf,
  optional,
  portNumber,
  required,
  wholeNumber,
  withDefault,
} from "./setting";
import { signUpSettings } from "./sign-up-settings";
import {
  addressRanges,
  cookieDomain,
  databaseAddress,
  databaseDriver,
  languageCodes,
  listenHost,
  mailServer,
  namedLinks,
  origins,
  publicAddress,
  sender,
  signingSecret,
  supportAddress,
  versionedSecrets,
  webAddress,
} from "./values";

/**
 * Every setting of the core: its name, its meaning and its values. `docs/settings.md` repeats the descriptions, and a
 * test compares the two. A message says what to write instead, and never repeats the value, which may be a secret.
 */
export const settings = {
  BETTER_AUTH_URL: required(
    publicAddress,
    "The address people type. On a loopback host it means local mode; anything else is production and needs https.",
  ),
  BETTER_AUTH_SECRET: optional(
    signingSecret,
    "Signs the session cookies. Required in production; in local mode one is made and kept in DATA_DIR.",
  ),
  BETTER_AUTH_SECRETS: optional(
    versionedSecrets,
    "In place of BETTER_AUTH_SECRET while it is replaced by another: several secrets with their versions, " +
      "`2:new,1:old`. The first signs, each verifies.",
  ),
  DATABASE_URL: optional(
    databaseAddress,
    "A Postgres or Neon database; it may lead through a pooler. Without it the embedded one in DATA_DIR is used: " +
      "in production only where GATEHOUSE_DB_DRIVER says `embedded`.",
  ),
  DATABASE_URL_DIRECT: optional(
    databaseAddress,
    "The same database past its pooler, for migrations and for hearing of changes. " +
      "Needed only when DATABASE_URL leads through one.",
  ),
  GATEHOUSE_DB_DRIVER: optional(
    databaseDriver,
    "How to reach the database: `neon` (WebSocket) for hosts under neon.tech, else `postgres` (TCP), " +
      "else `embedded`.",
  ),
  PORT: optional(
    portNumber,
    "The port to listen on: by default the one in BETTER_AUTH_URL in local mode, 3000 in production.",
  ),
  GATEHOUSE_HOST: optional(
    anyText,
    "The address to listen on: by default `localhost` in local mode, which may be this machine only, else `0.0.0.0`.",
  ),
  DATA_DIR: withDefault("data", anyText, "Folder of the embedded database and, in local mode, of the secret."),
  TRUSTED_ORIGINS: withDefault(
    "",
    origins,
    "Comma-separated origins of your docs and apps: people may be sent back there, " +
      "and their scripts may ask who is signed in.",
  ),
  COOKIE_DOMAIN: optional(
    cookieDomain,
    "Share the session with the sub-domains of this domain. Leave it out when one host is enough: safer.",
  ),
  TRUSTED_PROXIES: withDefault(
    "",
    addressRanges,
    "Addresses or CIDR ranges of your own proxies, comma-separated; " +
      "X-Forwarded headers are believed from these only.",
  ),
  GATEHOUSE_COUNTRY_HEADER: optional(
    matching(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "must be the name of a header such as CF-IPCountry"),
    "The header in which your proxy tells a visitor's country in two letters, such as `CF-IPCountry`; " +
      "believed from TRUSTED_PROXIES only.",
  ),
  ...signUpSettings,
  SMTP_URL: optional(
    mailServer,
    "The mail server. Required in production, unless MAIL=off. " +
      "Anywhere but on this machine the connection is encrypted, or there is none.",
  ),
  MAIL_FROM: optional(
    sender,
    "The sender of every mail, such as `Acme <login@example.com>`: " +
      "by default `no-reply@` the host of BETTER_AUTH_URL.",
  ),
  MAIL: optional(
    oneOf(["on", "off"], "must be `off` or `on`, or left out"),
    "`off` runs without mail: no confirmed addresses, no forgotten passwords, no warnings. " +
      "The path of a mailbox, which many systems put here, is passed over.",
  ),
  GATEHOUSE_SUPPORT_URL: optional(
    supportAddress,
    "Where people find help, `https://…` or `mailto:…`: it stands at the end of every mail.",
  ),
  BRAND_NAME: withDefault("Gatehouse", lineOfText(60, /\p{Cc}/u), "The name of your product, on every page."),
  GATEHOUSE_ACCENT: withDefault(
    "#3457d5",
    matching(/^#[0-9a-f]{6}$/i, "must be a colour such as #3457d5"),
    "The colour of buttons and links; text on it is made black or white, whichever is easier to read.",
  ),
  GATEHOUSE_LANGUAGES: withDefault(
    "en,de,fr,es",
    languageCodes,
    "The languages of pages and mails, comma-separated, of `en`, `de` (du), `de-formal` (Sie), `fr`, `es`; " +
      "the first is for whoever asks for none of them.",
  ),
  GATEHOUSE_RADIUS: withDefault(
    "0.5rem",
    matching(/^\d{1,2}(\.\d{1,3})?(px|rem)$|^0$/, "must be a length such as 0.5rem or 4px"),
    "How round the corners of fields and buttons are.",
  ),
  GATEHOUSE_MARK: optional(
    matching(/\.(svg|png)$/i, "must be the path of an SVG or PNG file"),
    "A file with your mark, SVG or PNG, square: it stands above every page and in the browser's tab.",
  ),
  GATEHOUSE_HOME_URL: optional(
    webAddress,
    "Your product, where people come from: the way back stands on every page. https, or this machine.",
  ),
  GATEHOUSE_HOME_NAME: optional(
    lineOfText(40, /\p{C}/u),
    "What the way back is called, such as `Acme Docs`: by default the host of GATEHOUSE_HOME_URL.",
  ),
  GATEHOUSE_LINKS: withDefault(
    "",
    namedLinks,
    "Up to six links for the end of every page and below sign-up, such as " +
      "`Privacy=https://example.com/privacy`; commas between them. " +
      "`Privacy`, `Terms`, `Imprint`, `Help` and `Contact` are shown in the reader's language.",
  ),
  ...sessionSettings,
  GATEHOUSE_WORKERS: withDefault(
    "1",
    wholeNumber(1, 64),
    "How many processes share the port, one for each core that may be used. More than one needs a DATABASE_URL.",
  ),
  GATEHOUSE_WORKER_SILENCE_SECONDS: withDefault(
    "30",
    wholeNumber(3, 3600),
    "Seconds without a sign of life after which one of several processes is killed, and replaced.",
  ),
  GATEHOUSE_LOG: optional(
    oneOf(["json", "text"], "must be `json` or `text`, or left out"),
    "How the log is written: `json`, or `text` for people, as on a terminal.",
  ),
  LOG_LEVEL: withDefault(
    "info",
    oneOf(["debug", "info", "warn", "error"], "must be `info`, `warn` or `error`, or left out"),
    "The least that is logged: `info` for every line, `warn`, `error`. `debug` is as `info`.",
  ),
  GATEHOUSE_LOG_ADDRESS: withDefault(
    "full",
    oneOf(["full", "network", "none"], "must be `full`, `network` or `none`, or left out"),
    "How much of a client's address stands in the log: `full`, `network` (the /24 of IPv4, the /48 of IPv6), `none`.",
  ),
  GATEHOUSE_METRICS_PORT: optional(
    portNumber,
    "A port of its own for `/metrics`, which Prometheus reads. Without it nothing is told.",
  ),
  GATEHOUSE_METRICS_HOST: withDefault(
    "127.0.0.1",
    listenHost,
    "The address on which that port listens: where others can reach it, let your network decide who may.",
  ),
  ...peopleSettings,
  GATEHOUSE_EVENTS_DAYS: withDefault("90", wholeNumber(1, 3650), "Days for which the activity log is kept."),
};
