import { get, type RequestOptions } from "node:http";
import { domainOf } from "./settings/public-suffix";
import { examine } from "../db/examine";
import type { MigrationSet } from "../db/migration-records";
import { RefusedForNow, StartRefused } from "../db/refusal";
import { connectionTo } from "../db/server-address";
import type { Capability } from "./capability";
import { migrationsOf, readWholeConfig } from "./contributions";
import { readMark } from "./http/assets";
import { smtpTransport } from "./mail/smtp";
import { inBrackets, smtpProblem } from "./mail/smtp-problem";
import type { Config } from "./settings/config";
import { rotateSecret } from "./process/rotate-secret";
import { loadEnvFile } from "./settings/env-file";
import { pathOf } from "./settings/secret-files";
import type { Environment } from "./settings/setting";
import { mailbox } from "./settings/values";

/** What a verb did: a sentence, or the same with facts for programs; `failed` where not all of it could be done. */
export type Outcome = string | { said: string; facts: Record<string, unknown>; failed?: boolean };

/**
 * Tells every problem of the settings, each on a line with its remedy, and with `isOnline` what the database and the
 * mail server say. Starts nothing, and changes nothing. Throws StartRefused with the lines where there are any.
 */
export async function check(
  environment: Environment,
  capabilities: readonly Capability[],
  { isOnline }: { isOnline: boolean },
): Promise<Outcome> {
  const config = configOf(environment, capabilities);
  const ofFiles = await problemsOfFiles(config);
  const sets = migrationsOf(capabilities, config);
  const problems = ofFiles.length === 0 && isOnline ? await problemsOnline(config, sets) : ofFiles;
  if (problems.length > 0) throw new StartRefused(problems.join("\n"));
  const notes = foreignOrigins(config);
  const asked = isOnline ? alsoInOrder(config) : "";
  const said = [...notes.map((note) => `Note: ${note}`), `The settings are in order${asked}.`].join("\n");
  return { said, facts: { mode: config.mode, address: config.origin, database: config.database.driver, notes } };
}

/** The mail server that mails go to; undefined where none is named, or none are sent. */
const mailServerOf = ({ mail }: Pick<Config, "mail">) => (mail.isOn ? mail.server : undefined);

/** What else is in order, of what was asked. */
const alsoInOrder = (config: Config) =>
  mailServerOf(config) === undefined
    ? `, and so is the database. ${config.mail.isOn ? "No mail server is named" : "No mail is sent"}`
    : ", and so are the database and the mail server";

function configOf(environment: Environment, capabilities: readonly Capability[]): Config {
  loadEnvFile(environment);
  return readWholeConfig(environment, capabilities);
}

/** Browsers send our cookie to no script of another site: people can be sent back there, and nothing more. */
function foreignOrigins({ trustedOrigins, origin }: Config): string[] {
  const siteOf = (address: string) => domainOf(address, { allowPrivateDomains: true }) ?? new URL(address).hostname;
  return trustedOrigins
    .filter((trusted) => siteOf(trusted) !== siteOf(origin))
    .map(
      (trusted) =>
        `TRUSTED_ORIGINS: ${trusted} is another site than BETTER_AUTH_URL, ` +
        "so its scripts never learn who is signed in. Put both under one domain if they should.",
    );
}

/** Of the files that settings name and a start reads: those of secrets were read with the settings. */
async function problemsOfFiles({ brand, database: { driver, url, directUrl } }: Config): Promise<string[]> {
  const { mark } = brand;
  const addresses: Record<string, string> =
    driver === "embedded" ? {} : { DATABASE_URL: url, ...(directUrl !== url && { DATABASE_URL_DIRECT: directUrl }) };
  const ofMark = mark === undefined ? [] : await linesOf("GATEHOUSE_MARK", () => readMark(mark));
  const ofAddresses = Object.entries(addresses).map(([name, address]) => linesOf(name, () => connectionTo(address)));
  return [...ofMark, ...(await Promise.all(ofAddresses)).flat()];
}

