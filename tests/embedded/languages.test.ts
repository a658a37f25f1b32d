import { describe, expect, test } from "bun:test";
import { languageAmong, languageOf, wordsOf } from "../../src/http/language";
import { otherLanguages } from "../../src/http/page-context";
import { Layout } from "../../views/layout";
import { languages, type Languages } from "../../views/words";
import { threeLanguages } from "../fixtures/third-language";

/** Which language a visitor gets, and which others the footer offers: with the languages we have, and with a third. */

const url = new URL("https://auth.example.com/sign-in?return_to=%2Fa%26b&lang=en");

/** The links in the footer of a page, as HTML. */
async function footerOf(language: string, table?: Languages) {
  const html = await Layout({
    frame: {
      words: wordsOf(language),
      brandName: "Gatehouse",
      assets: { style: "", accountStyle: "", script: "", icon: "" },
      now: new Date(),
      hasMail: true,
      sections: [],
      otherLanguages: otherLanguages(url, language, table),
    },
    title: "A page",
    children: "",
  });
  return /<footer>(.*)<\/footer>/s.exec(html)?.[1] ?? "";
}

describe("the footer", () => {
  test("offers the other of two languages by its own name", async () => {
    expect(await footerOf("en")).toBe('<a href="?return_to=%2Fa%26b&amp;lang=de" lang="de" rel="nofollow">Deutsch</a>');
  });

  test("offers the other two of three", async () => {
    const links = [...(await footerOf("de", threeLanguages)).matchAll(/lang=(\w+)" lang="(\w+)"[^>]*>([^<]+)</g)];
    expect(links.map(([, ...link]) => link)).toEqual([
      ["en", "en", "English"],
      ["fr", "fr", "Français"],
    ]);
  });

  test("is not there with one language", async () => {
    expect(await footerOf("en", { en: languages.en })).toBe("");
  });
});

describe("the language of a visitor", () => {
  const among = (headers: Record<string, string>, table: Languages = threeLanguages) =>
    languageAmong(Object.keys(table), new Headers(headers));

  test.each([
    ["fr", "fr"],
    ["de-AT", "de"],
    ["FR-ca;q=0.4, de;q=0.3", "fr"],
    ["en;q=0.2, fr;q=0.9, de;q=0.5", "fr"],
    ["fr;q=0, de", "de"],
    ["it, fr;q=0.1", "fr"],
    ["it", undefined],
    ["*", undefined],
    ["", undefined],
  ])("of a browser that asks for %p is %p", (asked, expected) => {
    expect(among({ "accept-language": asked })).toBe(expected);
  });

  test("is the one chosen in the footer, whatever the browser asks for", () => {
    expect(among({ cookie: "gatehouse.language=fr", "accept-language": "de" })).toBe("fr");
  });

  test("is never one that there are no words for", () => {
    for (const code of ["fr", "__proto__", "toString", "DE", ""]) {
      expect(languageOf(new Headers({ cookie: `gatehouse.language=${code}`, "accept-language": "de" }))).toBe("de");
      expect(languageOf(new Headers({ "accept-language": code && "fr" }))).toBe("en");
      expect(wordsOf(code)).toBe(languages.en);
    }
  });
});
