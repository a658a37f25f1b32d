import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, startFolder } from "./command";

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

/**
 * Starts the program with exactly these settings, and does not wait.
 */
export function spawnProgram(settings: Record<string, string>) {
  return Bun.spawn([...command], {
    cwd: startFolder,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...settings },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

export const newFolder = () => mkdtempSync(join(tmpdir(), "gatehouse-"));

/** A port nobody listens on: given back by the system just now. */
export function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: "localhost", fetch: () => new Response() });
  const { port } = probe;
  probe.stop(true);
  if (port === undefined) throw new Error("The system gave no port.");
  return port;
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
