import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { newFolder } from "../support/program";
import { freePorts, type Ports, spawnDemo, type Started, tell, untilItIsReady } from "./start-demo";

/**
 * The demo in a checkout of its own, without an API and with an empty page for the docs site: what starts and ends it
 * is whole.
 */
export interface SmallDemo {
  checkout: string;
  ports: Ports;
  spawn(settings?: Record<string, string>): ReturnType<typeof spawnDemo>;
  start(): Promise<Started>;
  /** Where the demo would look now for a docs site that was built before. */
  built(): Promise<string>;
  /** The programs that run here now, by their ids. */
  running(): number[];
  /** Ends what still runs here, and removes all of it. */
  remove(): void;
}

const root = join(import.meta.dir, "../..");

export async function smallDemo(): Promise<SmallDemo> {
  const checkout = newFolder();
  const ports = freePorts();
  for (const name of ["src", "views", "db", "node_modules", "tsconfig.json"])
    symlinkSync(join(root, name), join(checkout, name));
  for (const name of ["examples/demo.ts", "examples/demo"])
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(
    join(checkout, "package.json"),
    JSON.stringify({ type: "module", scripts: { demo: scripts.demo.split(" && ").at(-1) } }),
  ); // without the install
  const { builtFor }: typeof import("../../examples/demo/docs") = await import(join(checkout, "examples/demo/docs.ts"));
  const at = (port: string) => `http://localhost:${port}`;
  const built = () => builtFor({ login: at(ports.LOGIN_PORT), docs: at(ports.DOCS_PORT), api: at(ports.API_PORT) });
  mkdirSync(await built(), { recursive: true });
  writeFileSync(join(await built(), "index.html"), "<h1>Docs</h1>");
  const spawned: ReturnType<typeof spawnDemo>[] = [];
  const spawn = (settings = {}) => {
    const child = spawnDemo({ ...ports, ...settings }, checkout);
    spawned.push(child);
    return child;
  };
  const running = () => programsIn(checkout);
  const remove = () => {
    for (const child of spawned) tell(child, "SIGKILL");
    for (const pid of running()) process.kill(pid, "SIGKILL");
    rmSync(checkout, { recursive: true, force: true });
  };
  return { checkout, ports, spawn, start: () => untilItIsReady(spawn()), built, running, remove };
}

/** Programs that work in a folder or below it, as Linux lists them. */
function programsIn(folder: string): number[] {
  const directoryOf = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
      return ""; // it has just ended, or is somebody else's
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && `${directoryOf(name)}/`.startsWith(`${folder}/`))
    .map(Number);
}
