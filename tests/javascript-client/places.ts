import { Glob } from "bun";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderWithClient } from "../support/javascript";
import { freePort } from "../support/program";
import { serve, type Served } from "../support/serve";

/** The apps of this folder, each run by what it is written for, before a Gatehouse. */

const apps = join(import.meta.dir, "apps");
const brought = join(import.meta.dir, "brought");

/** What runs JavaScript, each with an app that hands over its own kind of request. */
export type Runtime = "Node" | "Bun" | "Deno" | "Workers";
export const runtimes: readonly Runtime[] = ["Node", "Bun", "Deno", "Workers"];

/** What is built on them. */
export type Framework = (typeof frameworks)[number];
export const frameworks = [
  ...["Express under Node", "Express under Bun", "Fastify under Node", "Fastify under Bun"],
  ...["Hono under Node", "Hono under Bun", "Elysia under Bun"],
] as const;

/** Starts the app of a runtime with this environment. */
export async function startRuntime(runtime: Runtime, environment: Environment): Promise<Served> {
  if (runtime === "Workers") return startWorker(environment);
  const command = [...runs(runtime), `${runtime.toLowerCase()}.mjs`];
  return serve({ name: runtime, command, cwd: appsFolder(), env: environment });
}

/** Runs a program of this folder to its end, and gives what it printed. */
export async function runInRuntime(runtime: Exclude<Runtime, "Workers">, ...program: string[]): Promise<string> {
  const { success, stdout, stderr } = Bun.spawnSync([...runs(runtime), ...program], { cwd: appsFolder() });
  if (!success) throw new Error(stderr.toString());
  return stdout.toString();
}

/** What a program is run by. */
const runs = (runtime: Exclude<Runtime, "Workers">): string[] =>
  ({
    Node: () => ["node"],
    Bun: () => [process.execPath],
    Deno: () => [broughtProgram("@deno/*/deno"), "run", "--quiet", "--allow-net", "--allow-env", "--no-lock"],
  })[runtime]();

/** Starts the app of a framework with this environment. */
export function startFramework(framework: Framework, environment: Environment): Promise<Served> {
  const [name = "", , runtime] = framework.split(" ");
  const command = [runtime === "Bun" ? process.execPath : "node", `${name.toLowerCase()}.mjs`];
  return serve({ name: framework, command, cwd: appsFolder(), env: environment });
}

/** `GATEHOUSE_URL`, and `DEADLINE_SECONDS` where it is not to be 0.8. */
type Environment = { GATEHOUSE_URL: string; DEADLINE_SECONDS?: string };

/** The apps beside the built client. */
function appsFolder(): string {
  const folder = folderWithClient();
  cpSync(apps, folder, { recursive: true });
  return folder;
}

async function startWorker({ GATEHOUSE_URL, DEADLINE_SECONDS = "0.8" }: Environment): Promise<Served> {
  const cwd = join(appsFolder(), "worker");
  mkdirSync(cwd, { recursive: true });
  const { success, logs } = await Bun.build({
    entrypoints: [join(cwd, "../worker.mjs")],
    outdir: cwd,
    naming: "worker.js",
  });
  if (!success) throw new Error(logs.join("\n"));
  cpSync(join(apps, "worker.capnp"), join(cwd, "worker.capnp"));
  const port = String(freePort());
  const workerd = broughtProgram("@cloudflare/workerd-*/bin/workerd");
  const command = [workerd, "serve", "worker.capnp", `--socket-addr=http=localhost:${port}`];
  return serve({ name: "Workers", command, cwd, env: { GATEHOUSE_URL, DEADLINE_SECONDS } }, port);
}

/** Builds the site of Next, and starts it before the Gatehouse at an origin. */
export async function startNext(gatehouse: string): Promise<Served> {
  const site = join(bring(), "next");
  rmSync(site, { recursive: true, force: true });
  cpSync(join(apps, "next"), site, { recursive: true });
  cpSync(join(folderWithClient(), "node_modules/gatehouse-js"), join(brought, "node_modules/gatehouse-js"), {
    recursive: true,
  });
  const env = { GATEHOUSE_URL: gatehouse, NEXT_TELEMETRY_DISABLED: "1" };
  const next = ["node", join(brought, "node_modules/next/dist/bin/next")];
  const { exitCode, stdout, stderr } = Bun.spawnSync([...next, "build"], {
    cwd: site,
    env: { ...process.env, ...env },
  });
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  const port = String(freePort());
  return serve({ name: "Next", command: [...next, "start", "-H", "localhost", "-p", port], cwd: site, env }, port);
}

/** The program itself, and not the script that starts it and would leave it behind. */
function broughtProgram(pattern: string): string {
  const store = join(bring(), "node_modules/.bun");
  const [program] = new Glob(`*/node_modules/${pattern}`).scanSync({ cwd: store, absolute: true });
  if (!program) throw new Error(`There is no ${pattern} for this machine.`);
  return program;
}

/** Installs what its lockfile names, once; gives the folder. */
function bring(): string {
  if (existsSync(join(brought, "node_modules/next"))) return brought;
  const install = [process.execPath, "install", "--frozen-lockfile"];
  const { success, stderr } = Bun.spawnSync(install, { cwd: brought });
  if (!success) throw new Error(stderr.toString());
  return brought;
}
