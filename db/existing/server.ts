import type { Client } from "pg";
import { RefusedForNow, StartRefused } from "../refusal";

/** Something of the database that is no reason to refuse a start, and that the operator should read in the log. */
export interface Finding {
  event: "database.unsafe_setting" | "database.cannot_sign_in";
  facts: Record<string, string | number>;
}

/** A line for the log. The caller that opened the database writes it. */
export const notice = (event: Finding["event"], facts: Finding["facts"]): Finding => ({ event, facts });

/** What the server says of itself and of this role's connections. */
interface Server extends Told {
  version: string;
  number: number;
  encoding: string;
  isStandby: boolean;
  isTemplate: boolean;
}

/** What is set for this role's connections, and where. */
export interface Told {
  database: string;
  role: string;
  settings: Record<string, string>;
}

/** Settings under which an answer could be wrong: what each has to be, and why. */
const demanded: { setting: string; fits: RegExp; value: string; why: string }[] = [
  { setting: "transaction_read_only", fits: /^off$/, value: "off", why: "nothing can be written" },
  {
    setting: "default_transaction_isolation",
    fits: /^read committed$/,
    value: "read committed",
    why: "a transaction that waited for another one would not see what it did",
  },
  {
    setting: "session_replication_role",
    fits: /^(origin|local)$/,
    value: "origin",
    why: "foreign keys and triggers are asleep",
  },
  { setting: "DateStyle", fits: /^ISO\b/, value: "ISO", why: "times would be misread" },
  {
    setting: "standard_conforming_strings",
    fits: /^on$/,
    value: "on",
    why: "text in statements would be read in another way",
  },
];

/** The names of those settings. */
export const demandedSettings: readonly string[] = demanded.map(({ setting }) => setting);

/**
 * Throws StartRefused where the server, the database or what is set for its role cannot carry Gatehouse, at any
 * start. Gives what the log should know.
 */
export async function refuseServer(client: Client): Promise<Finding[]> {
  const server = await askServer(client);
  if (server.isStandby) throw new RefusedForNow(`DATABASE_URL: ${standby}`);
  const problem = problemOf(server) ?? settingProblem(server);
  if (problem) throw new StartRefused(`DATABASE_URL: ${problem}`);
  const { synchronous_commit: commit } = server.settings;
  return commit === "off" ? [notice("database.unsafe_setting", { setting: "synchronous_commit", value: commit })] : [];
}

async function askServer(client: Client): Promise<Server> {
  const { rows } = await client.query<Server>({
    text: `select current_database() as database, current_user::text as role,
             current_setting('server_version') as version, current_setting('server_version_num')::int as number,
             current_setting('server_encoding') as encoding,
             pg_is_in_recovery() as "isStandby", datistemplate as "isTemplate",
             (select json_object_agg(setting, current_setting(setting)) from unnest($1::text[]) as setting) as settings
           from pg_database where datname = current_database()`,
    values: [[...demandedSettings, "synchronous_commit"]],
  });
  const [server] = rows;
  if (!server) throw new Error("The server does not know the database it is in.");
  return server;
}

/** What is said of a standby. No setting mends it where the server is about to be promoted, as during a failover. */
export const standby = "the server is a standby, which can only be read. Name the primary, or promote it.";

/** The oldest major version of Postgres that carries Gatehouse. */
export const oldestVersion = 13;

function problemOf({ database, number, version, encoding, isTemplate }: Server): string | undefined {
  if (number < oldestVersion * 10_000)
    return (
      `the server is PostgreSQL ${version}, and Gatehouse needs ${oldestVersion} or newer. ` +
      "Upgrade it, or name another."
    );
  if (isTemplate)
    return (
      `every new database of the server is copied from "${database}". ` +
      "Make one for Gatehouse (create database gatehouse), and name that."
    );
  if (encoding === "UTF8") return undefined;
  const target = JSON.stringify(`${database}_utf8`);
  return (
    `the encoding of the database "${database}" is ${encoding}, which cannot keep everybody's name. ` +
    `Nothing was changed. Make one that can (create database ${target} encoding 'UTF8' template template0), ` +
    "load a dump of this one into it, and name that."
  );
}

/** What is wrong with the settings, and how to change them; undefined where all are as they have to be. */
export function settingProblem({ database, role, settings }: Told): string | undefined {
  const wrong = demanded.filter(({ setting, fits }) => !fits.test(settings[setting] ?? ""));
  if (wrong.length === 0) return undefined;
  const found = wrong.map(({ setting, why }) => `${setting} is "${settings[setting]}", so that ${why}`).join("; ");
  const place = `role ${JSON.stringify(role)} in database ${JSON.stringify(database)}`;
  const mend = wrong.map(({ setting, value }) => `alter ${place} set ${settable(setting)} = '${value}';`).join(" ");
  return `in the database "${database}" for the role "${role}" ${found}. Nothing was changed. Change it: ${mend}`;
}

/** The setting to alter: that of a single transaction follows from its default. */
const settable = (setting: string) => (setting === "transaction_read_only" ? "default_transaction_read_only" : setting);
