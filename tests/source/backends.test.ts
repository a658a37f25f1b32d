import { expect, test } from "bun:test";
import { recipes } from "../support/backends";
import { read } from "./files";

for (const { folder, file } of recipes)
  test(`docs/backends.md has the recipe that is run in tests, letter by letter: ${folder}`, () => {
    const blocks = [...read("docs/backends.md").matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
    expect(blocks).toContain(read(`examples/backends/${folder}/${file}`));
  });
