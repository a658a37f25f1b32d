/// <reference path="./modules.d.ts" preserve="true" />
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadContext, Plugin, SwizzleConfig } from "@docusaurus/types";
import { checkedOptions, name, type Options } from "./options";

export type { Options } from "./options";

/** The plugin: brings its address to the pages, its navbar item to the theme, and its words in the site's language. */
export default function gatehouse({ i18n }: LoadContext, { url }: Options): Plugin<undefined> {
  return {
    name,
    contentLoaded: ({ actions }) => actions.setGlobalData({ url }),
    getThemePath: () => join(__dirname, "theme"),
    getTypeScriptThemePath: () => join(__dirname, "../src/theme"),
    getClientModules: () => [join(__dirname, "client/register.js")],
    getPathsToWatch: () => [join(__dirname, "client/*.js")], // where `docusaurus write-translations` looks for words
    getDefaultCodeTranslationMessages: () => wordsIn(i18n.currentLocale),
  };
}

/** Called by Docusaurus at the start of a build. Throws with what to write instead. */
export const validateOptions = ({ options }: { options: unknown }) => ({ id: "default", ...checkedOptions(options) });

/** Says to `docusaurus swizzle` that the navbar's item may be wrapped and ejected: all that it is made of is public. */
export const getSwizzleConfig = (): SwizzleConfig => ({
  components: {
    GatehouseNavbarItem: {
      actions: { wrap: "safe", eject: "safe" },
      description: "Sign in, or the reader's name with a menu",
    },
  },
});

/** The plugin's words in a language such as `de` or `de-AT`; those of a language it does not know stay English. */
function wordsIn(locale: string): Record<string, string> {
  const [language] = locale.split("-");
  const file = join(__dirname, "locales", `${language}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
