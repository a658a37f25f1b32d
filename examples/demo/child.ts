import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** Something that cannot go on, in words for whoever started the demo. */
export class Trouble extends Error {}

/** A program beside this one. What it prints goes to a file, because the screen is for people. */
export interface Child {
  name: string;
  log: string;
  exited: Promise<number>;
  stop(): Promise<void>;
}

interface Start {
  name: string;
  command: string[];
  cwd: string;
  environment: Record<string, string>;
  log: string;
  /** Answers 200 once the program is ready. */
  address: string;
}

const patienceSeconds = 60;

/** Starts a program and waits until it is ready. Throws Trouble when it ends instead. */
export async function startChild({ name, command, cwd, environment, log, address }: Start): Promise<Child> {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "w");
  // In a group of its own, so that Ctrl-C reaches it once, from us.
  const child = Bun.spawn(command, { cwd, env: { ...inherited(), ...environment }, stdin: "ignore", stdout: file, stderr: file, detached: true });
  closeSync(file);
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await answers(address))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Trouble(`${name} did not start:\n${readFileSync(log, "utf8")}`);
    }
    await Bun.sleep(50);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
  };
  return { name, log, exited: child.exited, stop };
}

/** Runs a command to its end; what it prints is shown when it fails. */
export async function run(command: string[], cwd: string, environment: Record<string, string> = {}): Promise<void> {
  const child = Bun.spawn(command, { cwd, env: { ...inherited(), ...environment }, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const printed = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Trouble(`${printed.join("")}\n\`${command.join(" ")}\` failed.`);
}

/** What any program needs; no setting that happens to be set here. */
const inherited = () => ({ PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" });

const answers = (address: string) => fetch(address, { redirect: "manual" }).then(({ ok }) => ok, () => false);
