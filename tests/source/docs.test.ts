import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { servedRoutes } from "../support/served";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import * as authTables from "../../db/auth-tables";
import * as ownTables from "../../db/own-tables";
import { capabilities } from "../../src/capabilities/index";
import { settingsOf } from "../../src/contributions";
import { coreVerbs } from "../../src/cli";
import { formats } from "../../src/import/formats";
import type { FileKind } from "../../src/import/formats/format";
import { families } from "../../src/process/metrics";
import type { Setting } from "../../src/settings/setting";
import { settings as coreSettings } from "../../src/settings/settings";

const root = join(import.meta.dir, "../..");
const settings = { ...coreSettings, ...settingsOf(capabilities) };
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sourceFiles = [...new Glob("{src,db}/**/*.ts").scanSync(root)].map(read);
const sources = sourceFiles.join("\n");

/** The rows of a page's tables that begin with a name. */
const rowsOf = (markdown: string) => [...markdown.matchAll(/^\| `[^`]+` \|.*$/gm)].map(([row]) => row);

/** The cells of such a row, of which the first is the name. */
function cellsOf(row: string): [name: string, ...others: string[]] {
  const [name = "", ...others] = row.slice("| ".length, -" |".length).split(" | ");
  return [name.slice(1, -1), ...others];
}

/** The names in the first column of a table. */
const firstColumn = (markdown: string) => rowsOf(markdown).map((row) => cellsOf(row)[0]);

/** The default of a setting, as the table shows it. */
const defaultOf = ({ usual = "" }: Setting) => (usual === "" ? "–" : `\`${usual}\``);

/** How docs/import.md calls what a file may be. */
const namesOfKinds: Record<FileKind, string> = { csv: "CSV", document: "JSON", lines: "JSON lines" };

describe("the documentation", () => {
  test("has every setting with its very default and description, and no other", () => {
    const rows = Object.entries(settings).map(
      ([name, setting]) => `| \`${name}\` | ${defaultOf(setting)} | ${setting.description} |`,
    );
    expect(rowsOf(read("docs/settings.md"))).toEqual(rows);
  });

  test("has every event of the log, and no other", () => {
    const calls = sources
      .split(/\b(?:log|notice)\((?=["l])/)
      .slice(1)
      .map((call) =>
        [...(call.split(/,\s*(?:\{|facts)|\)/)[0] ?? "").matchAll(/"([a-z_.]+)"/g)].map(([, word]) => word ?? ""),
      );
    const written = calls.flatMap((words) => words.filter((word) => !["info", "warn", "error"].includes(word)));
    expect(written.length).toBeGreaterThan(6);
    expect([...new Set(written)].sort()).toEqual(firstColumn(read("docs/log.md")).map(String).sort());
  });

  test("has every metric with its kind and meaning, and no other", () => {
    const told = rowsOf(read("docs/metrics.md")).map(cellsOf);
    const known = Object.entries(families).map(([name, { type, help }]) => [name, type, help]);
    expect(told.map(([name, type, , help]) => [name, type, help])).toEqual(known);
  });
});

describe("the documentation", () => {
  test("has every verb, by the name that is typed", () => {
    const pages = ["README.md", ...new Glob("docs/*.md").scanSync(root)].map(read).join("\n");
    const verbs = coreVerbs({ environment: {}, capabilities: async () => capabilities }).map(({ name }) => name);
    expect(verbs.length).toBeGreaterThan(30);
    expect(verbs.filter((name) => !new RegExp(`(gatehouse |\`)${name}\\b`).test(pages))).toEqual([]);
  });

  test("has every format of people to import, with its files and the columns that it needs, and no other", () => {
    const page = /^## The formats\n([^]*?)^## /m.exec(read("docs/import.md"))?.[1] ?? "";
    const told = rowsOf(page).map(cellsOf);
    expect(told.map(([name]) => name).sort()).toEqual([...formats.keys()].sort());
    for (const [name, kinds = "", needs] of told) {
      const { files = [], columns = [] } = formats.get(name) ?? {};
      expect([name, kinds.split(", ").sort()]).toEqual([name, files.map((kind) => namesOfKinds[kind]).sort()]);
      for (const column of columns.flat())
        expect([name, needs]).toEqual([name, expect.stringContaining(`\`${column}\``)]);
    }
  });

  test("names every path that is served, and no other", () => {
    const served = servedRoutes().map((route) => route.split(" ")[1]?.replace(/^\/api\/auth\/.*/, "/api/auth/*"));
    expect([...new Set(served)].sort()).toEqual(
      [...new Set(firstColumn(read("docs/paths.md")).filter((name) => name?.startsWith("/")))].sort(),
    );
  });
});

describe("the documentation", () => {
  test("has every table of the database, and no other", () => {
    const own = capabilities.flatMap(({ tables = [] }) => tables.map(({ table }) => table));
    const tables = [...Object.values(authTables), ...Object.values(ownTables), ...own].filter((value) =>
      is(value, PgTable),
    );
    const names = tables.map((table) => {
      const { schema, name } = getTableConfig(table);
      return schema ? `${schema}.${name}` : name;
    });
    expect(names.length).toBeGreaterThan(10);
    expect(firstColumn(read("docs/data-model.md")).map(String).sort()).toEqual(
      [...names, "gatehouse.migration"].sort(),
    );
  });
});

describe("the documentation", () => {
  test("links only to headings that are there", () => {
    const slugOf = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-");
    const headings = (page: string) =>
      [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => slugOf(heading));
    const pages = ["README.md", ...new Glob("docs/**/*.md").scanSync(root)];
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, target = "", heading = ""]) => ({
        to: target === "" ? page : join(dirname(page), target),
        heading,
      })),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ to, heading }) => !headings(to).includes(heading))).toEqual([]);
  });
});

