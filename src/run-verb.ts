import { parseArgs } from "node:util";
import { systemCodeOf } from "../db/error-code";
import { isOneFile } from "../db/own-path";
import { RefusedForNow } from "../db/refusal";
import type { Outcome } from "./check";
import { version } from "./version";

/** Something that the program does when its name is typed: `bun run gatehouse NAME …`. */
export interface Verb {
  /** One word, or two for one of a group: `users list`. */
  name: string;
  /** What has to follow the name, as the help shows it: `["FILE"]`; small letters as they are, `["list|retry"]`. */
  arguments: readonly string[];
  /**
   * What may be said besides: `["--online", "--until DATE"]`; with `--json`, which every verb knows, programs can read
   * the answer.
   */
  options?: readonly string[];
  help: string;
  /**
   * Gives what to print before the process ends with 0, line by line where it goes on, or nothing when the process is
   * to run on; is given the arguments, and then the options that were said. Throws StartRefused in words.
   */
  run(...values: string[]): Promise<Outcome | AsyncIterable<string> | undefined>;
}

/**
 * Runs the verb that the command line names, `serve` when it names none; `help` and `version` are always there. Throws
 * RefusedForNow with a sentence and the usage, before anything is done, where there is no such verb or it takes other
 * arguments.
 */
export async function runVerb(verbs: readonly Verb[], commandLine: readonly string[]): Promise<void> {
  const said = commandLine.filter((word) => word !== jsonOption);
  const all: readonly Verb[] = [...verbs, help(() => usageOf(overview(all))), versionVerb];
  const called = find(all, said);
  const outcome = await called.verb.run(...typed(called));
  if (outcome === undefined) return;
  if (typeof outcome === "object" && Symbol.asyncIterator in outcome) {
    for await (const line of outcome) await print(line);
    process.exit(0);
  }
  const whole = typeof outcome === "string" ? { said: outcome, facts: {} } : outcome;
  const { said: sentence, facts, failed = false } = whole;
  await print(wantsJson(commandLine) ? JSON.stringify({ ok: !failed, said: sentence, ...facts }) : sentence);
  process.exit(failed ? 1 : 0);
}

/**
 * Prints text in which a stranger's words may stand, such as the name of a browser: no control character but the ends
 * of lines and tabs reaches the terminal, which would obey it. In JSON the same is written for the same. Of nothing no
 * line is made. Ends the program where nobody reads on, as behind `| head`; throws RefusedForNow where it cannot be
 * written, as on a full disk.
 */
