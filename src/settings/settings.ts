import { isIP } from "node:net";
import { domainOf } from "./public-suffix";
import * as z from "zod";
import { sessionSettings } from "./session-settings";
import { signUpSettings } from "./sign-up-settings";
import { peopleSettings } from "./people-settings";
import {
  addressRanges,
  databaseAddress,
  isHardToGuess,
  languageCodes,
  namedLinks,
  origins,
  portNumber,
  publicAddress,
  sender,
  supportAddress,
  versionedSecrets,
  wantedOfSecrets,
  webAddress,
  wholeNumber,
} from "./values";

/** Settings by their names: each a schema that reads the text of the variable, and describes it. */
export type Settings = Record<string, z.ZodType>;

/**
 * Every setting of the core: its name, its meaning and its values. `docs/settings.md` repeats the descriptions, and a
 * test compares the two. A message says what to write instead, and never repeats the value, which may be a secret.
 */
export const settings = {
  BETTER_AUTH_URL: z
    .string()
    .transform(publicAddress)
    .describe(
      "The address people type. On a loopback host it means local mode; anything else is production and needs https.",
    ),
  BETTER_AUTH_SECRET: z
    .string()
    .refine(isHardToGuess, wantedOfSecrets)
    .optional()
    .describe("Signs the session cookies. Required in production; in local mode one is made and kept in DATA_DIR."),
  BETTER_AUTH_SECRETS: z
    .string()
    .transform(versionedSecrets)
    .optional()
    .describe(
      "In place of BETTER_AUTH_SECRET while it is replaced by another: several secrets with their versions, " +
        "`2:new,1:old`. The first signs, each verifies.",
    ),
  DATABASE_URL: z
    .string()
    .transform(databaseAddress)
    .optional()
    .describe(
      "A Postgres or Neon database; it may lead through a pooler. Without it the embedded one in DATA_DIR is used: " +
        "in production only where GATEHOUSE_DB_DRIVER says `embedded`.",
    ),
  DATABASE_URL_DIRECT: z
    .string()
    .transform(databaseAddress)
    .optional()
    .describe(
      "The same database past its pooler, for migrations and for hearing of changes. " +
        "Needed only when DATABASE_URL leads through one.",
    ),
  GATEHOUSE_DB_DRIVER: z
    .string()
    .refine(
      (driver) => driver !== "neon-http",
      "`neon-http` has no transactions, so a sign-up could be half done. Use `neon`",
    )
    .pipe(z.enum(["postgres", "neon", "embedded"], "must be `postgres`, `neon` or `embedded`"))
    .optional()
    .describe(
      "How to reach the database: `neon` (WebSocket) for hosts under neon.tech, else `postgres` (TCP), " +
        "else `embedded`.",
    ),
  PORT: portNumber
    .optional()
    .describe("The port to listen on: by default the one in BETTER_AUTH_URL in local mode, 3000 in production."),
  GATEHOUSE_HOST: z
    .string()
    .optional()
    .describe(
      "The address to listen on: by default `localhost` in local mode, which may be this machine only, else `0.0.0.0`.",
    ),
  DATA_DIR: z.string().prefault("data").describe("Folder of the embedded database and, in local mode, of the secret."),
  TRUSTED_ORIGINS: z
    .string()
    .prefault("")
    .transform(origins)
    .describe(
      "Comma-separated origins of your docs and apps: people may be sent back there, " +
        "and their scripts may ask who is signed in.",
    ),
  COOKIE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "must be a domain such as example.com, lower case, without a leading dot")
    .refine((domain) => isIP(domain) === 0, "must be a domain, not an IP address")
    .refine(
      (domain) => domainOf(domain, { allowPrivateDomains: true }) !== null,
      "is a public suffix, and browsers refuse a cookie for everybody under it. Use a domain of your own",
    )
    .optional()
    .describe("Share the session with the sub-domains of this domain. Leave it out when one host is enough: safer."),
  TRUSTED_PROXIES: z
    .string()
    .prefault("")
    .transform(addressRanges)
    .describe(
      "Addresses or CIDR ranges of your own proxies, comma-separated; " +
        "X-Forwarded headers are believed from these only.",
    ),
  GATEHOUSE_COUNTRY_HEADER: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "must be the name of a header such as CF-IPCountry")
    .optional()
    .describe(
      "The header in which your proxy tells a visitor's country in two letters, such as `CF-IPCountry`; " +
        "believed from TRUSTED_PROXIES only.",
    ),
  ...signUpSettings,
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be an address such as smtp://user:password@mail.example.com:587" })
    .refine(
      (text) => !/[?#]/.test(text),
      "must not have a `?` or `#`: options there could switch the encryption off. In a password write `%3F`, `%23`",
    )
    .optional()
    .describe(
      "The mail server. Required in production, unless MAIL=off. " +
        "Anywhere but on this machine the connection is encrypted, or there is none.",
    ),
  MAIL_FROM: z
    .string()
    .transform(sender)
    .optional()
    .describe(
      "The sender of every mail, such as `Acme <login@example.com>`: " +
        "by default `no-reply@` the host of BETTER_AUTH_URL.",
    ),
  MAIL: z
    .enum(["on", "off"], { error: "must be `off` or `on`, or left out" })
    .optional()
    .describe(
      "`off` runs without mail: no confirmed addresses, no forgotten passwords, no warnings. " +
        "The path of a mailbox, which many systems put here, is passed over.",
    ),
  GATEHOUSE_SUPPORT_URL: z
    .string()
    .transform(supportAddress)
    .optional()
    .describe("Where people find help, `https://…` or `mailto:…`: it stands at the end of every mail."),
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
  GATEHOUSE_LANGUAGES: z
    .string()
    .prefault("en,de,fr,es")
    .transform(languageCodes)
    .describe(
      "The languages of pages and mails, comma-separated, of `en`, `de` (du), `de-formal` (Sie), `fr`, `es`; " +
        "the first is for whoever asks for none of them.",
    ),
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
  GATEHOUSE_HOME_URL: z
    .string()
    .transform(webAddress)
    .optional()
    .describe("Your product, where people come from: the way back stands on every page. https, or this machine."),
  GATEHOUSE_HOME_NAME: z
    .string()
    .max(40, "must be 40 characters at most")
    .regex(/^[^\p{C}]+$/u, "must be one line of text")
    .optional()
    .describe("What the way back is called, such as `Acme Docs`: by default the host of GATEHOUSE_HOME_URL."),
  GATEHOUSE_LINKS: z
    .string()
    .prefault("")
    .transform(namedLinks)
    .describe(
      "Up to six links for the end of every page and below sign-up, such as " +
        "`Privacy=https://example.com/privacy`; commas between them. " +
        "`Privacy`, `Terms`, `Imprint`, `Help` and `Contact` are shown in the reader's language.",
    ),
  ...sessionSettings,
  GATEHOUSE_WORKERS: wholeNumber(1, 64, 1).describe(
    "How many processes share the port, one for each core that may be used. More than one needs a DATABASE_URL.",
  ),
  GATEHOUSE_WORKER_SILENCE_SECONDS: wholeNumber(3, 3600, 30).describe(
    "Seconds without a sign of life after which one of several processes is killed, and replaced.",
  ),
  GATEHOUSE_LOG: z
    .enum(["json", "text"], { error: "must be `json` or `text`, or left out" })
    .optional()
    .describe("How the log is written: `json`, or `text` for people, as on a terminal."),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], { error: "must be `info`, `warn` or `error`, or left out" })
    .prefault("info")
    .describe("The least that is logged: `info` for every line, `warn`, `error`. `debug` is as `info`."),
  GATEHOUSE_LOG_ADDRESS: z
    .enum(["full", "network", "none"], { error: "must be `full`, `network` or `none`, or left out" })
    .prefault("full")
    .describe(
      "How much of a client's address stands in the log: `full`, `network` (the /24 of IPv4, the /48 of IPv6), `none`.",
    ),
  GATEHOUSE_METRICS_PORT: portNumber
    .optional()
    .describe("A port of its own for `/metrics`, which Prometheus reads. Without it nothing is told."),
  GATEHOUSE_METRICS_HOST: z
    .string()
    .prefault("127.0.0.1")
    .describe("The address on which that port listens: where others can reach it, let your network decide who may."),
  ...peopleSettings,
  GATEHOUSE_EVENTS_DAYS: wholeNumber(1, 3650, 90).describe("Days for which the activity log is kept."),
};
