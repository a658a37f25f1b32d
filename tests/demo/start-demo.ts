import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildsOf } from "../../examples/demo/docs";
import { freePort, newFolder } from "../support/program";

/** `bun run demo` on free ports and a database of its own. */
export interface Demo extends Started {
  login: string;
  docs: string;
  api: string;
  /** Starts it once more when it has ended: the same ports, the same database. */
  again(): Promise<Demo>;
  /** Ends it, if it still runs, and removes its data. */
  remove(): Promise<void>;
}

export type Ports = Record<"LOGIN_PORT" | "DOCS_PORT" | "API_PORT", string>;

export const freePorts = (): Ports => ({
  LOGIN_PORT: String(freePort()),
  DOCS_PORT: String(freePort()),
  API_PORT: String(freePort()),
});

/** Starts the demo and waits until it says that Ctrl-C stops it. Throws with what it printed when it ends instead. */
export async function startDemo(ports = freePorts(), data = newFolder()): Promise<Demo> {
  const started = await untilItIsReady(spawnDemo({ ...ports, DEMO_DATA_DIR: data }));
  const remove = async () => {
    await started.press("SIGINT");
    for (const path of [data, buildsOf(Number(ports.DOCS_PORT))]) rmSync(path, { recursive: true, force: true });
  };
  const [login = "", docs = "", api = ""] = Object.values(ports).map((port) => `http://localhost:${port}`);
  return { ...started, login, docs, api, again: () => startDemo(ports, data), remove };
}

/** A demo on the screen. */
export interface Started {
  /** What it printed until it was ready. */
  screen: string;
  /**
   * What a terminal does on Ctrl-C, or when it is closed: a signal to everything it started. Waits until all of that
   * has ended.
   */
  press(signal: "SIGINT" | "SIGHUP"): Promise<void>;
}

type Spawned = ReturnType<typeof spawnDemo>;

export async function untilItIsReady(child: Spawned): Promise<Started> {
  const printed = child.stdout.getReader();
  let screen = "";
  while (!screen.includes("Ctrl-C stops")) {
    const { value, done } = await printed.read();
    if (done) throw new Error(screen + (await new Response(child.stderr).text()));
    screen += new TextDecoder().decode(value);
  }
  const press = async (signal: "SIGINT" | "SIGHUP") => {
    tell(child, signal);
    while (!(await printed.read()).done); // open for as long as one of them lives
    await child.exited;
  };
  return { screen, press };
}

/** Sends a signal to the demo and to whatever is in its group, unless it has ended. */
export function tell({ pid, exitCode, signalCode }: Spawned, signal: NodeJS.Signals) {
  if (exitCode === null && signalCode === null) process.kill(-pid, signal);
}

/** Starts the demo with these settings as the leader of a group of its own, as a terminal does, and does not wait. */
export function spawnDemo(settings: Record<string, string>, checkout = join(import.meta.dir, "../..")) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
  return Bun.spawn([process.execPath, "run", "demo"], {
    cwd: checkout,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
}
