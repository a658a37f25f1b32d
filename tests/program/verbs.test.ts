import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runVerb, type Verb } from "../../src/cli";
import { manage } from "../support/manage";
import { freePort, newFolder } from "../support/program";

/** The verbs of the program, by what a shell sees of them: the data itself is the matter of tests/faults/starts. */

/** One command with a folder of its own that it would have to fill. */
async function typed(...words: string[]) {
  const parent = newFolder();
  const result = await manage({ DATA_DIR: join(parent, "data"), PORT: String(freePort()) }, ...words);
  const made = readdirSync(parent);
  rmSync(parent, { recursive: true });
  return { ...result, made };
}

/** How a verb is called, as the usage says it. */
const own = process.env.GATEHOUSE_PROGRAM ? "gatehouse" : "bun run gatehouse";

const names = [
  "serve",
  "check",
  "healthcheck",
  "mails",
  "test-mail",
  "backup",
  "restore",
  "move",
  "end-sessions",
  "rotate-secret",
].concat(["second-factor", "passkeys", "webhooks", "help", "version"]);

describe("help and version", () => {
  for (const words of [["help"], ["--help"], ["-h"], ["serve", "--help"], ["backup", "-h"], ["dance", "--help"]])
    test(`${words.join(" ")} shows every verb, starts no server and makes no data`, async () => {
      const { code, out, problem, made } = await typed(...words);
      expect([code, problem, made]).toEqual([0, "", []]);
      expect([...out.matchAll(/^ {2}(?:bun run )?gatehouse (\S+)/gm)].map(([, name]) => name)).toEqual(names);
    });

  for (const word of ["version", "--version"])
    test(`${word} shows the version of package.json, starts no server and makes no data`, async () => {
      const { version } = await Bun.file(join(import.meta.dir, "../../package.json")).json();
      expect(await typed(word)).toMatchObject({ code: 0, out: `gatehouse ${version}\n`, problem: "", made: [] });
    });
});

describe("a slip at the command line", () => {
  const slips: [words: string[], sentence: string][] = [
    [["dance"], 'There is no verb "dance".'],
    [["--port", "3000"], 'There is no verb "--port".'],
    [["worker"], 'There is no verb "worker".'],
    [["constructor"], 'There is no verb "constructor".'],
    [["backup"], `Type \`${own} backup FILE\` and nothing more.`],
    [["backup", ""], `Type \`${own} backup FILE\` and nothing more.`],
    [["backup", "one", "two"], `Type \`${own} backup FILE\` and nothing more.`],
    [["restore"], `Type \`${own} restore FILE\` and nothing more.`],
    [["move", "there"], `Type \`${own} move\` and nothing more.`],
    [["end-sessions"], `Type \`${own} end-sessions EMAIL\` and nothing more.`],
    [["second-factor", "off"], `Type \`${own} second-factor off EMAIL\` and nothing more.`],
    [["serve", "3000"], `Type \`${own} serve\` and nothing more.`],
  ];
  for (const [words, sentence] of slips)
    test(`"${words.join(" ")}" ends with 1, a sentence and the usage, and changes nothing`, async () => {
      const { code, out, problem, made } = await typed(...words);
      expect([code, out, made]).toEqual([1, "", []]);
      expect(problem).toStartWith(`${sentence}\n\nUsage:\n`);
      expect(existsSync("one")).toBe(false);
    });
});

test("a verb that is added to the table is called with what was typed", async () => {
  const heard: string[][] = [];
  const run = async (...values: string[]) => void heard.push(values);
  const added: Verb = { name: "greet", arguments: ["NAME", "WORDS"], help: "greets", run };
  await runVerb([added], ["greet", "Ada", "good morning"]);
  expect(heard).toEqual([["Ada", "good morning"]]);
  await expect(runVerb([added], ["greet", "Ada"])).rejects.toThrow(`${own} greet NAME WORDS  greets`);
});
