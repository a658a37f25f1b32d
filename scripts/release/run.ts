import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The root of the checkout. */
export const root = join(import.meta.dir, "../..");

/** What a command printed, on both channels; whether it ended with 0. */
export interface Ended {
  isDone: boolean;
  printed: string;
}

/** Where a command runs, and what its environment holds besides this program's. */
export interface Place {
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs a command to its end. */
export async function attempt(command: string[], { cwd = root, env = {} }: Place = {}): Promise<Ended> {
  const inPlain = { ...process.env, NO_COLOR: "1", ...env }; // some write in colours where CI is set
  const options = { cwd, env: inPlain, stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn(command, options);
  const printed = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { isDone: (await child.exited) === 0, printed: printed.join("") };
}

/** Runs a command and gives what it printed; throws with that when it ends with another code than 0. */
export async function run(command: string[], place: Place = {}): Promise<string> {
  const { isDone, printed } = await attempt(command, place);
  if (!isDone) throw new Error(`${command.join(" ")}\n${printed}`);
  return printed;
}

/**
 * The path of a program of the pinned Python tools, which are installed at the first call and kept for as long as the
 * list stays the same.
 */
export async function pythonTools(): Promise<(program: string) => string> {
  const list = join(import.meta.dir, "requirements.txt");
  const version = await run(["python3", "--version"]);
  const key = Bun.SHA256.hash((await Bun.file(list).text()) + version, "hex").slice(0, 16);
  const kept = join(root, "node_modules/.cache/release-tools", key);
  const complete = join(kept, "complete");
  const program = (name: string) => join(kept, "bin", name);
  if (existsSync(complete)) return program;
  rmSync(join(kept, ".."), { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  await run(["python3", "-m", "venv", kept]);
  await run([program("python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", list]);
  writeFileSync(complete, "");
  return program;
}
