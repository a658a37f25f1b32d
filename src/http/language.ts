import { languages, type Words } from "../../views/words";
import { languageCookie, readCookie } from "./cookies";

/** The languages there are words for. */
export type Language = keyof typeof languages;

/** Whether a text names one of them. */
export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

/** Every word a person reads, in a language. */
export const wordsOf = (language: Language): Words => languages[language];

/** The other language, to be offered. */
export const otherThan = (language: Language): Language => (language === "en" ? "de" : "en");

/** The language for whoever sent a request: the one chosen in the footer, else the first that the browser asks for and we have. */
export function languageOf(headers: Headers): Language {
  const chosen = [true, false].map((secure) => readCookie(languageCookie, headers, { secure })).find(isLanguage);
  return chosen ?? preferred(headers.get("accept-language") ?? "") ?? "en";
}

/** The best of an `Accept-Language` header (RFC 9110, section 12.5.4); a region is not told apart. */
function preferred(header: string): Language | undefined {
  const asked = header
    .slice(0, longestHeader)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.trim().toLowerCase().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0] ?? "", quality: Number(quality ?? 1) || 0 };
    });
  const wanted = asked.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return wanted.map(({ language }) => language).find(isLanguage);
}

const longestHeader = 500;
