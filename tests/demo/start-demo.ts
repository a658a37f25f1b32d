import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildsOf } from "../../examples/demo/docs";
import { freePort, newFolder } from "../program";

/** `bun run demo` on free ports and a database of its own. */
export interface Demo {
  ports: Record<"LOGIN_PORT" | "DOCS_PORT" | "API_PORT", string>;
  login: string;
  docs: string;
  api: string;
  /** What it printed until it was ready. */
  screen: string;
  /** What a terminal does on Ctrl-C: a signal to everything it started. Waits until all of that has ended. */
  pressCtrlC(): Promise<void>;
  /** Ends it, if it still runs, and removes its data. */
  remove(): Promise<void>;
}

/** Starts the demo and waits until it says that Ctrl-C stops it. Throws with what it printed when it ends instead. */
export async function startDemo(): Promise<Demo> {
  const ports = { LOGIN_PORT: String(freePort()), DOCS_PORT: String(freePort()), API_PORT: String(freePort()) };
  const data = newFolder();
  const child = spawnDemo({ ...ports, DATA_DIR: data });
  const printed = child.stdout.getReader();
  let screen = "";
  while (!screen.includes("Ctrl-C stops")) {
    const { value, done } = await printed.read();
    if (done) throw new Error(screen + (await new Response(child.stderr).text()));
    screen += new TextDecoder().decode(value);
  }
  const pressCtrlC = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGINT");
    while (!(await printed.read()).done); // open for as long as one of them lives
    await child.exited;
  };
  const remove = async () => {
    await pressCtrlC();
    for (const path of [data, buildsOf(Number(ports.DOCS_PORT))]) rmSync(path, { recursive: true, force: true });
  };
  const [login = "", docs = "", api = ""] = Object.values(ports).map((port) => `http://localhost:${port}`);
  return { ports, login, docs, api, screen, pressCtrlC, remove };
}

/** Starts the demo with these settings as the leader of a group of its own, as a terminal does, and does not wait. */
export function spawnDemo(settings: Record<string, string>) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
  return Bun.spawn([process.execPath, "run", "demo"], { cwd: join(import.meta.dir, "../.."), env, stdin: "ignore", stdout: "pipe", stderr: "pipe", detached: true });
}
