import { isLanguage, languages, type Language, type Words } from "../../views/words";
import type { Config } from "../settings/config";
import { languageCookie, readCookie } from "./cookies";

export { isLanguage, type Language };

/** Gives the words of a language; English ones for a code that is none. */
export type WordsOf = (language: string) => Words;

/**
 * Every word of the core that a person reads, in a language; a code that another version of the program kept may be
 * unknown here.
 */
export const wordsOf: WordsOf = (language) => languages[knownLanguage(language)];

/** The language of a code; English for one that is none, or not here. */
export const knownLanguage = (code: string): Language => (isLanguage(code) ? code : "en");

/**
 * The language for the sender of a request, among those that are offered: the one chosen in the footer, else the one
 * that the browser likes best, else the first. Whoever asks for `de` gets the German that is offered, `de-formal` too.
 */
export function languageOf(headers: Headers, config: Pick<Config, "languages" | "secure">): Language {
  const chosen = readCookie(languageCookie, headers.get("cookie"), config);
  return firstOffered([chosen, ...acceptedLanguages(headers.get("accept-language") ?? "")], config);
}

/** Of the languages that are offered, that of the first of these codes which names one of them; else the first. */
export function firstOffered(codes: string[], { languages: offered }: Pick<Config, "languages">): Language {
  const found = codes.map((text) => offered.find((code) => tongueOf(code) === tongueOf(text)));
  return found.find((code) => code !== undefined) ?? offered[0];
}

const tongueOf = (code: string) => code.split("-")[0];

/** The languages of an `Accept-Language` header (RFC 9110, section 12.5.4), best first; a region is not told apart. */
function acceptedLanguages(header: string): string[] {
  const asked = header
    .slice(0, longestHeader)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.trim().toLowerCase().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0] ?? "", quality: Number(quality ?? 1) || 0 };
    });
  const wanted = asked.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return wanted.map(({ language }) => language);
}

const longestHeader = 500; // characters
