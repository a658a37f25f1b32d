import { describe, expect, test } from "bun:test";
import { beside, filesIn, importsOf, linesOf, read, sources } from "./files";
import { mayImport } from "./rooms";

/** The rules of the house that a machine can hold: who imports whom, and what stands in one place only. */

describe("the house", () => {
  test("is there to be looked at", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(importsOf("src/app.ts").length).toBeGreaterThan(10);
  });

  test("each room reaches only for what it may", () => {
    const strays = sources.flatMap((path) =>
      importsOf(path)
        .filter((target) => !mayImport(path, target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(strays).toEqual([]);
  });

  test("a capability is a room of its own, which nobody enters but by the registry", () => {
    const index = "src/capabilities/totp/index.ts";
    for (const target of ["src/capabilities/totp/acts", "src/capability", "src/result", "src/http/visit", "db/types"])
      expect([target, mayImport(index, target)]).toEqual([target, true]);
    for (const target of ["src/capabilities/passkeys/acts", "src/account/recover", "src/app", "src/auth/auth"])
      expect([target, mayImport(index, target)]).toEqual([target, false]);
    const registry = "src/capabilities/index";
    const who = ["src/main.ts", "src/app.ts", "src/cli.ts", "src/auth/auth.ts", "src/pages/account/profile.ts", index];
    expect(who.filter((path) => mayImport(path, registry))).toEqual(["src/main.ts"]);
    expect(mayImport("src/capabilities/index.ts", "src/capabilities/totp/index")).toBe(true);
  });

  test("no file imports itself by a way round", () => {
    expect(nextOf("src/app.ts").length).toBeGreaterThan(10);
    expect(circles()).toEqual([]);
  });

  test("nobody imports the command", () => {
    const everyone = [...sources, ...beside];
    expect(everyone.filter((path) => importsOf(path).some((target) => /^src\/main$/.test(target)))).toEqual([]);
  });
});

test("every folder of tests is in a suite of the test command", () => {
  const calls = [...read("tests/run.ts").matchAll(/testsIn\(([^)]*)\)/g)].map(([, folders = ""]) => folders).join();
  const run = [...calls.matchAll(/"([^"]+)"/g)].map(([, folder]) => folder);
  const folders = filesIn("tests/**/*.test.ts").map((path) => path.replace(/^tests\/|\/[^/]+$/g, ""));
  expect([...new Set(folders)].filter((folder) => !run.includes(folder))).toEqual([]);
});

const file = new Map(sources.map((path) => [path.replace(/(\/index)?\.tsx?$/, ""), path]));
const nextOf = (path: string) => importsOf(path).flatMap((target) => file.get(target.replace(/\/index$/, "")) ?? []);

/** The ways by which a file of the program leads back to itself. */
function circles(): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (seen.has(path)) return;
    seen.add(path);
    for (const target of nextOf(path)) visit(target, [...way, path]);
  };
  for (const path of sources) visit(path, []);
  return found;
}

const onlyIn: [what: string, pattern: RegExp, files: string[]][] = [
  ["the environment is read", /process\.env|Bun\.env/, ["src/main.ts"]],
  [
    "the console is written to",
    /console\.|process\.std(out|err)/,
    ["src/process/log.ts", "src/main.ts", "src/run-verb.ts", "src/cli.ts"],
  ],
  ["Better Auth is reached", /auth\.(api|handler)\b/, ["src/auth/caller.ts"]],
  [
    "Better Auth is imported",
    /(from |import\()"better-auth/,
    [
      "src/auth/auth.ts",
      "src/auth/hooks.ts",
      "src/auth/library-secret.ts",
      "src/auth/make-session.ts",
      "src/auth/storage.ts",
    ],
  ],
  ["page answers are made", /text\/html/, ["src/http/html.ts"]],
  [
    "a class is defined, and then only an error or a file system",
    /^(export )?class (?!\w+ extends (Error|StartRefused|RefusedForNow|NodeFS)\b)/m,
    [],
  ],
  ["a check is silenced", /@ts-ignore|@ts-expect-error|eslint-disable|\bas any\b|: any\b/, []],
  ["SQL is put together from text", /sql\.raw/, []],
  ["SQL names what only the database knows", /sql\.identifier/, ["src/account/suspension.ts"]],
  ["a time is read in another way than db/instant.ts does", /\btimestamp\(["'`]/, []],
  ["code is made from text", /\beval\(|new Function\(/, []],
];

describe("the house", () => {
  for (const [what, pattern, files] of onlyIn)
    test(`${what} only where it should be`, () => {
      const code = (path: string) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      expect(sources.filter((path) => pattern.test(code(path)) && !files.includes(path))).toEqual([]);
    });

  test("every exported function and type says what it promises", () => {
    const silent = sources.flatMap((path) => {
      const lines = linesOf(path);
      const exported = lines.flatMap((line, i) =>
        /^export (async )?(function|interface|type|class|const)/.test(line) ? [i] : [],
      );
      return exported
        .filter((i) => !/\*\/$|^\/\/ |^  \/\//.test(above(lines, i)) && !isSelfEvident(lines[i] ?? ""))
        .map((i) => `${path}: ${lines[i]}`);
    });
    expect(silent).toEqual([]);
  });
});

/** The line above an export; those of one line that stand together have one sentence. */
const above = (lines: string[], at: number) =>
  lines.slice(0, at).findLast((line) => !/^export (const|function) .*;$/.test(line)) ?? "";

/** Props of a page, a page itself, a table, and a type that follows from something documented need no sentence. */
const isSelfEvident = (line: string) =>
  [
    /^export (interface \w+Props|function \w+(Page|Form)\(|const \w+ = pgTable)/,
    /^export type (\w+ = (keyof|typeof|ReturnType|Words|"|\{ done)|(Words|Driver))/,
  ].some((pattern) => pattern.test(line));
