import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { countsOf, page, withTable } from "../../scripts/security-table";
import { applies, map } from "../asvs/map";

/** The map of the ASVS: every test it names is there, every place too, and nothing that applies is missing. */

const root = join(import.meta.dir, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const testFiles = [...new Glob("tests/**/*.test.ts").scanSync(root)].sort();
const tables = [...new Glob("tests/{catalogue,faults,support}/**/*.ts").scanSync(root)].map(read).join("\n");

/** A title as a pattern: what is put in at run time may be anything, and is held against the source below. */
type Title = { pattern: string; file: string };

/** The whole names of all tests, as bun prints them, read from the sources without running them. */
function titlesIn(file: string): Title[] {
  const found: Title[] = [];
  const visit = (node: ts.Node, above: readonly string[]) => {
    const call = ts.isCallExpression(node) ? node : undefined;
    const kind = call && /^(describe|test)\b/.exec(call.expression.getText())?.[1];
    const first = call?.arguments[0];
    // Those take their title in the next call.
    const isTitled = kind && !/\.(each|skipIf)$/.test(call.expression.getText());
    const titles = isTitled && first ? titleOf(first, kind) : [];
    for (const title of titles) if (kind !== "describe") found.push({ pattern: [...above, title].join(" > "), file });
    const inside = kind === "describe" && titles.length > 0 ? [...above, titles[0] ?? ""] : above;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true), []);
  return found;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/%s/g, "(.+?)");
const anything = "(.+?)";

function titleOf(node: ts.Expression, kind: string): string[] {
  if (ts.isStringLiteralLike(node)) return [escaped(node.text)];
  if (ts.isTemplateExpression(node))
    return [
      escaped(node.head.text) + node.templateSpans.map(({ literal }) => anything + escaped(literal.text)).join(""),
    ];
  return ts.isIdentifier(node) && kind === "test" ? [anything] : [];
}

const titles = testFiles.flatMap(titlesIn);

/**
 * Whether there is a test of this name; what was put into its title must stand in its file, or in one of the tables.
 */
function exists(name: string): boolean {
  return titles.some(({ pattern, file }) => {
    const put = new RegExp(`^${pattern}$`).exec(name)?.slice(1);
    const source = put && read(file) + tables;
    return put?.every((text) => source?.includes(text) || source?.includes(unquoted(text))) ?? false;
  });
}

/**
 * A text as it stands in the source before JSON.stringify, or the path of a route, before its method and act were put
 * beside it.
 */
const unquoted = (text: string) => text.replaceAll(/^"|"$/g, "").replace(/^[A-Z]+ (\/\S+)( \(\w+\))?$/, '"$1"');

const headings = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );

describe("the map of the standard", () => {
  test("has every requirement of levels 1 and 2 that applies, each once, with one proof", () => {
    const named = map.map(({ id }) => id);
    expect(named.filter((id, at) => named.indexOf(id) !== at)).toEqual([]);
    for (const level of [1, 2] as const) {
      const mapped = map.filter((requirement) => requirement.level === level).map(({ id }) => id);
      expect(mapped.sort()).toEqual(applies[level].toSorted());
    }
    expect([applies[1].length, applies[2].length]).toEqual([62, 126]);
    for (const { id, tests, doc, operator, open } of map) {
      const proofs = [tests, doc, operator, open].filter((proof) => proof !== undefined && proof.length > 0);
      expect([id, proofs.length]).toEqual([id, 1]);
    }
  });

  test("names tests that there are", () => {
    expect(titles.length).toBeGreaterThan(300);
    expect(exists("the map of the standard > names tests that there are")).toBe(true);
    for (const none of [
      "the map of the standard > names tests",
      "every answer > is guarded: /no-such-path",
      "each bad input is refused, everywhere: > C4 another thing",
    ])
      expect([none, exists(none)]).toEqual([none, false]);
    expect(
      map.flatMap(({ id, tests = [] }) => tests.filter((name) => !exists(name)).map((name) => `${id}: ${name}`)),
    ).toEqual([]);
  });

  test("names places in the documentation that there are", () => {
    const places = map.flatMap(({ doc, operator }) => doc ?? operator ?? []).map((place) => place.split("#"));
    expect(places.length).toBeGreaterThan(20);
    expect(
      places.filter(([path = "", heading = ""]) => !existsSync(join(root, path)) || !headings(path).includes(heading)),
    ).toEqual([]);
  });
});

describe("the map of the standard", () => {
  test("is what docs/security.md shows", () => {
    const shown = readFileSync(page, "utf8");
    expect(withTable(shown)).toBe(shown);
    for (const level of [1, 2, 3]) {
      const { tested, written, open, ...others } = countsOf(level);
      console.log(
        `ASVS 5.0 level ${level}: ${tested + written} met (${tested} tested, ${written} written), ` +
          `${others["the operator's"]} the operator's, ${open} open`,
      );
    }
  });
});
