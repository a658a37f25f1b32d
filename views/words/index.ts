import { de } from "./de";
import { deFormal } from "./de-formal";
import { en, type Words } from "./en";
import { es } from "./es";
import { fr } from "./fr";

/**
 * The words of every language, by its code: all that a page or a mail says. A language is one folder and a line here;
 * `GATEHOUSE_LANGUAGES` says which of them are offered.
 */
export const languages = { en, de, "de-formal": deFormal, fr, es } satisfies Languages;

/** What English has, every language has: a missing word does not compile. */
export type { Words };
/** A table of languages, by their codes. */
export type Languages = Record<string, Words>;
/** The code of a language that there are words for. */
export type Language = keyof typeof languages;

/** Whether a text is the code of a language that there are words for. */
export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

export type ProblemKey = keyof Words["problems"];
export type NoticeKey = keyof Words["notices"];
export type EventKey = keyof Words["activity"]["kinds"];
export type OutcomeKey = keyof Words["activity"]["outcomes"];

/** The word for a key that may have none: the database may hold what another version of the program wrote. */
export const wordFor = (words: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;
