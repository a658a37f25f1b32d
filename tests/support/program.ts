import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, startFolder } from "./command";
import { endedAtLast } from "./left";

/** The real program in a process of its own, as an operator starts it. */
export interface Program {
  origin: string;
  process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  dataDirectory: string;
  /** Ends it with a signal, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<number>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Starts the program on a free port and waits until it answers. Throws with what it printed when it ends instead. */
export async function startProgram(
  settings: Record<string, string> = {},
  dataDirectory = newFolder(),
): Promise<Program> {
  const port = settings.PORT ?? String(freePort());
  const origin = `http://localhost:${port}`;
  const child = spawnProgram({ PORT: port, DATA_DIR: dataDirectory, ...settings });
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return child.exited;
  };
  const remove = async () => {
    await stop("SIGKILL");
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  await untilItAnswers(origin, child);
  return { origin, process: child, dataDirectory, stop, remove };
}

/** Starts the program with exactly these settings, and does not wait. */
export function spawnProgram(settings: Record<string, string>) {
  const child = Bun.spawn([...command], {
    cwd: startFolder,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...settings },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  return endedAtLast(child);
}

export const newFolder = () => mkdtempSync(join(tmpdir(), "gatehouse-"));

/**
 * A port that nobody listens on, below those that the system gives to outgoing connections (from 32,768 on Linux): of
 * these there are many while suites run side by side, and one could take it before it is listened on.
 */
export function freePort(): number {
  for (let tries = 0; tries < 100; tries++) {
    const port = 10_240 + Math.floor(Math.random() * 22_528);
    if (isFree(port)) return port;
  }
  throw new Error("A hundred ports in a row are taken.");
}

function isFree(port: number): boolean {
  try {
    Bun.serve({ port, hostname: "localhost", fetch: () => new Response() }).stop(true);
    return true;
  } catch {
    return false;
  }
}

async function untilItAnswers(origin: string, child: Bun.Subprocess<"ignore", "pipe", "pipe">) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text());
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await Bun.sleep(25);
  }
  throw new Error("The program did not answer within a minute.");
}
