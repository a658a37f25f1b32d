import { afterAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartRefused } from "../../db/refusal";
import { parseEnvFile } from "../../src/settings/env-file";
import { newFolder } from "../support/program";

/** What the file `.env` sets arrives as it is written, whoever read the file before. */

const root = join(import.meta.dir, "../..");
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(files: Record<string, string>): string {
  const folder = newFolder();
  folders.push(folder);
  // Bun takes the meaning of our JSX from here.
  copyFileSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const values = [
  "pa$HOME$$w${HOME}rd",
  "a#b#",
  "it's",
  'a"b',
  `'quoted' and "quoted"`,
  "two words  and more",
  "back\\slash\\",
  "50%",
  "a=b=c",
  "`tick`",
  "ünïcödé",
  '{"a":"b"}',
];

for (const value of values)
  test(`a value in .env arrives as written: ${value}`, () => {
    for (const quote of ["'", '"', "`"])
      expect(parseEnvFile(`A=1\nPASSWORD=${quote}${value}${quote}\nB=2`)).toEqual(
        new Map([
          ["A", "1"],
          ["PASSWORD", value],
          ["B", "2"],
        ]),
      );
    if (!/^['"`]/.test(value)) expect(parseEnvFile(`PASSWORD=${value}\nB=2\n`).get("PASSWORD")).toBe(value);
  });

const grammar: [what: string, text: string, value: string | undefined][] = [
  ["ends before a comment behind a space", "A=one # two", "one"],
  ["ends before a comment when it is quoted", "A='one' # it's two", "one"],
  ["may begin with #", "A=#0f766e", "#0f766e"],
  ["is empty before a comment", "A= # later", ""],
  ["has no space around it", "  A =  one  ", "one"],
  ["may come behind `export`", "export A=one", "one"],
  ["may come behind a colon", "A: one", "one"],
  ["keeps the spaces inside of quotes", 'A=" one "', " one "],
  ["is read behind a mark of the byte order", "\uFEFFA=one", "one"],
  ["is read to the line's end as Windows writes it", "A=one\r\nB=two\r\n", "one"],
  ["may go over lines in quotes", 'A="one\r\ntwo" # end\nB=1', "one\ntwo"],
  [
    "knows a line break, a quote and a dollar behind a backslash in double quotes",
    'A="a\\nb\\"c\\$d\\e"',
    'a\nb"c$d\\e',
  ],
  ["knows nothing behind a backslash in single quotes", "A='a\\nb\\$'", "a\\nb\\$"],
  ["is the last one of its name", "A=one\nA=two", "two"],
  ["in a comment is none", "# A=one", undefined],
];

for (const [what, text, value] of grammar)
  test(`a value in .env ${what}`, () => expect(parseEnvFile(text).get("A")).toBe(value as string));

for (const [what, text, line] of [
  ["a line without =", "A=1\nsecret-word", 2],
  ["a quote left open", "A=1\n\nB='secret-word\nC=2", 3],
  ["something behind the closing quote", 'A="secret-word"B', 1],
] as const)
  test(`a value in .env is told by the number of its line, and not repeated, when it cannot be read: ${what}`, () => {
    const read = () => parseEnvFile(text);
    expect(read).toThrow(StartRefused);
    expect(read).toThrow(new RegExp(`^\\.env, line ${line}: `));
    expect(read).not.toThrow(/secret-word/);
  });

test("the file .env in UTF-16, as Windows may write it, is told by its encoding, not by a line", () => {
  const read = () => parseEnvFile(Buffer.from("\uFEFFPORT=3000\r\n", "utf16le").toString("utf8"));
  expect(read).toThrow(StartRefused);
  expect(read).toThrow(/^\.env: .*Save it in UTF-8\.$/);
});

/** Runs Bun in a folder with these variables: what it printed, and its end. */
async function run(folder: string, command: string[], environment: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: "/nowhere", ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, problem, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { said, problem, code };
}

const probe = `import { loadEnvFile } from ${JSON.stringify(join(root, "src/settings/env-file.ts"))};
const { BRAND_NAME: before } = process.env;
loadEnvFile(process.env);
console.log(JSON.stringify([before, process.env.BRAND_NAME, process.env.FOREIGN]));`;
const file = "BRAND_NAME=pa$HOME#x\nFOREIGN=$$\n";

test("the file .env is not read by Bun in the program's folder", async () => {
  const folder = folderWith({ ".env": file, "probe.ts": probe });
  copyFileSync(join(root, "bunfig.toml"), join(folder, "bunfig.toml"));
  expect(await run(folder, ["probe.ts"])).toMatchObject({ said: '[null,"pa$HOME#x","$$"]\n', code: 0 });
});

test("the file .env arrives as written where Bun read it first, in another folder", async () => {
  const { said } = await run(folderWith({ ".env": file, "probe.ts": probe }), ["probe.ts"]);
  expect(JSON.parse(said)).toEqual(["pa/nowhere", "pa$HOME#x", "$$"]);
});

test("the file .env yields to the environment, an empty variable of it too", async () => {
  const folder = folderWith({ ".env": file, "probe.ts": probe });
  expect((await run(folder, ["probe.ts"], { BRAND_NAME: "real" })).said).toBe('["real","real","$$"]\n');
  expect((await run(folder, ["probe.ts"], { BRAND_NAME: "" })).said).toBe('["","","$$"]\n');
});

test("the file .env is left alone when Bun is told to read none, or another one", async () => {
  const folder = folderWith({ ".env": file, other: "BRAND_NAME=other\n", "probe.ts": probe });
  expect((await run(folder, ["--no-env-file", "probe.ts"])).said).toBe("[null,null,null]\n");
  expect((await run(folder, ["--env-file=other", "probe.ts"])).said).toBe('["other","other",null]\n');
});

test("the file .env stops the start when it is a folder, which a mount that failed leaves behind", async () => {
  const folder = folderWith({ "probe.ts": probe });
  mkdirSync(join(folder, ".env"));
  expect((await run(folder, ["probe.ts"])).problem).toContain(".env: cannot be read (EISDIR).");
});

for (const words of [["serve"], ["end-sessions", "all"]])
  test(`the file .env is held to the same rules by ${words[0]}, and other files are named`, async () => {
    const command = [join(root, "src/main.ts"), ...words];
    const empty = folderWith({ ".env": "DATABASE_URL=\nGATEHOUSE_WROKERS=2\n" });
    expect((await run(empty, command)).problem).toMatch(
      /^DATABASE_URL: is set, but to nothing.*\nGATEHOUSE_WROKERS: no such setting/,
    );
    const local = folderWith({ ".env.local": "export DATABASE_URL=postgres://u:secret-pw@db.example.com/app\n" });
    expect(await run(local, command)).toEqual({
      said: "",
      code: 78,
      problem: ".env.local: sets DATABASE_URL, but only the file `.env` is read. Move the line there.\n",
    });
  });

test("the file .env.local is named where it sets what a capability reads", async () => {
  const local = folderWith({ ".env.local": "GATEHOUSE_SECOND_FACTOR=required\n" });
  expect(await run(local, [join(root, "src/main.ts"), "check"])).toEqual({
    said: "",
    code: 78,
    problem: ".env.local: sets GATEHOUSE_SECOND_FACTOR, but only the file `.env` is read. Move the line there.\n",
  });
});

test("from source, a program that is started in another folder than its own says so", async () => {
  const folder = newFolder();
  folders.push(folder);
  const { code, problem } = await run(folder, [join(root, "src/main.ts"), "check"]);
  expect([code, problem]).toEqual([1, expect.stringContaining("was not started in its own folder. Start it there")]);
});
