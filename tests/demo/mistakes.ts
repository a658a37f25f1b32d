import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world";

const mistakes: [options: unknown, message: string][] = [
  [{}, 'needs the address of your Gatehouse: { url: "https://login.example.com" }.'],
  [
    { url: "login.example.com" },
    'cannot use "login.example.com" as "url": it is no web address. Write { url: "https://login.example.com" }.',
  ],
  [{ url: 3000 }, 'cannot use 3000 as "url": it is no web address. Write { url: "https://login.example.com" }.'],
  [{ url: "http://login.example.com" }, 'takes http on this machine only. Write "https://login.example.com".'],
  [
    { url: "https://login.example.com/auth/" },
    'takes a "url" without a path, because Gatehouse has a host of its own. Write "https://login.example.com".',
  ],
  [
    { url: "https://me:secret@login.example.com" },
    'puts "url" into every page: a name and a password have no place in it. Write "https://login.example.com".',
  ],
  [
    { url: "https://login.example.com", link: "/x", colour: 1 },
    'has no option "link", "colour". There is one: { url: "https://login.example.com" }.',
  ],
  [{ url: "https://login.example.com", id: "second" }, 'can be there once only. Remove its "id".'],
];

/** What a site's owner reads who wrote something wrong: one sentence, with what to write instead. */
export function ownersMistakes(world: () => World) {
  describe("an owner's mistake", () => {
    for (const [options, message] of mistakes)
      test(`${JSON.stringify(options)} is explained`, async () => {
        const { validateOptions } = await import(
          join(world().site.folder, "node_modules/docusaurus-plugin-gatehouse/lib/index.js")
        );
        expect(() => validateOptions({ options })).toThrow(new Error(`docusaurus-plugin-gatehouse ${message}`));
      });

    test("ends the build with that sentence", async () => {
      const config = `export default {
        title: "x", url: "http://localhost", baseUrl: "/",
        plugins: [["docusaurus-plugin-gatehouse", { url: "login" }]],
      };`;
      writeFileSync(join(world().site.folder, "mistake.config.mjs"), config);
      expect(await world().site.build({}, "mistake.config.mjs").catch(String)).toContain(
        'docusaurus-plugin-gatehouse cannot use "login" as "url"',
      );
    });
  });
}
