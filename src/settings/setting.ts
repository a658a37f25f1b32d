/** What a setting is. Without a library of schemas: every start reads them, and would have to load it. */

/** The variables of a process, or of a file, by their names. */
export type Environment = Record<string, string | undefined>;

/** A setting: what it is for, and how its text is read. */
export interface Setting<Value = unknown> {
  /** What it is for, and which values it has. */
  description: string;
  /** The text that counts where it is left out. */
  usual?: string;
  /** What its text says, or that it was left out. Throws Unreadable. */
  read(text: string | undefined): Value;
}

/** Settings by their names. */
export type Settings = Record<string, Setting>;

/** What settings say, once they are read. */
export type ValuesOf<All extends Settings> = { [Name in keyof All]: ReturnType<All[Name]["read"]> };

/** A text that a setting cannot have. The message says what to write instead, and never repeats it. */
export class Unreadable extends Error {}

/** Refuses a text: `wanted` says what to write instead, as the end of a sentence. */
export function reject(wanted: string): never {
  throw new Unreadable(wanted);
}

type Read<Value> = (text: string) => Value;

/** A setting that may be left out. */
export const optional = <Value>(read: Read<Value>, description: string): Setting<Value | undefined> => ({
  description,
  read: (text) => (text === undefined ? undefined : read(text)),
});

/** A setting that is always given, if not by the operator. */
export const required = <Value>(read: Read<Value>, description: string): Setting<Value> => ({
  description,
  read: (text = "") => read(text),
});

/** A setting that counts as another text where it is left out. */
export const withDefault = <Value>(usual: string, read: Read<Value>, description: string): Setting<Value> => ({
  description,
  usual,
  read: (text = usual) => read(text),
});

/** What a setting says, or what to write instead of its text. */
type ReadOrNot<Value> = { value: Value; problem?: undefined } | { value?: undefined; problem: string };

/** Reads the text of a setting, or its absence. */
export function tryToRead<Value>({ read }: Setting<Value>, text: string | undefined): ReadOrNot<Value> {
  try {
    return { value: read(text) };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    throw error;
  }
}

/** Any text. */
export const anyText = (text: string): string => text;

/** The entries of a list with commas between them, without the space around each; an empty one is none. */
export const commaSeparated = (text: string): string[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);

/** A text that a pattern matches. */
export const matching =
  (pattern: RegExp, wanted: string) =>
  (text: string): string =>
    pattern.test(text) ? text : reject(wanted);

/** A line of text with at most so many characters, none of which a pattern matches. */
export const lineOfText =
  (most: number, refusedCharacter: RegExp) =>
  (text: string): string => {
    if (text.length > most) return reject(`must be ${most} characters at most`);
    return refusedCharacter.test(text) ? reject("must be one line of text") : text;
  };

/** One of some words. */
export const oneOf =
  <const Words extends readonly string[]>(words: Words, wanted: string) =>
  (text: string): Words[number] =>
    words.find((word) => word === text) ?? reject(wanted);

/** A whole number between two bounds, both allowed, written as digits. */
export const wholeNumber =
  (least: number, most: number, wanted = `must be a whole number between ${least} and ${most}`) =>
  (text: string): number =>
    /^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : reject(wanted);

/** The number of a port. */
export function portNumber(text: string): number {
  const wanted = "must be a number between 1 and 65535";
  return text.length > 5 ? reject(wanted) : wholeNumber(1, 65_535, wanted)(text);
}
