import { afterAll, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manage } from "../support/manage";
import { newFolder } from "../support/program";

/** The secret is replaced step by step in its file, by the verb that an operator types. */

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "secrets");
const old = "an old secret of this test that is long enough";

/** With a slip of the pen in the setting, which every other reader passes over. */
const setting = ` ${file} `;
const rotate = (...words: string[]) => manage({ BETTER_AUTH_SECRETS_FILE: setting, DATA_DIR: folder }, ...words);
const step = (...words: string[]) => rotate("rotate-secret", ...words);
const text = () => readFileSync(file, "utf8");

test("the steps follow one another, each leaves a file that the program takes, and no secret is printed", async () => {
  writeFileSync(file, `1:${old}\n`, { mode: 0o640 });
  const said: string[] = [];
  const go = async (...words: string[]) => {
    const { code, said: answer } = await step(...words);
    said.push(answer);
    return code;
  };
  expect(await go("use")).toBe(1); // nothing else is known yet
  expect(await go("add")).toBe(0);
  const [, value = ""] = /^1:an old .* enough,2:([\w-]{43})$/.exec(text()) ?? [];
  expect(value).not.toBe("");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("640");
  expect(await go("add")).toBe(1);
  expect(await go("drop")).toBe(1);
  expect((await rotate("check")).code).toBe(0);

  expect(await go("use")).toBe(0);
  expect(text()).toBe(`2:${value},1:${old}`);
  expect((await rotate("check")).code).toBe(0);
  expect(await go("drop")).toBe(1); // sessions may be signed by the old one for a week
  expect(said.at(-1)).toMatch(/^Until 20\d\d-\S+Z somebody's session may be signed by the old secret/);
  const lastWeek = Date.now() / 1000 - 8 * 86_400;
  utimesSync(file, lastWeek, lastWeek);
  expect(await go("drop")).toBe(0);
  expect(text()).toBe(`2:${value}`);
  expect((await rotate("check")).code).toBe(0);

  for (const secret of [old, value]) expect(said.join()).not.toContain(secret);
  expect(readdirSync(folder).filter((name) => name.includes("part"))).toEqual([]);
});

test("the old secret goes at once where it is said", async () => {
  writeFileSync(file, `2:a new secret of this test that is long enough,1:${old}`);
  expect((await step("drop", "--now")).code).toBe(0);
  expect(text()).toBe("2:a new secret of this test that is long enough");
});

test("whoever could read the file can read it afterwards, however closed the shell makes new files", async () => {
  writeFileSync(file, `1:${old}`);
  chmodSync(file, 0o640); // for a group, as where root keeps it and another user runs the program
  const closed = process.umask(0o077);
  try {
    expect((await step("add")).code).toBe(0);
  } finally {
    process.umask(closed);
  }
  expect((statSync(file).mode & 0o777).toString(8)).toBe("640");
});

test("what cannot be done changes nothing, and is said in words", async () => {
  writeFileSync(file, `1:${old}`);
  expect((await step("sideways")).said).toContain("The next step is `rotate-secret add`");
  expect((await manage({ DATA_DIR: folder }, "rotate-secret", "add")).said).toContain("BETTER_AUTH_SECRETS_FILE");
  const longest = join(folder, "s".repeat(250)); // as where nothing beside a mounted secret can be written
  writeFileSync(longest, `1:${old}`);
  const { said } = await manage({ BETTER_AUTH_SECRETS_FILE: longest, DATA_DIR: folder }, "rotate-secret", "add");
  expect(said).toContain("cannot be written (ENAMETOOLONG)");
  expect([text(), readFileSync(longest, "utf8")]).toEqual([`1:${old}`, `1:${old}`]);
});
