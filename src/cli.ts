import { parseArgs } from "node:util";
import { isOneFile } from "../db/own-path";
import { RefusedForNow } from "../db/refusal";
import type { Capability } from "./capability";
import type { Outcome } from "./check";
import { verbsOfPeople } from "./people-verbs";
import { version } from "./version";

/** Something that the program does when its name is typed: `bun run gatehouse NAME …`. */
export interface Verb {
  /** One word, or two for one of a group: `users list`. */
  name: string;
  /** What has to follow the name, as the help shows it: `["FILE"]`. */
  arguments: readonly string[];
  /**
   * What may be said besides: `["--online", "--until DATE"]`; with `--json`, which every verb knows, programs can read
   * the answer.
   */
  options?: readonly string[];
  help: string;
  /**
   * Gives what to print before the process ends with 0, line by line where it goes on, or nothing when the process is to
   * run on; is given the arguments, and then the options that were said. Throws StartRefused in words.
   */
  run(...values: string[]): Promise<Outcome | AsyncIterable<string> | undefined>;
}

/** What verbs work with. The capabilities are loaded when a verb needs them. */
export interface Program {
  environment: Record<string, string | undefined>;
  capabilities(): Promise<readonly Capability[]>;
}

/** Loaded when a verb needs it: the help is there at once, and without a single package. */
async function loadOperator({ environment, capabilities }: Program) {
  const { operatorOf } = await import("./process/operate");
  const { actsOf } = await import("./process/acts");
  const { migrationsOf, settingsOf, tablesOf } = await import("./contributions");
  const all = await capabilities();
  return operatorOf(environment, {
    ...{ settings: settingsOf(all), migrations: migrationsOf(all), tables: tablesOf(all), acts: actsOf(all) },
  });
}

/** What is done to an open database, by the program that has it open where one does. */
const act =
  (program: Program, name: string) =>
  async (...values: string[]): Promise<Outcome> =>
    (await loadOperator(program)).act(name, ...values);

/** Every verb. */
export function coreVerbs(program: Program): readonly Verb[] {
  return [
    {
      name: "serve",
      arguments: [],
      help: "serves the pages and the API until it is asked to end; what happens without a verb",
      run: async () => (await import("./serve")).start(program.environment, await program.capabilities()),
    },
    ...verbsOfChecks(program),
    {
      name: "backup",
      arguments: ["FILE"],
      help: "writes the embedded database into a new file; the program may go on meanwhile",
      run: async (file = "") => (await loadOperator(program)).backUpTo(file),
    },
    {
      name: "restore",
      arguments: ["FILE"],
      help: "puts such a file into an empty DATA_DIR",
      run: async (file = "") => (await loadOperator(program)).restoreFrom(file),
    },
    {
      name: "move",
      arguments: [],
      help: "copies the embedded database in DATA_DIR to an empty one at DATABASE_URL",
      run: async () => (await loadOperator(program)).moveToServer(),
    },
    {
      name: "end-sessions",
      arguments: ["EMAIL"],
      help: "signs one user out everywhere; with `all` for EMAIL, everybody",
      run: act(program, "end-sessions"),
    },
    rotateSecret(program),
    ...verbsOfCapabilities(program),
    ...verbsOfPeople((name) => act(program, name)),
  ];
}

/** What tells whether all is well. */
function verbsOfChecks(program: Program): readonly Verb[] {
  return [
    {
      name: "check",
      arguments: [],
      options: ["--online"],
      help: "tells every problem of the settings, each with its remedy; --online asks the database and the mail server",
      run: async (...options) => {
        const { check } = await import("./check");
        return check(program.environment, await program.capabilities(), { isOnline: options.includes("--online") });
      },
    },
    {
      name: "healthcheck",
      arguments: [],
      help: "asks the program that runs with these settings on this machine whether it is alive",
      run: async () => (await import("./check")).healthcheck(program.environment, await program.capabilities()),
    },
    {
      name: "mails",
      arguments: [],
      options: ["--retry"],
      help: "lists the mails that wait to be sent, and those given up; --retry makes each due now",
      run: act(program, "mails"),
    },
    {
      name: "test-mail",
      arguments: ["ADDRESS"],
      help: "sends one mail through the mail server, and tells what that says to it",
      run: async (address = "") => {
        const { testMail } = await import("./check");
        return testMail(program.environment, await program.capabilities(), address);
      },
    },
  ];
}

