import type { ClientConfig } from "pg";
import { isLoopback } from "./loopback";
import type { DatabaseSettings } from "./types";
import { StartRefused } from "./refusal";
import { readShort } from "./short-file";

/** Whether pages reach the server through a pooler that hands each transaction to another connection. */
export const isPooled = ({ url, directUrl }: Pick<DatabaseSettings, "url" | "directUrl">): boolean =>
  url !== directUrl || hasPoolerName(url);

/** Whether an address is that of Neon's pooler, by its name. */
export const hasPoolerName = (url: string): boolean => /^[^.]*-pooler\./.test(hostOf(url));

/** Whether the server is Neon's: it suspends itself while nobody asks anything, and ends its connections then. */
export const isNeon = ({ driver, url }: Pick<DatabaseSettings, "driver" | "url">): boolean =>
  driver === "neon" || (url !== "" && isOfNeon(url));

/** Whether a database's address is one of Neon's. */
export const isOfNeon = (url: string): boolean => hostOf(url).endsWith(".neon.tech");

/** The host of a database's address; a path for a socket on this machine. */
const hostOf = (url: string): string => read(url).host;

/**
 * What is wrong with a database's address, in words that repeat no part of it but the name of an option; undefined when
 * nothing is.
 */
export function addressProblem(url: string): string | undefined {
  try {
    read(url);
    return undefined;
  } catch (error) {
    if (error instanceof StartRefused) return error.message;
    throw error;
  }
}

/** What the drivers are told of a server: no default of theirs decides where to connect, or with which TLS. */
export interface Connection {
  host: string;
  port: number;
  database: string;
  user?: string;
  password?: string;
  ssl: false | Exclude<ClientConfig["ssl"], boolean | undefined>;
  sslnegotiation?: "direct";
  application_name?: string;
  options?: string;
}

/**
 * Where to connect, and how: with TLS and a checked certificate unless the server is this machine or the address says
 * otherwise. Throws StartRefused when a file that the address names cannot be read.
 */
export function connectionTo(url: string): Connection {
  const { says, ...place } = read(url);
  const ssl = tlsOf(place.host, says);
  return {
    ...place,
    ssl,
    ...(ssl && says.sslnegotiation === "direct" && { sslnegotiation: "direct" }),
    ...(says.application_name && { application_name: says.application_name }),
    ...(says.options && { options: says.options }),
  };
}

type Says = Partial<Record<string, string>>;

/**
 * False for none, or how much is checked. `allow` and `prefer` say nothing: they would go on in the clear whenever
 * somebody on the way says that the server has no TLS. `require` is read as `verify-full`: encryption for whoever
 * answers protects nothing.
 */
function tlsOf(host: string, says: Says): Connection["ssl"] {
  const { sslmode: mode = legacyModes[says.ssl ?? ""] ?? "prefer" } = says;
  const isAsked =
    /^(require|verify|no-verify)/.test(mode) || says.channel_binding === "require" || says.sslnegotiation === "direct";
  if (mode === "disable" || (!isAsked && isThisMachine(host))) return false;
  const ca = says.sslrootcert === "system" ? undefined : fileOf("sslrootcert", says);
  return {
    ...(ca !== undefined && { ca }),
    ...(says.sslcert && { cert: fileOf("sslcert", says), key: fileOf("sslkey", says) }),
    // One of those that optionValues names; an older one would be less than is asked for anyway.
    ...(/[23]$/.test(says.ssl_min_protocol_version ?? "") && {
      minVersion: says.ssl_min_protocol_version as "TLSv1.2",
    }),
    ...(mode === "no-verify" && { rejectUnauthorized: false }),
    // An authority of the operator's own vouches for the operator's own servers only.
    ...(mode === "verify-ca" && ca !== undefined && { checkServerIdentity: () => undefined }),
  };
}

const legacyModes: Record<string, string> = {
  true: "require",
  "1": "require",
  false: "disable",
  "0": "disable",
  "no-verify": "no-verify",
};

function fileOf(option: string, says: Says): string | undefined {
  const path = says[option];
  if (path === undefined) return undefined;
  const refused = (why: string) => new StartRefused(`DATABASE_URL: the file that ${option} names ${why}.`);
  let text: string | undefined;
  try {
    text = readShort(path, largestFile);
  } catch {
    throw refused("cannot be read");
  }
  if (text === undefined) throw refused("is larger than any certificates");
  return text;
}

const largestFile = 8 * 1024 * 1024; // bytes; all authorities of a system are a quarter of a megabyte

/**
 * Without the names below `localhost`: some resolvers ask the network for them, and a password would go in the clear.
 */
