import { expect } from "bun:test";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveFolder } from "../../examples/demo/static";
import type { Scenes, World } from "./world";

/**
 * Little in common with our own docs: webpack, a path before every page, a slash behind it, German, the item on the
 * left.
 */
const config = (gatehouse: string, url: string) => `export default {
  title: "Other", favicon: "mark.svg", url: ${JSON.stringify(url)}, baseUrl: "/base/", trailingSlash: true,
  i18n: { defaultLocale: "en", locales: ["en", "de"] },
  plugins: [
    ["@docusaurus/plugin-content-pages", { path: "pages" }],
    ["docusaurus-plugin-gatehouse", { url: ${JSON.stringify(gatehouse)} }],
  ],
  themes: ["@docusaurus/theme-classic"],
  themeConfig: { navbar: { title: "Other", items: [{ type: "custom-gatehouse", position: "left" }] } },
};`;

const theirWords = { "gatehouse.signIn": "Anmelden", "gatehouse.signOut": "Abmelden", "gatehouse.account": "Konto" };
const component = "theme/GatehouseNavbarItem";
const tsc = join(import.meta.dir, "../../node_modules/.bin/tsc");

/** The site's own folder, in that of our docs, where it finds its modules. */
function folderOf({ site, gatehouse, other }: World, name: string) {
  const folder = join(site.folder, name);
  mkdirSync(join(folder, "pages"), { recursive: true });
  cpSync(join(site.folder, "static"), join(folder, "static"), { recursive: true });
  writeFileSync(join(folder, "pages/index.md"), "# Other\n");
  writeFileSync(join(folder, "pages/guide.md"), "# Guide\n\n## Part\n");
  writeFileSync(join(folder, "docusaurus.config.mjs"), config(gatehouse.origin, other));
  return folder;
}

const itsOwn = (language: "typescript" | "javascript", ending: "tsx" | "jsx"): Scenes => ({
  [`makes the item its own without being warned, as readable ${language}`]: async (world) => {
    const folder = folderOf(world, language);
    await world.site.docusaurus(
      "swizzle",
      "docusaurus-plugin-gatehouse",
      "GatehouseNavbarItem",
      folder,
      "--eject",
      `--${language}`,
    );
    expect(readdirSync(join(folder, "src", component)).sort()).toEqual([
      `desktop.${ending}`,
      `index.${ending}`,
      `mobile.${ending}`,
      "styles.module.css",
    ]);
    expect(readFileSync(join(folder, "src", component, `desktop.${ending}`), "utf8")).toContain(
      "<SignInLink className={link}",
    );
  },
});

/** Other people's sites, and what their owners do with the plugin. */
export const otherSite: Scenes = {
  "built by webpack, below a path and in German, asks its readers in German and gets them back": async (world) => {
    const folder = folderOf(world, "webpack");
    await world.site.docusaurus("build", folder, "--locale", "de", "--out-dir", join(folder, "build/base"));
    const server = serveFolder(join(folder, "build"), Number(new URL(world.other).port));
    const { page, person, context, complaints, close } = await world.member({ baseURL: world.other });
    const item = page.locator("nav.navbar [class*=place]");
    await page.goto("/base/guide/#part");
    await item.getByRole("button", { name: person.name }).click();
    // the first letters of "Ada Example 7"; Babel, as Docusaurus sets it, spreads no texts
    expect(await item.locator("[class*=avatar]").first().textContent()).toMatch(/^A\d$/);
    for (const words of ["Konto", "Abmelden"]) await item.getByRole("link", { name: words }).waitFor();
    await context.clearCookies();
    await page.reload();
    const link = item.getByRole("link", { name: "Anmelden" });
    await link.focus();
    expect(await link.getAttribute("href")).toBe(
      `${world.gatehouse.origin}/sign-in?return_to=${encodeURIComponent(`${world.other}/base/guide/#part`)}`,
    );
    expect((await link.boundingBox())?.x).toBe((await item.boundingBox())?.x); // at the near end of its place
    await page.setViewportSize({ width: 320, height: 640 });
    const cut = (label: HTMLElement) => {
      label.textContent = "Iniciar sesión"; // the longest of the plugin's own words
      return label.scrollWidth - label.clientWidth;
    };
    expect(await link.evaluate(cut)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(complaints).toEqual([]);
    await Promise.all([close(), server.stop(true)]);
  },

  "installs the very file that the README names": async (world) => {
    expect(
      readFileSync(join(world.site.folder, "node_modules/docusaurus-plugin-gatehouse/README.md"), "utf8"),
    ).toContain(`npm install ./${world.site.tarball}`);
  },

  "writes the plugin's words into its translations, in its language": async (world) => {
    const folder = folderOf(world, "words");
    await world.site.docusaurus("write-translations", folder, "--locale", "de");
    const written: Record<string, { message: string }> = JSON.parse(
      readFileSync(join(folder, "i18n/de/code.json"), "utf8"),
    );
    expect(Object.fromEntries(Object.keys(theirWords).map((id) => [id, written[id]?.message]))).toEqual(theirWords);
  },

  ...itsOwn("typescript", "tsx"),
  ...itsOwn("javascript", "jsx"),
  "knows the types of all that, and hears which attributes a link does not take": async (world) => {
    const folder = folderOf(world, "types");
    const options = {
      target: "ES2022",
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      module: "ESNext",
      moduleResolution: "bundler",
      jsx: "react-jsx",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["docusaurus-plugin-gatehouse"],
    };
    const theirOwn = join(world.site.folder, "node_modules/docusaurus-plugin-gatehouse/src/theme");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, include: ["uses.tsx", theirOwn] }),
    );
    writeFileSync(join(folder, "uses.tsx"), uses);
    const { stdout, exitCode } = Bun.spawnSync([tsc, "-p", folder]);
    expect([stdout.toString(), exitCode]).toEqual(["", 0]);
  },
};

const uses = `
import Original from "@theme-original/GatehouseNavbarItem";
import GatehouseNavbarItem, { type Props } from "@theme/GatehouseNavbarItem";
import { AccountLink, SignInLink } from "docusaurus-plugin-gatehouse/client";

export const item = (props: Props) => <GatehouseNavbarItem {...props} position="left" />;
export const wrapped = <Original />;
export const fine = <SignInLink className="x" onClick={() => {}} title="x" />;
// @ts-expect-error: there is no such position
export const position = <GatehouseNavbarItem position="up" />;
// @ts-expect-error: it says itself where it leads
export const href = <SignInLink href="/elsewhere" />;
// @ts-expect-error: it has one of its own
export const focus = <SignInLink onFocus={() => {}} />;
// @ts-expect-error: it leads to the account
export const account = <AccountLink href="/elsewhere" />;
`;
