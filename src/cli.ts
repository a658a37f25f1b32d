import { join } from "node:path";
import { StartRefused } from "../db/refusal";
import type { Capability } from "./capability";

/** Something that the program does when its name is typed: `bun run gatehouse NAME …`. */
export interface Verb {
  name: string;
  /** What has to follow the name, as the help shows it: `["FILE"]`. */
  arguments: readonly string[];
  help: string;
  /**
   * Gives what to print before the process ends with 0, or nothing when it is to run on. Throws StartRefused in
   * words.
   */
  run(...values: string[]): Promise<string | undefined>;
}

/** What verbs work with. The capabilities are loaded when a verb needs them. */
export interface Program {
  environment: Record<string, string | undefined>;
  capabilities(): Promise<readonly Capability[]>;
}

/** Loaded when a verb needs it: the help is there at once, and without a single package. */
async function loadOperator({ environment, capabilities }: Program) {
  const { operatorOf } = await import("./process/operate");
  const { migrationsOf, settingsOf, tablesOf } = await import("./contributions");
  const all = await capabilities();
  return operatorOf(environment, { settings: settingsOf(all), migrations: migrationsOf(all), tables: tablesOf(all) });
}

/** Runs the verb of a capability, whose name the help knows without loading it. */
async function runOwn(program: Program, name: string, values: string[]): Promise<string> {
  const verbs = (await program.capabilities()).map((capability) => capability.verbs?.[name]);
  return (await loadOperator(program)).run(
    verbs.find((verb) => verb !== undefined),
    ...values,
  );
}

/** Every verb. */
export function coreVerbs(program: Program): readonly Verb[] {
  return [
    {
      name: "serve",
      arguments: [],
      help: "serves the pages and the API until it is asked to end; what happens without a verb",
      run: async () => (await import("./serve")).start(program.environment, await program.capabilities()),
    },
    {
      name: "backup",
      arguments: ["FILE"],
      help: "writes the embedded database into a new file, while the program is stopped",
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
      run: async (email = "") => (await loadOperator(program)).endSessions(email),
    },
    ...verbsOfCapabilities(program),
  ];
}

/** The verbs of capabilities: known by their names, so that the help loads none. */
function verbsOfCapabilities(program: Program): readonly Verb[] {
  return [
    {
      name: "second-factor",
      arguments: ["off", "EMAIL"],
      help: "takes the second factor off one user's account at once, and signs them out everywhere",
      run: (...values) => runOwn(program, "second-factor", values),
    },
    {
      name: "passkeys",
      arguments: ["off", "EMAIL"],
      help: "removes every passkey of one user's account at once, and signs them out everywhere",
      run: (...values) => runOwn(program, "passkeys", values),
    },
  ];
}

/**
 * Runs the verb that the command line names, `serve` when it names none; `help` and `version` are always there. Throws
 * StartRefused with a sentence and the usage, before anything is done, where there is no such verb or it takes other
 * arguments.
 */
export async function runVerb(verbs: readonly Verb[], commandLine: readonly string[]): Promise<void> {
  const [name = "serve", ...values] = commandLine.some(asksForHelp) ? ["help"] : commandLine;
  const all: readonly Verb[] = [...verbs, help(() => usageOf(all)), version];
  const verb = all.find((one) => one.name === name || (one === version && name === "--version"));
  if (!verb) throw new StartRefused(`There is no verb "${name}".\n\n${usageOf(all)}`);
  if (values.length !== verb.arguments.length || values.includes(""))
    throw new StartRefused(`Type \`${commandOf(verb)}\` and nothing more.\n\n${usageOf(all)}`);
  const said = await verb.run(...values);
  if (said === undefined) return;
  console.log(said);
  process.exit(0);
}

const asksForHelp = (word: string) => word === "--help" || word === "-h";

const help = (usage: () => string): Verb => ({
  name: "help",
  arguments: [],
  help: "prints this; so does --help behind any verb",
  run: async () => usage(),
});

const version: Verb = {
  name: "version",
  arguments: [],
  help: "prints the version; so does --version",
  run: async () => `gatehouse ${(await Bun.file(join(import.meta.dir, "../package.json")).json()).version}`,
};

const commandOf = (verb: Verb) => ["bun run gatehouse", verb.name, ...verb.arguments].join(" ");

function usageOf(verbs: readonly Verb[]): string {
  const widest = Math.max(...verbs.map((verb) => commandOf(verb).length));
  const lines = verbs.map((verb) => `  ${commandOf(verb).padEnd(widest)}  ${verb.help}`);
  return ["Usage:", ...lines, "The settings come from the environment and the file .env: docs/settings.md"].join("\n");
}
