import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { capabilities } from "../../src/capabilities/index";
import { actsOf } from "../../src/process/acts";
import { runVerb, type Verb } from "../../src/run-verb";
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
  "import",
].concat(
  ["second-factor", "passkeys", "webhooks", "users", "admins"],
  ["held-up", "let-go", "events", "help", "version"],
);

test("what a capability lets operators do can be typed", async () => {
  const done = Object.keys(await actsOf(capabilities));
  expect(done.filter((name) => !names.includes(name))).toEqual([]);
});

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
  [["second-factor", "off"], `Type \`${own} second-factor off EMAIL [--reason TEXT]\` and nothing more.`],
  [
    ["second-factor", "on", "a@example.org"],
    `Type \`${own} second-factor off EMAIL [--reason TEXT]\` and nothing more.`,
  ],
  [["passkeys", "on", "a@example.org"], `Type \`${own} passkeys off EMAIL\` and nothing more.`],
  [["webhooks", "dance"], `Type \`${own} webhooks list|retry|test\` and nothing more.`],
  [["import", "rails"], `Type \`${own} import FORMAT FILE [--dry-run] [--hash-parameters FILE]\` and nothing more.`],
  [["serve", "3000"], `Type \`${own} serve\` and nothing more.`],
  [["mails", "--soon"], `Type \`${own} mails [--retry]\` and nothing more.`],
  [["users"], 'There is no verb "users".'],
  [["users", "praise"], 'There is no verb "users praise".'],
  [["users", "show"], `Type \`${own} users show EMAIL\` and nothing more.`],
  [
    ["users", "resume", "a@example.org", "--reason"],
    `Type \`${own} users resume EMAIL [--reason TEXT]\` and nothing more.`,
  ],
  [
    ["users", "resume", "a@example.org", "--until=2099-01-01"],
    `Type \`${own} users resume EMAIL [--reason TEXT]\` and nothing more.`,
  ],
  [
    ["users", "resume", "a@example.org", "--reason", "one", "--reason=two"],
    `Type \`${own} users resume EMAIL [--reason TEXT]\` and nothing more.`,
  ],
  [["mails", "--retry", "--retry"], `Type \`${own} mails [--retry]\` and nothing more.`],
];

describe("a slip at the command line", () => {
  for (const [words, sentence] of slips)
    test(`"${words.join(" ")}" ends with 1, a sentence and the usage, and changes nothing`, async () => {
      const { code, out, problem, made } = await typed(...words);
      expect([code, out, made]).toEqual([1, "", []]);
      expect(problem).toStartWith(`${sentence}\n\nUsage:\n`);
      expect(existsSync("one")).toBe(false);
    });
});

test("a group of verbs has a help of its own, with each verb's options", async () => {
  for (const words of [
    ["users", "help"],
    ["users", "--help"],
    ["users", "suspend", "-h"],
  ]) {
    const { code, out, made } = await typed(...words);
    expect([code, made]).toEqual([0, []]);
    expect(out).toContain(`${own} users suspend EMAIL [--until DATE] [--words TEXT] [--reason TEXT]\n`);
    expect(out).not.toContain("gatehouse serve");
  }
});

test("a verb of a group is given its arguments, and its options with their values behind them", async () => {
  const heard: string[][] = [];
  const run = async (...values: string[]) => void heard.push(values);
  const added: Verb = { name: "greet well", arguments: ["NAME"], options: ["--with WORDS", "--loud"], help: "x", run };
  for (const words of [
    ["--with", "good -- morning", "Ada", "--loud"],
    ["Ada", "--with=good -- morning", "--loud"],
  ])
    await runVerb([added], ["greet", "well", ...words]);
  const given = ["Ada", "--with=good -- morning", "--loud"];
  expect(heard.map((one) => one.toSorted())).toEqual([given.toSorted(), given.toSorted()]);
  await expect(runVerb([added], ["greet", "well", "Ada", "--with"])).rejects.toThrow("and nothing more");
  await expect(runVerb([added], ["greet", "ill", "Ada"])).rejects.toThrow('There is no verb "greet ill".');
});

test("what somebody else wrote tells the terminal nothing", async () => {
  const script = `
    import { runVerb } from ${JSON.stringify(join(import.meta.dir, "../../src/run-verb"))};
    const said = "a\\u009b31m\\u001b[2J\\r\\u007f\\tb\\nü";
    const lines = async function* () { yield said; };
    const verbs = [{ run: async () => ({ said, facts: { name: said } }) }, { run: async () => lines() }];
    const all = verbs.map((verb, at) => ({ ...verb, name: "v" + at, arguments: [], help: "" }));
    await runVerb(all, process.argv.slice(1));`;
  const printed = (...words: string[]) => Bun.spawnSync([process.execPath, "-e", script, ...words]).stdout.toString();
  const shown = "a\\u009b31m\\u001b[2J\\u000d\\u007f\tb\nü";
  expect([printed("v0"), printed("v1")]).toEqual([`${shown}\n`, `${shown}\n`]);
  const json = printed("v0", "--json").trimEnd();
  expect(json).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(json).name).toBe("a\u009b31m\u001b[2J\r\u007f\tb\nü");
});

test("an answer that nobody can write is a failure, and a reader who has gone ends what goes on", async () => {
  const script = `
    import { runVerb } from ${JSON.stringify(join(import.meta.dir, "../../src/run-verb"))};
    const lines = async function* () { for (;; await Bun.sleep(20)) yield "a line"; };
    const answers = { once: async () => "an answer", nothing: async () => "", on: async () => lines() };
    const all = Object.entries(answers).map(([name, run]) => ({ name, run, arguments: [], help: "" }));
    await runVerb(all, process.argv.slice(1)).catch((error) => { console.error(error.message); process.exit(1); });`;
  const typedInto = (command: string, verb: string) => {
    const words = ["sh", "-c", `"$@" ${command}`, "sh", process.execPath, "-e", script, verb];
    const { exitCode, stdout, stderr } = Bun.spawnSync(words, { timeout: 20_000 });
    return [exitCode, stdout.toString(), stderr.toString()];
  };
  const refused = "The answer could not be written (ENOSPC); what was to be done is done.\n";
  for (const verb of ["once", "on"]) expect(typedInto("> /dev/full", verb)).toEqual([1, "", refused]);
  expect(typedInto("| head -n 2", "on")).toEqual([0, "a line\na line\n", ""]);
  expect(typedInto("", "nothing")).toEqual([0, "", ""]);
});

test("a verb that is added to the table is called with what was typed", async () => {
  const heard: string[][] = [];
  const run = async (...values: string[]) => void heard.push(values);
  const added: Verb = { name: "greet", arguments: ["NAME", "WORDS"], help: "greets", run };
  await runVerb([added], ["greet", "Ada", "good morning"]);
  expect(heard).toEqual([["Ada", "good morning"]]);
  const choosy: Verb = { ...added, options: ["--loud", "--in LANGUAGE"] };
  await runVerb([choosy], ["greet", "--in", "fr", "Ada", "--loud", "salut"]);
  expect(heard.at(-1)).toEqual(["Ada", "salut", "--in=fr", "--loud"]);
  await expect(runVerb([choosy], ["greet", "Ada", "salut", "--in"])).rejects.toThrow("[--loud] [--in LANGUAGE]");
  await expect(runVerb([added], ["greet", "Ada"])).rejects.toThrow(`${own} greet NAME WORDS  greets`);
});