const isThisMachine = (host: string) => host.startsWith("/") || (isLoopback(host) && !host.endsWith(".localhost"));

/**
 * The options that libpq and providers' consoles write, and what their values may be. What asks for less than is done
 * anyway has no effect; what asks for more is refused.
 */
const optionValues: Record<string, RegExp> = {
  host: /^[^,]+$/,
  port: /^\d{1,5}$/,
  user: /./,
  password: /^/,
  dbname: /./,
  options: /^/,
  application_name: /^/,
  sslmode: /^(disable|allow|prefer|require|verify-ca|verify-full|no-verify)$/,
  ssl: /^(true|false|0|1|no-verify)$/,
  sslnegotiation: /^(postgres|direct)$/,
  sslrootcert: /./,
  sslcert: /./,
  sslkey: /./,
  ssl_min_protocol_version: /^TLSv1(\.[123])?$/,
  channel_binding: /^(disable|prefer|require)$/,
  gssencmode: /^(disable|prefer)$/,
  target_session_attrs: /^(any|read-write|primary)$/,
  client_encoding: /^(utf-?8|auto)$/i,
  schema: /^public$/,
};

/** Options without an effect here: the program has deadlines and pools of its own. */
const passedOver = new Set([
  ...["connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"],
  ...["tcp_user_timeout", "load_balance_hosts", "fallback_application_name", "sslcompression", "sslsni"],
  ...["krbsrvname", "gsslib"],
  ...["pgbouncer", "connection_limit", "pool_timeout", "supa", "workaround"],
]);

/** The parts of an address, each decoded. Throws StartRefused with what is wrong, without the setting's name. */
function read(text: string) {
  if (/^postgres(ql)?:\/\/([^/?#]*@)?[^/?#@]*,[^/?#@]*([/?#]|$)/.test(text)) throw new StartRefused(oneHost);
  // An authority without a host, as sockets have it, is no URL; any host will do, since an option names the real one.
  const url = URL.parse(text.replace(/^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)(?=(?::\d*)?\/)/, "$1localhost"));
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw new StartRefused(wanted);
  if (url.hash || /[/@]/.test(url.pathname.slice(1))) throw new StartRefused(wanted); // a password's own `#` or `/`
  const says = optionsOf(url.search);
  const host = says.host ?? decoded(url.hostname.replace(/^\[(.*)\]$/, "$1"));
  const user = says.user ?? decoded(url.username);
  const password = says.password ?? decoded(url.password);
  const database = says.dbname ?? decoded(url.pathname.slice(1));
  const port = Number(says.port ?? (url.port || 5432));
  if (database === "") throw new StartRefused(wanted);
  if (port < 1 || port > 65_535) throw new StartRefused(cannotBeDone("port"));
  if (host.includes(",")) throw new StartRefused(oneHost);
  if (!host.startsWith("/") && /[^\p{L}\p{N}._:%-]/u.test(host)) throw new StartRefused(wanted); // such as `${HOST}`
  return {
    host: host.startsWith("/") ? host : host.toLowerCase() || "localhost",
    port,
    database,
    ...(user && { user }),
    ...(password && { password }),
    says,
  };
}

function optionsOf(search: string): Says {
  const says: Says = {};
  for (const pair of search.slice(1).split("&").filter(Boolean)) {
    const equals = pair.indexOf("=");
    const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), decoded(pair.slice(equals + 1))];
    if (passedOver.has(name)) continue;
    const problem = optionProblem(name, value);
    if (problem !== undefined) throw new StartRefused(problem);
    says[name] = value;
  }
  if (says.sslmode === "disable" && says.channel_binding === "require") throw new StartRefused(bindingWithoutTls);
  return says;
}

function optionProblem(name: string, value: string): string | undefined {
  if (!Object.hasOwn(optionValues, name)) {
    const isName = /^[a-z_]{1,40}$/i.test(name); // else it may be a piece of a password
    return isName ? `has an option that is not understood, ${name}. Leave it out` : wanted;
  }
  if (optionValues[name]?.test(value)) return undefined;
  if (name === "host") return oneHost;
  return cannotBeDone(name);
}

const cannotBeDone = (name: string) =>
  `has a value of ${name} that cannot be done. docs/settings.md names those that can`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StartRefused(wanted);
  }
}

const wanted =
  "must be an address such as postgres://user:password@db.example.com/gatehouse, where `%`, `/`, `?`, `#` and `@` " +
  "inside of a name or a password are written `%25`, `%2F`, `%3F`, `%23` and `%40`";
const oneHost = "must name one host. Take the address that always leads to the server that may be written to";
const bindingWithoutTls = "has channel_binding=require, which needs TLS, and sslmode=disable. Leave out one of them";
