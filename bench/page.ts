import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const path = join(import.meta.dir, "../docs/performance.md");

/**
 * Puts results into docs/performance.md, between the lines that are named after them. Throws when the lines are not
 * there.
 */
export function writeSection(name: string, results: string): void {
  const page = readFileSync(path, "utf8");
  const [before, , after] = page.split(new RegExp(`<!-- ${name} -->\\n|<!-- end of ${name} -->\\n`));
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md has no place for ${name}.`);
  writeFileSync(path, `${before}<!-- ${name} -->\n${results}\n<!-- end of ${name} -->\n${after}`);
}

/** A table in Markdown. */
export const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
