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
export const isString = (value: unknown): value is string => typeof value === "string";
export const isText = (value: unknown): value is string => isString(value) && value !== "";
export const isWhole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least;
export const isList = <T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(isItem);

/** A time without a zone would be another moment on another machine. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

export const isInstant = (value: unknown): value is string =>
  isString(value) && instant.test(value) && !Number.isNaN(Date.parse(value));