/** A line in the name of the setting where something is refused; none where it is not. */
async function linesOf(setting: string, read: () => unknown): Promise<string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (error instanceof StartRefused) return [error.message.replace(/^\w+:/, `${setting}:`)];
    throw error;
  }
}

async function problemsOnline(config: Config, sets: readonly MigrationSet[]): Promise<string[]> {
  const { database, mail } = config;
  const server = mailServerOf(config);
  const asked = { host: hostnameOf(config), from: mail.from.address };
  const ofMail = server === undefined ? undefined : smtpProblem(server, asked);
  const [ofDatabase, word] = await Promise.all([examine(database, sets), ofMail]);
  return word === undefined ? ofDatabase : [...ofDatabase, word];
}

/** Who we say we are to a mail server: a port is none of it. */
const hostnameOf = ({ origin }: Config) => new URL(origin).hostname;

/**
 * Sends one mail through the mail server of the settings. Throws RefusedForNow where there is none, where no
 * address was typed, or with what the server says.
 */
export async function testMail(
  environment: Environment,
  capabilities: readonly Capability[],
  typed: string,
): Promise<Outcome> {
  const to = mailbox(typed)?.address;
  if (to === undefined) throw new RefusedForNow("Type one email address, such as ada@example.org.");
  const config = configOf(environment, capabilities);
  const { mail, brand } = config;
  const host = hostnameOf(config);
  const server = mailServerOf(config);
  if (server === undefined) {
    const remedy = mail.isOn ? "set SMTP_URL" : "leave MAIL=off out";
    throw new RefusedForNow(`No mail is sent with these settings: ${remedy}.`);
  }
  const transport = smtpTransport(server, { from: mail.from, host, connections: 1 });
  const text = `This mail shows that ${brand.name} can send mail.`;
  const messageId = `<${crypto.randomUUID()}@${host}>`;
  try {
    const refused = await transport.send({
      messageId,
      to,
      subject: `${brand.name}: a test`,
      text,
      html: `<p>${Bun.escapeHTML(text)}</p>`,
    });
    if (refused) throw new RefusedForNow(`The mail server refuses it${inBrackets(refused)}.`);
    return `The mail server has taken the mail to ${to}.`;
  } catch (error) {
    if (error instanceof RefusedForNow) throw error;
    throw new RefusedForNow(
      (await smtpProblem(server, { host, from: mail.from.address })) ?? "The mail server did not take it.",
    );
  } finally {
    transport.close();
  }
}

/** Takes a step of replacing the secret in its file. Throws StartRefused in words. */
export async function rotate(
  environment: Environment,
  capabilities: readonly Capability[],
  asked: { step: string; isNow: boolean },
): Promise<Outcome> {
  const config = configOf(environment, capabilities);
  return rotateSecret(config, { path: pathOf("BETTER_AUTH_SECRETS", environment), ...asked });
}

const longestAnswer = 3000; // milliseconds

/**
 * Asks the program that runs with these settings on this machine whether it is alive, as containers do. Throws
 * RefusedForNow where it does not answer.
 */
export async function healthcheck(environment: Environment, capabilities: readonly Capability[]): Promise<Outcome> {
  const { listen } = configOf(environment, capabilities);
  const own = ownAddress(listen);
  const url = `http://${own.host.includes(":") ? `[${own.host}]` : own.host}:${own.port}${own.path}`;
  const status = await statusAt(own);
  if (status === 200) return { said: "alive", facts: { url } };
  throw new RefusedForNow(`${url} ${status === undefined ? "does not answer" : `answers ${status}`}.`);
}

/** With which status it is answered there, if in time. Not by `fetch`, which would ask a proxy of the environment. */
const statusAt = (own: RequestOptions): Promise<number | undefined> =>
  new Promise((tell) => {
    const asked = get({ ...own, signal: AbortSignal.timeout(longestAnswer) }, (answer) => tell(answer.statusCode));
    asked.on("error", () => tell(undefined));
  });

/** Where this machine reaches what listens with these settings, which may be on all its addresses. */
function ownAddress({ hostname, port }: Config["listen"]) {
  const host = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  return { host, port, path: "/livez" };
}
