import { DrizzleQueryError } from "drizzle-orm";
import { TooLate } from "./deadline";
import { codeOf } from "./error-code";
import { StartRefused } from "./refusal";

/**
 * Whether an error means that the database could not answer, rather than that we asked something wrong: the truth is
 * then unknown and the only honest answer is "try again". Everything else is a bug, or a rule of the schema.
 */
export function isUnavailable(error: unknown): boolean {
  if (causes(error).some((cause) => cause instanceof NoConnection || cause instanceof TooLate)) return true;
  const state = sqlState(error);
  if (state !== undefined) return unavailableSqlStates.has(state.slice(0, 2)) || isStalePlan(error);
  return error instanceof DrizzleQueryError || isLostConnection(error);
}

/** No connection could be had, for whatever reason the driver gave: nothing was asked. */
export class NoConnection extends Error {}

/** Without an SQLSTATE the question or its answer was lost on the way; connecting says so without a wrapper. */
function isLostConnection(error: unknown): boolean {
  return error instanceof Error && (/^E[A-Z_]+$/.test(codeOf(error) ?? "") || isConnectionLoss(error.message));
}

/** How the messages of the drivers begin where an error has no code: pg and Neon, their pool, a WebSocket, PGlite. */
const connectionLosses = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  "Client has encountered",
  "WebSocket",
  "Received network error",
  "Cannot use a pool",
  "PGlite is closed",
];
const isConnectionLoss = (message: string) => connectionLosses.some((begin) => message.startsWith(begin));

/** Whether an error means that a row with the same unique value is already there. */
export const isDuplicate = (error: unknown): boolean => sqlState(error) === "23505";

/** Whether an error means that a row would be about somebody who was deleted meanwhile. */
export const isOrphan = (error: unknown): boolean => sqlState(error) === "23503";

/**
 * Whether a statement was prepared on a connection before a table changed under it, so that its rows would be others
 * than were described: the connection is done for, and on another one it is right.
 */
export const isStalePlan = (error: unknown): boolean =>
  sqlState(error) === "0A000" &&
  causes(error).some((cause) => "routine" in cause && cause.routine === "RevalidateCachedQuery");

/**
 * Whether a server refused to write anything: it has become a standby, or an operator has switched writing off. Its
 * connections stay as they are; another one may lead to the server that takes writes now.
 */
export const isReadOnly = (error: unknown): boolean => sqlState(error) === "25006";

/**
 * Connection, wrong state of the transaction, conflict, resources, locks, operator's intervention, system, internal.
 */
const unavailableSqlStates = new Set(["08", "25", "40", "53", "55", "57", "58", "XX"]);

/** The SQLSTATE of an error, or of what it wraps: five characters, the first two its class. */
export function sqlState(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    const code = codeOf(cause) ?? "";
    if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code)) return code;
  }
  return undefined;
}

/**
 * Why a server cannot be reached, in a word for the log: docs/log.md says what each means and what to set. Never a part
 * of the driver's message, which may hold what was sent. Undefined where the driver gave no reason.
 */
export function reasonOf(error: unknown): string | undefined {
  const state = sqlState(error) ?? "";
  if (state !== "") return reasonsOfServer.find(([states]) => states.test(state))?.[1];
  for (const cause of causes(error)) {
    const words = `${codeOf(cause) ?? ""} ${cause.message}`;
    const reason = reasonsOfConnecting.find(([is]) => is.test(words))?.[1];
    if (reason) return reason;
  }
  return undefined;
}

const reasonsOfServer: [states: RegExp, reason: string][] = [
  [/^28/, "login"],
  [/^57P/, "starting_or_stopping"],
  [/^08P01/, "pooler"], // of PgBouncer, for whatever it has against a client
  [/^53/, "server_full"],
];

/** By the code, or where there is none by the words of the drivers and of TLS. */
const reasonsOfConnecting: [is: RegExp, reason: string][] = [
  [/does not support SSL connections/, "no_tls"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID/, "certificate_name"],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)/, "certificate_expired"],
  [/^(\w*SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH)/, "certificate_unknown"],
  [/^(ENOTFOUND|EAI_)/, "host_unknown"],
  [/^(ECONNREFUSED|ENOENT|EACCES)/, "nobody_listens"],
  [/^(EHOSTUNREACH|ENETUNREACH)/, "no_route"],
  [/^ETIMEDOUT|timeout/i, "timeout"],
  [/^(ERR_SSL|EPROTO)|SSL|TLS/, "tls"],
  [/^(ECONNRESET|EPIPE)|^ Connection terminated/, "connection_lost"],
  [/^ Another program migrates/, "migrating"],
  [/^ The server is a standby/, "standby"],
];

/**
 * What TLS found that no waiting will mend, in words. An expired certificate is not among it: that may be renewed, or
 * the clock set.
 */
export function tlsRefusal(error: unknown): StartRefused | undefined {
  const words = wordsOfTls[reasonOf(error) ?? ""];
  return words === undefined ? undefined : new StartRefused(`DATABASE_URL: ${words}`);
}

const wordsOfTls: Record<string, string> = {
  no_tls:
    "the server speaks no TLS. Switch it on there (`ssl = on`), " +
    "or add `?sslmode=disable` where only you can listen on the network.",
  certificate_name:
    "the server's certificate is for another host name. " +
    "Use the name that it is for, or give the server one for this name.",
  certificate_unknown:
    "nobody known vouches for the server's certificate. " +
    "Add `?sslrootcert=` with the file of the authority that made it.",
};

/** An error, what caused it, what caused that, and so on. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