async function print(text: string): Promise<void> {
  if (text === "") return;
  const safe = text.replace(/[^\P{Cc}\n\t]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const error = await new Promise<Error | null | undefined>((told) => process.stdout.write(`${safe}\n`, told));
  if (!error) return;
  const code = systemCodeOf(error) ?? "unknown";
  if (code === "EPIPE") process.exit(0);
  throw new RefusedForNow(`The answer could not be written (${code}); what was to be done is done.`);
}

/** A verb that was named, and what stands behind its name. */
interface Called {
  verb: Verb;
  words: readonly string[];
  /** What is shown of the group that it is in: of all verbs, or of those behind `users`. */
  usage: string;
}

/** The verb that is named, by as many words as its name has; the help where that is asked for. */
function find(all: readonly Verb[], said: readonly string[]): Called {
  const [name = "serve", ...rest] = said;
  const group = all.filter((one) => one.name.startsWith(`${name} `));
  const usage = usageOf(group.length > 0 ? group : overview(all));
  const asksHelp = said.some(asksForHelp) || (group.length > 0 && rest[0] === "help");
  if (asksHelp) return { verb: help(() => usage), words: [], usage };
  const [sub = ""] = rest;
  const verb =
    all.find((one) => one.name === `${name} ${sub}`) ??
    all.find((one) => one.name === name || (one === versionVerb && name === "--version"));
  if (verb) return { verb, words: verb.name === name || verb === versionVerb ? rest : rest.slice(1), usage };
  const named = group.length === 0 ? name : `${name} ${sub}`.trim();
  throw new RefusedForNow(`There is no verb "${named}".\n\n${usage}`);
}

/** What was typed behind a verb, as it is given it: the arguments, then the options, as `--now` or `--until=DATE`. */
function typed({ verb, words, usage }: Called): string[] {
  const { arguments: wanted, options = [] } = verb;
  const refusal = new RefusedForNow(`Type \`${commandOf(verb)}\` and nothing more.\n\n${usage}`);
  const known = Object.fromEntries(
    options.map((option) => [nameOf(option), { type: option.includes(" ") ? "string" : "boolean" } as const]),
  );
  const { positionals, values } = parsed({ args: [...words], options: known }, refusal);
  if (positionals.length !== wanted.length || !positionals.every((word, at) => fits(word, wanted[at]))) throw refusal;
  const said = Object.entries(values).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return [...positionals, ...said];
}

/** Whether a word may stand where the help shows another one. */
const fits = (word: string, shown = "") => (/^[a-z]/.test(shown) ? shown.split("|").includes(word) : word !== "");

/** As `node:util` reads it, which of an option that is said twice would take the last in silence. */
function parsed(given: { args: string[]; options: Record<string, { type: "string" | "boolean" }> }, refusal: Error) {
  try {
    const { tokens, ...said } = parseArgs({ ...given, allowPositionals: true, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
    if (new Set(names).size === names.length) return said;
  } catch {
    // an option that there is not, or without its value
  }
  throw refusal;
}

/** `until` of `--until DATE`. */
const nameOf = (option: string) => option.split(" ")[0]?.slice("--".length) ?? "";

const jsonOption = "--json";

/** Whether a program reads the answer. */
export const wantsJson = (commandLine: readonly string[]): boolean => commandLine.includes(jsonOption);

const asksForHelp = (word: string) => word === "--help" || word === "-h";

const help = (usage: () => string): Verb => ({
  name: "help",
  arguments: [],
  help: "prints this; so does --help behind any verb",
  run: async () => usage(),
});

const versionVerb: Verb = {
  name: "version",
  arguments: [],
  help: "prints the version; so does --version",
  run: async () => ({ said: `gatehouse ${version}`, facts: { version } }),
};

/** All verbs, those of a group as one. */
function overview(verbs: readonly Verb[]): Verb[] {
  const groups = Map.groupBy(verbs, ({ name }) => name.split(" ")[0] ?? "");
  return [...groups].flatMap(([name, [first, ...others]]) => {
    if (!first || (others.length === 0 && first.name === name)) return first ?? [];
    const subs = [first, ...others].map((one) => one.name.slice(name.length + 1));
    return { ...first, name, arguments: ["VERB …"], options: [], help: `${subs.join(", ")}: see \`${name} help\`` };
  });
}

const longestCommand = 60; // characters

const commandOf = ({ name, arguments: values, options = [] }: Verb) =>
  [isOneFile ? "gatehouse" : "bun run gatehouse", name, ...values, ...options.map((option) => `[${option}]`)].join(" ");

/** A verb to a line; one of many words has its help below it. */
function usageOf(verbs: readonly Verb[]): string {
  const all = verbs.map((verb) => ({ command: commandOf(verb), help: verb.help }));
  const widest = Math.max(...all.map(({ command }) => (command.length > longestCommand ? 0 : command.length)));
  const lines = all.map(({ command, help }) =>
    command.length > longestCommand ? `  ${command}\n      ${help}` : `  ${command.padEnd(widest)}  ${help}`,
  );
  const json = "Behind any verb, --json prints the answer for programs.";
  return ["Usage:", ...lines, json, "The settings come from the environment and the file .env: docs/settings.md"].join(
    "\n",
  );
}
