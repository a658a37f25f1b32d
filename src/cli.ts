import type { Capability } from "./capability";
import { verbsOfPeople } from "./people-verbs";
import type { Done } from "./process/acts";
import type { Verb } from "./run-verb";
import type { Environment } from "./settings/setting";

/** What verbs work with. The capabilities are loaded when a verb needs them. */
export interface Program {
  environment: Environment;
  capabilities(): Promise<readonly Capability[]>;
}

/** Both are loaded at once: each is a hundred files. */
async function serve({ environment, capabilities }: Program) {
  const [{ start }, all] = await Promise.all([import("./serve"), capabilities()]);
  return start(environment, all);
}

/** Loaded when a verb needs it: the help is there at once, and without a single package. */
async function loadOperator({ environment, capabilities }: Program) {
  const { operatorOf } = await import("./process/operate");
  const { actsOf } = await import("./process/acts");
  const { eventKindsOf, migrationsOf, settingsOf, tablesOf } = await import("./contributions");
  const all = await capabilities();
  return operatorOf(environment, {
    ...{ settings: settingsOf(all), migrations: migrationsOf(all), tables: tablesOf(all) },
    ...{ eventKinds: eventKindsOf(all), acts: await actsOf(all) },
  });
}

/** What is done to an open database, or asked of it, by the program that has it open where one does. */
const doing =
  (program: Program, how: "act" | "ask") =>
  (name: string) =>
  async (...values: string[]): Promise<Done> =>
    (await loadOperator(program))[how](name, ...values);

const act = (program: Program, name: string) => doing(program, "act")(name);

/** Every verb. */
export function coreVerbs(program: Program): readonly Verb[] {
  return [
    {
      name: "serve",
      arguments: [],
      help: "serves the pages and the API until it is asked to end; what happens without a verb",
      run: () => serve(program),
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
    importVerb(program),
    ...verbsOfCapabilities(program),
    ...verbsOfPeople(doing(program, "act"), doing(program, "ask"), console.error),
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
      help: "lists the mails that wait to be sent, and those given up; --retry makes each due within a minute",
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

const importVerb = (program: Program): Verb => ({
  name: "import",
  arguments: ["FORMAT", "FILE"],
  options: ["--dry-run", "--hash-parameters FILE"],
  help: "brings people over from another program, with their passwords: docs/import.md",
  run: async (format = "", file = "", ...options) => {
    const { importPeople } = await import("./import-people");
    const [parametersFile] = options.flatMap((option) => /^--hash-parameters=(.*)$/s.exec(option)?.[1] ?? []);
    const asked = { format, file, parametersFile, isDry: options.includes("--dry-run"), tell: console.error };
    return importPeople(program.environment, await program.capabilities(), asked);
  },
});

/** The verbs of capabilities: known by their names, so that the help loads none. */
function verbsOfCapabilities(program: Program): readonly Verb[] {
  return [
    {
      name: "second-factor",
      arguments: ["off", "EMAIL"],
      options: ["--reason TEXT"],
      help: "takes the second factor off one user's account at once, and signs them out everywhere",
      run: act(program, "second-factor"),
    },
    {
      name: "passkeys",
      arguments: ["off", "EMAIL"],
      help: "removes every passkey of one user's account at once, and signs them out everywhere",
      run: act(program, "passkeys"),
    },
    {
      name: "webhooks",
      arguments: ["list|retry|test"],
      help: "lists the webhooks that wait and those given up; retry makes each due now; test sends one",
      run: act(program, "webhooks"),
    },
  ];
}
