import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** The rules of the house that a machine can hold. */

const root = join(import.meta.dir, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const filesIn = (...patterns: string[]) => patterns.flatMap((pattern) => [...new Glob(pattern).scanSync(root)]).sort();
const sources = filesIn("src/**/*.ts", "views/**/*.{ts,tsx}", "db/**/*.ts");

/** The files of this repository that a file imports, as paths from the root and without their ending. */
const importsOf = (path: string) =>
  [...read(path).matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gms)]
    .map(([, still, lazy]) => still ?? lazy ?? "")
    .map((target) => relative(root, join(root, dirname(path), target)));

/** Who may import whom: for each room, the places its files may reach for. */
const rooms: [room: RegExp, mayImport: RegExp][] = [
  [/^views\//, /^views\//],
  [/^db\//, /^db\//],
  [/^src\/settings\//, /^(src\/settings|db)\//],
  [/^src\/process\//, /^(src\/(process|settings)|db)\//],
  [/^src\/session\//, /^(src\/session|db)\/|^src\/process\/log$/],
  [/^src\/http\//, /^(src\/(http|settings|process|session)|db|views)\//],
  [/^src\/guard\//, /^(src\/(guard|http)|db)\//],
  [/^src\/account\//, /^(src\/(account|guard|http|settings|process)|db|views)\//],
  [/^src\/mail\//, /^(src\/(mail|account|guard|http|settings|process)|db|views)\//],
  [/^src\/auth\//, /^(src\/(auth|account|guard|http|session|settings|process)|db)\//],
  [
    /^src\/pages\//,
    /^(src\/(pages|account|guard|http)|views)\/|^src\/(auth\/door|session\/(check|signed-in)|mail\/inbox|settings\/config)$/,
  ],
  [/^src\/(main|serve|app|cli)\.ts$/, /^(src|db)\//],
];

describe("the house", () => {
  test("is there to be looked at", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(importsOf("src/app.ts").length).toBeGreaterThan(10);
  });

  test("each room reaches only for what it may", () => {
    const strays = sources.flatMap((path) => {
      const mayImport = rooms.find(([room]) => room.test(path))?.[1] ?? /^$/;
      return importsOf(path)
        .filter((target) => !mayImport.test(target))
        .map((target) => `${path} imports ${target}`);
    });
    expect(strays).toEqual([]);
  });

  test("no file imports itself by a way round", () => {
    const file = new Map(sources.map((path) => [path.replace(/(\/index)?\.tsx?$/, ""), path]));
    const next = (path: string) => importsOf(path).flatMap((target) => file.get(target.replace(/\.tsx?$/, "")) ?? []);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, way: string[]) => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
      if (done.has(path)) return;
      done.add(path);
      for (const target of next(path)) visit(target, [...way, path]);
    };
    for (const path of sources) visit(path, []);
    expect(next("src/app.ts").length).toBeGreaterThan(10);
    expect(circles).toEqual([]);
  });

  test("nobody imports a command", () => {
    const everyone = [...sources, ...filesIn("tests/**/*.ts", "bench/**/*.ts", "scripts/**/*.ts")];
    expect(everyone.filter((path) => importsOf(path).some((target) => /^src\/main$/.test(target)))).toEqual([]);
  });

  const onlyIn: [what: string, pattern: RegExp, files: string[]][] = [
    ["the environment is read", /process\.env|Bun\.env/, ["src/settings/config.ts", "src/main.ts", "src/cli.ts"]],
    [
      "the console is written to",
      /console\.|process\.std(out|err)/,
      ["src/process/log.ts", "src/main.ts", "src/cli.ts"],
    ],
    ["Better Auth is reached", /auth\.(api|handler)\b/, ["src/auth/door.ts", "src/app.ts"]],
    [
      "Better Auth is imported",
      /from "better-auth/,
      ["src/auth/auth.ts", "src/auth/hooks.ts", "src/auth/storage.ts", "src/guard/password.ts"],
    ],
    ["page answers are made", /text\/html/, ["src/http/html.ts"]],
    [
      "a class is defined, and then only an error or a file system",
      /^(export )?class (?!\w+ extends (Error|NodeFS)\b)/m,
      [],
    ],
    ["a check is silenced", /@ts-ignore|@ts-expect-error|eslint-disable|\bas any\b|: any\b/, []],
    ["SQL is put together from text", /sql\.raw|sql\.identifier/, []],
    ["code is made from text", /\beval\(|new Function\(/, []],
  ];
  for (const [what, pattern, files] of onlyIn)
    test(`${what} only where it should be`, () => {
      const code = (path: string) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      expect(sources.filter((path) => pattern.test(code(path)) && !files.includes(path))).toEqual([]);
    });

  test("no file is longer than 250 lines", () => {
    const everything = filesIn(
      "src/**/*.ts",
      "views/**/*.{ts,tsx,css,js}",
      "db/**/*.ts",
      "tests/**/*.ts",
      "clients/**/*.{ts,tsx,py}",
      "examples/*.ts",
      "examples/demo/*.ts",
      "examples/docs/*.ts",
      "examples/docs/src/**/*.tsx",
      "bench/**/*.ts",
    );
    expect(everything.filter((path) => read(path).trimEnd().split("\n").length > 250)).toEqual([]);
  });

  test("no function is longer than 40 lines", () => {
    const long = sources.flatMap((path) =>
      longFunctions(path).map(([name, lines]) => `${path}: ${name} has ${lines} lines`),
    );
    expect(long).toEqual([]);
  });

  test("every exported function and type says what it promises", () => {
    const silent = sources.flatMap((path) => {
      const lines = read(path).split("\n");
      const exported = lines.flatMap((line, i) =>
        /^export (async )?(function|interface|type|class|const)/.test(line) ? [i] : [],
      );
      return exported
        .filter((i) => !/\*\/$|^\/\/ |^  \/\//.test(lines[i - 1] ?? "") && !isSelfEvident(lines[i] ?? ""))
        .map((i) => `${path}: ${lines[i]}`);
    });
    expect(silent).toEqual([]);
  });
});

/** Props of a page, a page itself, a table, and a type that follows from something documented need no sentence. */
const isSelfEvident = (line: string) =>
  /^export (interface \w+Props|function \w+(Page|Form)\(|const \w+ = pgTable|type \w+ = (keyof|typeof|ReturnType|Words|"|\{ done)|type (Words|Driver))/.test(
    line,
  );

function longFunctions(path: string): [name: string, lines: number][] {
  const file = ts.createSourceFile(
    path,
    read(path),
    ts.ScriptTarget.Latest,
    true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const found: [string, number][] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const lines =
        file.getLineAndCharacterOfPosition(node.end).line -
        file.getLineAndCharacterOfPosition(node.getStart()).line +
        1;
      const name = node.name?.getText() ?? (node.parent as ts.VariableDeclaration).name?.getText() ?? "a function";
      if (lines > 40) found.push([name, lines]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
