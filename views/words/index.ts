import { de } from "./de";
import { en, type Words } from "./en";

/**
 * The words of every language, by its code: all that a page or a mail says. A language is one folder and a line here.
 * The first is for everybody who asks for none of them.
 */
export const languages = { en, de } satisfies Languages;

/** What English has, every language has: a missing word does not compile. */
export type { Words };
/** A table of languages, by their codes. */
export type Languages = Record<string, Words>;
export type ProblemKey = keyof Words["problems"];
export type NoticeKey = keyof Words["notices"];
export type EventKey = keyof Words["activity"]["kinds"];
export type OutcomeKey = keyof Words["activity"]["outcomes"];

/** The word for a key that may have none: the database may hold what another version of the program wrote. */
export const wordFor = (words: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;
