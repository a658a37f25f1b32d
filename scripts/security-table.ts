import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { map } from "../tests/asvs/map";
import type { Requirement } from "../tests/asvs/requirement";

/**
 * Writes the table of docs/security.md from `tests/asvs/`: `bun scripts/security-table.ts`. What stands above it is
 * written by hand.
 */

/** The page that the table is part of. */
export const page = join(import.meta.dir, "../docs/security.md");
const [begin, end] = ["<!-- the table begins: bun scripts/security-table.ts -->", "<!-- the table ends -->"];

const chapters: Record<string, string> = {
  1: "Encoding",
  2: "Validation and logic",
  3: "The browser",
  4: "The API",
  5: "Files",
  6: "Authentication",
  7: "Sessions",
  8: "Who may do what",
  9: "Tokens",
  11: "Cryptography",
  12: "Encrypted connections",
  13: "Configuration",
  14: "Data",
  15: "How it is built",
  16: "Log and errors",
};

/** How a requirement stands. */
export type Standing = "tested" | "written" | "the operator's" | "open";
const standings: Standing[] = ["tested", "written", "the operator's", "open"];

/** A requirement is tested, written where it asks for writing, left to whoever runs the program, or open. */
const standingOf = ({ tests, doc, operator }: Requirement): Standing =>
  tests ? "tested" : doc ? "written" : operator ? "the operator's" : "open";

/** How many requirements of a level stand how. */
export function countsOf(level: number): Record<Standing, number> {
  const ofLevel = map.filter((requirement) => requirement.level === level);
  const count = (standing: Standing) => ofLevel.filter((requirement) => standingOf(requirement) === standing).length;
  return {
    tested: count("tested"),
    written: count("written"),
    "the operator's": count("the operator's"),
    open: count("open"),
  };
}

/** The page with its table as the map has it now. Throws when the marks of the table are missing. */
export function withTable(markdown: string): string {
  const [from, to] = [markdown.indexOf(begin), markdown.indexOf(end)];
  if (from < 0 || to < from) throw new Error("docs/security.md has lost the marks of its table.");
  return `${markdown.slice(0, from + begin.length)}\n${table()}${markdown.slice(to)}`;
}

function table(): string {
  const counts = [1, 2, 3].map(
    (level) => `| ${level} | ${standings.map((standing) => countsOf(level)[standing]).join(" | ")} |`,
  );
  const numbers = Object.keys(chapters).map(Number);
  return [
    `| level | ${standings.join(" | ")} |`,
    `|${"---|".repeat(standings.length + 1)}`,
    ...counts,
    "",
    ...numbers.flatMap((number) => [
      `### V${number} ${chapters[number]}`,
      "| id | level | asks | shown by |",
      "|---|---|---|---|",
      ...map.filter(({ id }) => id.startsWith(`${number}.`)).map(row),
      "",
    ]),
  ].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function link(place: string): string {
  const path = place.replace("docs/", "");
  return `[${path.replace(/\.md#/, ": ").replaceAll("-", " ")}](${path.replace("security.md", "")})`;
}

function row(requirement: Requirement): string {
  const { id, level, asks, tests = [], doc, operator, open } = requirement;
  const proof = doc
    ? link(doc)
    : operator
      ? `the operator's: ${link(operator)}`
      : open
        ? `**open**: ${open}`
        : tests.map((name) => `\`${name}\``).join("<br>");
  return `| ${id} | ${level} | ${cell(asks)} | ${doc || operator || open ? proof : proof.replaceAll("|", "\\|")} |`;
}

if (import.meta.main) writeFileSync(page, withTable(readFileSync(page, "utf8")));
