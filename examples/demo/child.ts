import type { Subprocess } from "bun";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** Something that cannot go on, in words for whoever started the demo. */
export class Trouble extends Error {}

/** What the demo as a whole does for its parts. */
export interface Stage {
  say(line: string): void;
  /** Whatever runs is made known as soon as it does, because the end may come before it is ready. */
  atTheEnd(stop: () => Promise<void>): void;
}

interface Command {
  command: string[];
  cwd: string;
  environment?: Record<string, string>;
}

interface Start extends Command {
  name: string;
  log: string;
  /** Answers 200 once the program is ready. */
  address: string;
}

/** A program beside this one. What it prints goes to a file, because the screen is for people. */
export interface Child {
  name: string;
  log: string;
  exited: Promise<number>;
}

const patienceSeconds = 60;
const graceSeconds = 10;

/** Starts a program and waits until it is ready. Throws Trouble when it ends instead, or takes longer than a minute. */
export async function startChild({ name, log, address, ...command }: Start, { atTheEnd }: Stage): Promise<Child> {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "w");
  const child = spawn(command, file);
  atTheEnd(() => end(child));
  closeSync(file);
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await answers(address))) {
    if (!lives(child) || Date.now() > deadline) {
      await end(child);
      throw new Trouble(`${name} did not start:\n${readFileSync(log, "utf8")}`);
    }
    await Bun.sleep(50);
  }
  return { name, log, exited: child.exited };
}

/** Runs a command to its end; what it prints is shown when it fails. */
export async function run(command: Command, { atTheEnd }: Stage): Promise<void> {
  const child = spawn(command, "pipe");
  atTheEnd(() => end(child));
  const printed = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Trouble(`${printed.join("")}\n\`${command.command.join(" ")}\` failed.`);
}

/**
 * With what any program needs, and no setting that happens to be set here. In a group of its own, so that Ctrl-C
 * reaches it once, from us, and that what it starts can be ended with it.
 */
const spawn = <Output extends "pipe" | number>({ command, cwd, environment }: Command, output: Output) => {
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment };
  return Bun.spawn(command, { cwd, env, stdin: "ignore", stdout: output, stderr: output, detached: true });
};

/** Ends a program with all that it has started, by force what does not listen; waits for the last of it. */
async function end(child: Subprocess): Promise<void> {
  if (!lives(child)) return;
  const grace = AbortSignal.timeout(graceSeconds * 1000);
  tellGroup(child.pid, "SIGTERM");
  while (tellGroup(child.pid, 0) && !grace.aborted) await Bun.sleep(10);
  tellGroup(child.pid, "SIGKILL");
  await child.exited;
}

/** Whether anybody is left in a group to hear it. */
function tellGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

const lives = ({ exitCode, signalCode }: Subprocess) => exitCode === null && signalCode === null;

const answers = (address: string) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
