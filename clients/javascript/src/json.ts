/** Strict readers of JSON: what is not what it must be is no answer. */

/** The fields of an object, each of which may be anything. */
export type Fields = Record<string, unknown>;

/** What came back over HTTP. */
export interface Received {
  status: number;
  /** The header `Content-Type`, empty when there was none. */
  type: string;
  body: Uint8Array;
}

/** The JSON of an answer; undefined for what does not say that it is JSON, or is none in UTF-8. */
export function jsonIn({ type, body }: Received): unknown {
  if (!/^application\/json\s*(;|$)/i.test(type)) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined; // which is nobody's answer, whatever was wrong with it
  }
}

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Half of a letter, which can be written as `\ud800`, is no text: whoever sends it on as UTF-8 sends another one. */
export const isString = (value: unknown): value is string => typeof value === "string" && !/\p{Cs}/u.test(value);
export const isText = (value: unknown): value is string => isString(value) && value !== "";
export const isWhole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least;
export const isList = <T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(isItem);

/** A time without a zone would be another moment on another machine. */
const instant = /^(?!0000)(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

export function isInstant(value: unknown): value is string {
  const day = isString(value) ? instant.exec(value)?.[1] : undefined;
  return day !== undefined && !Number.isNaN(Date.parse(String(value))) && isDay(day);
}

/** `Date` takes the 30th of February for the 2nd of March. */
const isDay = (day: string) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