const rotateSecret = (program: Program): Verb => ({
  name: "rotate-secret",
  arguments: ["STEP"],
  options: ["--now"],
  help: "replaces the secret in the file of BETTER_AUTH_SECRETS_FILE, step by step: add, use, drop",
  run: async (step = "", ...options) => {
    const { rotate } = await import("./check");
    return rotate(program.environment, await program.capabilities(), { step, isNow: options.includes("--now") });
  },
});

/** The verbs of capabilities: known by their names, so that the help loads none. */
function verbsOfCapabilities(program: Program): readonly Verb[] {
  return [
    {
      name: "second-factor",
      arguments: ["off", "EMAIL"],
      help: "takes the second factor off one user's account at once, and signs them out everywhere",
      run: act(program, "second-factor"),
    },
    {
      name: "passkeys",
      arguments: ["off", "EMAIL"],
      help: "removes every passkey of one user's account at once, and signs them out everywhere",
      run: act(program, "passkeys"),
    },
  ];
}

/**
 * Runs the verb that the command line names, `serve` when it names none; `help` and `version` are always there. Throws
 * RefusedForNow with a sentence and the usage, before anything is done, where there is no such verb or it takes other
 * arguments.
 */
export async function runVerb(verbs: readonly Verb[], commandLine: readonly string[]): Promise<void> {
  const said = commandLine.filter((word) => word !== jsonOption);
  const all: readonly Verb[] = [...verbs, help(() => usageOf(all)), versionVerb];
  const called = find(all, said);
  const outcome = await called.verb.run(...typed(called));
  if (outcome === undefined) return;
  if (typeof outcome === "object" && Symbol.asyncIterator in outcome) {
    for await (const line of outcome) console.log(line);
    process.exit(0);
  }
  const { said: sentence, facts } = typeof outcome === "string" ? { said: outcome, facts: {} } : outcome;
  console.log(wantsJson(commandLine) ? JSON.stringify({ ok: true, said: sentence, ...facts }) : sentence);
  process.exit(0);
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
  const usage = group.length > 0 ? usageOf(group) : usageOf(all);
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

/** What was typed behind a verb, as it is given to it: the arguments, then the options, as `--now` or `--until=DATE`. */
function typed({ verb, words, usage }: Called): string[] {
  const { arguments: wanted, options = [] } = verb;
  const refusal = new RefusedForNow(`Type \`${commandOf(verb)}\` and nothing more.\n\n${usage}`);
  const known = Object.fromEntries(
    options.map((option) => [nameOf(option), { type: option.includes(" ") ? "string" : "boolean" } as const]),
  );
  const { positionals, values } = parsed({ args: [...words], options: known }, refusal);
  if (positionals.length !== wanted.length || positionals.includes("")) throw refusal;
  const said = Object.entries(values).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return [...positionals, ...said];
}

/** As `node:util` reads it. */
function parsed(given: { args: string[]; options: Record<string, { type: "string" | "boolean" }> }, refusal: Error) {
  try {
    return parseArgs({ ...given, allowPositionals: true });
  } catch {
    throw refusal;
  }
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

const commandOf = ({ name, arguments: values, options = [] }: Verb) =>
  [isOneFile ? "gatehouse" : "bun run gatehouse", name, ...values, ...options.map((option) => `[${option}]`)].join(" ");

function usageOf(verbs: readonly Verb[]): string {
  const widest = Math.max(...verbs.map((verb) => commandOf(verb).length));
  const lines = verbs.map((verb) => `  ${commandOf(verb).padEnd(widest)}  ${verb.help}`);
  const json = "Behind any verb, --json prints the answer for programs.";
  return ["Usage:", ...lines, json, "The settings come from the environment and the file .env: docs/settings.md"].join(
    "\n",
  );
}
