import { describe, expect, test } from "bun:test";
import { languageOf, wordsOf, type Language } from "../../src/http/language";
import { otherLanguages } from "../../src/http/page-context";
import { readConfig } from "../../src/settings/config";
import { settings } from "../../src/settings/settings";
import { Layout } from "../../views/layout";
import { languages } from "../../views/words";
import { startGatehouse } from "../support/harness";

/** Which language a visitor gets, and which others the footer offers: of those that the operator offers. */

const url = new URL("https://auth.example.com/sign-in?return_to=%2Fa%26b&lang=en");
const offeredBy = (setting?: string) => readConfig({ GATEHOUSE_LANGUAGES: setting }).languages;

/** The footer of a page, as HTML. */
async function footerOf(language: Language, offered: readonly Language[]) {
  const html = await Layout({
    frame: {
      words: wordsOf(language),
      brandName: "Gatehouse",
      assets: { style: "", accountStyle: "", script: "", icon: "" },
      now: new Date(),
      hasMail: true,
      signUp: "open",
      sections: [],
      otherLanguages: otherLanguages(url.searchParams, language, offered),
    },
    title: "A page",
    children: "",
  });
  return /<footer>(.*)<\/footer>/s.exec(html)?.[1] ?? "";
}

describe("the footer", () => {
  test("offers the other of two languages by its own name", async () => {
    expect(await footerOf("en", ["en", "de"])).toBe(
      '<a href="?return_to=%2Fa%26b&amp;lang=de" lang="de" rel="nofollow">Deutsch</a>',
    );
  });

  test("offers the others in the operator's order", async () => {
    const links = [
      ...(await footerOf("de-formal", ["es", "de-formal", "fr", "en"])).matchAll(
        /lang=(\S+)" lang="(\w+)"[^>]*>([^<]+)</g,
      ),
    ];
    expect(links.map(([, ...link]) => link)).toEqual([
      ["es", "es", "Español"],
      ["fr", "fr", "Français"],
      ["en", "en", "English"],
    ]);
  });

  test("is not there with one language", async () => {
    expect(await footerOf("en", ["en"])).toBe("");
  });
});

describe("the language of a visitor", () => {
  const among = (headers: Record<string, string>, setting?: string) =>
    languageOf(new Headers(headers), { languages: offeredBy(setting), secure: false });

  test.each([
    ["fr", "fr"],
    ["de-AT", "de"],
    ["FR-ca;q=0.4, de;q=0.3", "fr"],
    ["en;q=0.2, fr;q=0.9, de;q=0.5", "fr"],
    ["fr;q=0, de", "de"],
    ["xx, es;q=0.1", "es"],
    ["xx", "en"],
    ["*", "en"],
    ["", "en"],
  ])("of a browser that asks for %p is %p", (asked, expected) => {
    expect<string>(among({ "accept-language": asked })).toBe(expected);
  });

  test("is the one chosen in the footer, whatever the browser asks for", () => {
    expect(among({ cookie: "gatehouse.language=fr", "accept-language": "de" })).toBe("fr");
  });

  test("is the German that is offered, and the operator's first for everybody else", () => {
    expect(among({ "accept-language": "de-CH" }, "fr,de-formal")).toBe("de-formal");
    expect(among({ cookie: "gatehouse.language=de" }, "fr,de-formal")).toBe("de-formal");
    expect(among({ cookie: "gatehouse.language=de-formal" }, "fr,de")).toBe("de");
    expect(among({ "accept-language": "es" }, "fr,de-formal")).toBe("fr");
  });

  test("is never one that there are no words for", () => {
    for (const code of ["xx", "__proto__", "toString", "DE", ""]) {
      expect(among({ cookie: `gatehouse.language=${code}`, "accept-language": "de" })).toBe("de");
      expect(among({ "accept-language": code && "xx" })).toBe("en");
      expect(wordsOf(code)).toBe(languages.en);
    }
  });
});

test("on https a cookie that a neighbouring host can have planted chooses no language", () => {
  const served = { languages: offeredBy(), secure: true };
  const of = (cookie: string) => languageOf(new Headers({ cookie, "accept-language": "es" }), served);
  expect([of("gatehouse.language=fr"), of("__Host-gatehouse.language=fr")]).toEqual(["es", "fr"]);
});

describe("the languages that are offered", () => {
  test("are all, with the German that says du, unless the operator names others", () => {
    expect(offeredBy()).toEqual(["en", "de", "fr", "es"]);
    expect(offeredBy(" fr , de-formal")).toEqual(["fr", "de-formal"]);
  });

  test("stand in the description of their setting", () => {
    const told = settings.GATEHOUSE_LANGUAGES.description;
    expect(Object.keys(languages).filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
  });

  test.each([
    ["xx", "each entry must be one of `en`, `de`, `de-formal`, `fr`, `es`"],
    ["en,DE", "each entry must be one of"],
    [",", "each entry must be one of"],
    ["de,de-formal", "must name each language once, and one kind of German"],
    ["en,fr,en", "must name each language once"],
  ])("may not be %p", (setting, problem) => {
    expect(() => offeredBy(setting)).toThrow(`GATEHOUSE_LANGUAGES: ${problem}`);
  });
});

describe("an address without end", () => {
  test("is not found, and its page is no longer than any other", async () => {
    const gatehouse = await startGatehouse();
    const visitor = gatehouse.visitor();
    const { text: short } = await visitor.get("/nowhere");
    const long = await visitor.get(`/reset-password?token=${"a".repeat(1_000_000)}`);
    expect(long.status).toBe(404);
    expect(long.text.length).toBeLessThan(short.length + 1000);
    await gatehouse.close();
  });
});
