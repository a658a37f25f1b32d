import { DrizzleQueryError } from "drizzle-orm";
import { TooLate } from "./deadline";

/**
 * Whether an error means that the database could not answer, rather than that we asked something wrong: the truth is
 * then unknown and the only honest answer is "try again". Everything else is a bug, or a rule of the schema.
 */
export function isUnavailable(error: unknown): boolean {
  if (causes(error).some((cause) => cause instanceof NoConnection || cause instanceof TooLate)) return true;
  const state = sqlState(error);
  if (state !== undefined) return classesOfTrouble.has(state.slice(0, 2));
  return error instanceof DrizzleQueryError || isLostConnection(error);
}

/** No connection could be had, for whatever reason the driver gave: nothing was asked. */
export class NoConnection extends Error {}

/** Without an SQLSTATE the question or its answer was lost on the way; connecting says so without a wrapper. */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && /^E[A-Z_]+$/.test(String(error.code))) || wordsOfLoss.test(error.message);
}

/** What the drivers say when there is no code: pg and Neon, their pool, a WebSocket, PGlite. */
const wordsOfLoss = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered|WebSocket|Received network error|Cannot use a pool|PGlite is closed)/;

/** Whether an error means that a row with the same unique value is already there. */
export const isDuplicate = (error: unknown): boolean => sqlState(error) === "23505";

/** Connection, wrong state of the transaction, conflict, resources, locks, operator's intervention, system, internal. */
const classesOfTrouble = new Set(["08", "25", "40", "53", "55", "57", "58", "XX"]);

/** The SQLSTATE of an error, or of what it wraps: five characters, the first two its class. */
export function sqlState(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    if ("code" in cause && typeof cause.code === "string" && /^[0-9A-Z]{5}$/.test(cause.code) && !/^E[A-Z]+$/.test(cause.code)) return cause.code;
  }
  return undefined;
}

/** An error, what caused it, what caused that, and so on. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