describe("the documentation", () => {
  test("links only to files that are there", () => {
    const pages = ["README.md", "CONTRIBUTING.md", ...new Glob("docs/**/*.md").scanSync(root)];
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .filter(([, target = ""]) => !existsSync(join(root, dirname(page), target)))
        .map(([, target]) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("links to nothing beside itself from where it is read on its own", () => {
    const leavesTheSite = [...new Glob("docs/**/*.md").scanSync(root)].filter((page) => {
      const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) =>
        join(dirname(page), target),
      );
      return targets.some((target) => !target.startsWith("docs/"));
    });
    expect(leavesTheSite).toEqual([]);
    // A package's README is read at its registry.
    for (const client of ["docusaurus", "javascript"])
      expect(read(`clients/${client}/README.md`)).not.toMatch(/\]\((?!https?:|#)/);
  });

  test("shows every page in the sidebar of its site", () => {
    const listed = read("examples/docs/sidebars.ts");
    expect(
      [...new Glob("docs/*.md").scanSync(root)].filter(
        (page) => !listed.includes(`"${page.slice("docs/".length, -".md".length)}"`),
      ),
    ).toEqual([]);
  });
});

describe("the documentation", () => {
  test("speaks of itself alone: no path of a machine, no registry", () => {
    const tracked = Bun.spawnSync(["git", "ls-files"], { cwd: root }).stdout.toString().trim().split("\n");
    const texts = tracked.filter((path) => !/\.(png|svg)$/.test(path) && existsSync(join(root, path)));
    expect(texts.length).toBeGreaterThan(50);
    const machine = new RegExp(["(^|[^a-zA-Z.])/(work|root|home|farm)/", "https?://regis" + "try\\."].join("|"), "m");
    expect(texts.filter((path) => machine.test(read(path)))).toEqual([]);
  });

  test("shows every file of the house in the tree for those who take part", () => {
    const tree = /```\nsrc\/\n([\s\S]*?)```/.exec(read("CONTRIBUTING.md"))?.[1] ?? "";
    const rooms = new Map(
      tree
        .split(/^(?=(?: {2})?\S)/m)
        .map((lines) => [lines.trim().split(/\s/)[0] ?? "", lines.split(/[^\w.-]+/)] as const),
    );
    const lost = [...new Glob("{src,db}/**/*.ts").scanSync(root)].filter((path) => {
      const [top = "", ...rest] = path.split("/");
      // Shown as a folder.
      if (/^(src\/(pages|capabilities\/[^/]+)|db\/(existing|migrations))\//.test(path)) return false;
      const [folder, name = ""] = top === "src" ? rest : [`${top}`, ...rest];
      if (top === "src" && rest.length === 1) return !rooms.has(folder ?? "");
      return !rooms.get(`${folder}/`)?.includes(name.replace(/\.ts$/, ""));
    });
    expect([...rooms.keys()].length).toBeGreaterThan(15);
    expect(lost).toEqual([]);
  });
});

describe("the documentation", () => {
  test("tells of every fault that a test is named after, and of no other", () => {
    const rows = [...read("docs/reliability.md").matchAll(/^\| ([A-Z]\d+) \|.*\| (?:`([^`]+)`|catalogue) \|$/gm)];
    const told = rows.map(([, number]) => number);
    const allOf = (glob: string) => [...new Glob(glob).scanSync(root)].map(read).join("\n");
    const faults = allOf("tests/faults/**/*.test.ts") + allOf("tests/catalogue/*.test.ts");
    const titles = [...faults.matchAll(/\b(?:describe|test)\(\s*["`](?:\$\{\w+\}: )?((?:[A-Z]\d+,? )+)/g)].map(
      ([, numbers = ""]) => numbers,
    );
    const named = titles.flatMap((numbers) => numbers.match(/[A-Z]\d+/g) ?? []);
    const listed = [...allOf("tests/catalogue/*.ts").matchAll(/"([CHPBERF]\d+)"/g)].map(([, id]) => id);
    expect([...named, ...listed].filter((number) => !told.includes(number))).toEqual([]);
    const shown = ([, number, file]: RegExpMatchArray) =>
      file ? new RegExp(`\\b${number}\\b`).test(read(file)) : listed.includes(number);
    expect(rows.filter((row) => !shown(row)).map(([, number]) => number)).toEqual([]);
  });
});
