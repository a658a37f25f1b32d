import { endedAtLast } from "./left";
import { freePort } from "./program";
import { until } from "./until";

/** A program that serves HTTP. */
export interface Served {
  name: string;
  origin: string;
  /** Ends it, and says what it printed. */
  stop(): Promise<string>;
}

/** What to start: its name, its command, and where. */
export interface Start {
  name: string;
  command: string[];
  cwd: string;
  env?: Record<string, string>;
}

/** Starts a program that listens on `PORT` and waits until it answers. Throws with what it printed when it does not. */
export async function serve({ name, command, cwd, env = {} }: Start, port = String(freePort())): Promise<Served> {
  const origin = `http://localhost:${port}`;
  const child = Bun.spawn(command, {
    cwd,
    env: { ...process.env, ...env, PORT: port },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  endedAtLast(child);
  const printed = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const stop = async () => {
    child.kill("SIGKILL");
    return (await printed).join("");
  };
  const answers = async () => child.exitCode !== null || (await fetch(`${origin}/me`).then(isAnswer, () => false));
  await until(`${name} answers`, answers, { every: 50 });
  if (child.exitCode !== null) throw new Error(`${name} ended: ${await stop()}`);
  return { name, origin, stop };
}

const isAnswer = async (response: Response) => (await response.text()) !== undefined;
