import { languages, type Words } from "../../views/words";
import { languageCookie, readCookie } from "./cookies";

/** The code of a language that there are words for. */
export type Language = keyof typeof languages;

/** Whether a text is the code of a language that there are words for. */
export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

const codes = Object.keys(languages).filter(isLanguage);
const [fallback = "en"] = codes;

/** Gives the words of a language; those of the first language for a code that is none. */
export type WordsOf = (language: string) => Words;

/**
 * Every word of the core that a person reads, in a language; a code that another version of the program kept may be
 * unknown here.
 */
export const wordsOf: WordsOf = (language) => languages[isLanguage(language) ? language : fallback];

/** The language for the sender of a request. */
export const languageOf = (headers: Headers): Language => languageAmong(codes, headers) ?? fallback;

/** The language chosen in the footer, else the one that the browser likes best; undefined when it is none of these. */
export function languageAmong<Code extends string>(codes: readonly Code[], headers: Headers): Code | undefined {
  const chosen = [true, false].map((secure) => readCookie(languageCookie, headers.get("cookie"), { secure }));
  const wanted = [...chosen, ...acceptedLanguages(headers.get("accept-language") ?? "")];
  return wanted.map((text) => codes.find((code) => code === text)).find((code) => code !== undefined);
}

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
