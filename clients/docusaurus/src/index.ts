/// <reference path="./modules.d.ts" preserve="true" />
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadContext, Plugin, SwizzleConfig } from "@docusaurus/types";
import { checkedOptions, name, type Options } from "./options.js";

export type { Options } from "./options.js";

/** The folder of what is built: `import.meta.dirname` is not there in the oldest Node that Docusaurus takes. */
const lib = fileURLToPath(new URL(".", import.meta.url));

/** The plugin: brings its address to the pages, its navbar item to the theme, and its words in the site's language. */
export default function gatehouse({ i18n }: LoadContext, { url }: Options): Plugin<undefined> {
  return {
    name,
    contentLoaded: ({ actions }) => actions.setGlobalData({ url }),
    getThemePath: () => join(lib, "theme"),
    getTypeScriptThemePath: () => join(lib, "../src/theme"),
    getClientModules: () => [join(lib, "client/register.js")],
    getPathsToWatch: () => [join(lib, "client/*.js")], // where `docusaurus write-translations` looks for words
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
  const file = join(lib, "locales", `${language}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
