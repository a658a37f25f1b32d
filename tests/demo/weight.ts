import { expect, test } from "bun:test";
import { Glob, gzipSync } from "bun";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world";

const bar = 4 * 1024; // bytes, compressed

const plugin = '["docusaurus-plugin-gatehouse", { url: "http://localhost:3000" }]';
const item = '{ type: "custom-gatehouse", position: "right" }';

/** The smallest site there is, with the plugin and without. */
const config = (withPlugin: boolean) => `export default {
  title: "Small", url: "http://localhost", baseUrl: "/",
  plugins: [["@docusaurus/plugin-content-pages", { path: "small" }], ${withPlugin ? plugin : ""}],
  themes: ["@docusaurus/theme-classic"],
  themeConfig: { navbar: { title: "Small", items: [${withPlugin ? item : ""}] } },
  future: { v4: true, faster: true },
};`;

/** What the plugin adds to a site's scripts and styles, compressed as they are sent. */
export function weight(world: () => World) {
  test("the plugin weighs 4 KB at most, and what its README says", async () => {
    const { site } = world();
    await Bun.write(join(site.folder, "small/index.md"), "# Small\n");
    const bytes = async (name: string, withPlugin: boolean) => {
      writeFileSync(join(site.folder, name), config(withPlugin));
      return sent(await site.build({}, name));
    };
    const [without, together] = [await bytes("without.config.mjs", false), await bytes("with.config.mjs", true)];
    const [scripts, styles] = [together.js - without.js, together.css - without.css];
    console.log(`docusaurus-plugin-gatehouse adds ${scripts} bytes of script and ${styles} of style, compressed`);
    expect(scripts).toBeGreaterThan(500);
    expect(scripts + styles).toBeLessThanOrEqual(bar);
    const readme = await Bun.file(join(site.folder, "node_modules/docusaurus-plugin-gatehouse/README.md")).text();
    expect(readme).toContain(`It adds ${Math.round((scripts + styles) / 1024)} KB`);
  });
}

async function sent(folder: string) {
  const sum = { js: 0, css: 0 };
  for (const file of new Glob("assets/**/*.{js,css}").scanSync(folder))
    sum[file.endsWith(".js") ? "js" : "css"] += gzipSync(await Bun.file(join(folder, file)).bytes()).length;
  return sum;
}
