import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderWithClient } from "../support/javascript";
import { freePort } from "../support/program";
import { serve, type Served, type Start } from "../support/serve";

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

/** Starts the app of a runtime before the Gatehouse at an origin. */
export async function startRuntime(runtime: Runtime, gatehouse: string): Promise<Served> {
  if (runtime === "Workers") return startWorker(gatehouse);
  return serve(startOf(runtime, [...runs(runtime), `${runtime.toLowerCase()}.mjs`], gatehouse));
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
    Deno: () => [join(bring(), "node_modules/.bin/deno"), "run", "--quiet", "--allow-net", "--allow-env", "--no-lock"],
  })[runtime]();

/** Starts the app of a framework before the Gatehouse at an origin. */
export function startFramework(framework: string, gatehouse: string): Promise<Served> {
  const [name = "", , runtime] = framework.split(" ");
  const program = runtime === "Bun" ? process.execPath : "node";
  return serve(startOf(framework, [program, `${name.toLowerCase()}.mjs`], gatehouse));
}

const startOf = (name: string, command: string[], gatehouse: string): Start => ({
  ...{ name, command, cwd: appsFolder() },
  env: { GATEHOUSE_URL: gatehouse, DENO_NO_UPDATE_CHECK: "1" },
});

/** The apps beside the built client. */
function appsFolder(): string {
  const folder = folderWithClient();
  cpSync(apps, folder, { recursive: true });
  return folder;
}

async function startWorker(gatehouse: string): Promise<Served> {
  const cwd = join(appsFolder(), "worker");
  mkdirSync(cwd, { recursive: true });
  const { success, logs } = await Bun.build({ entrypoints: [join(cwd, "../worker.mjs")], outdir: cwd, naming: "worker.js" });
  if (!success) throw new Error(logs.join("\n"));
  cpSync(join(apps, "worker.capnp"), join(cwd, "worker.capnp"));
  const port = String(freePort());
  const command = [join(bring(), "node_modules/.bin/workerd"), "serve", "worker.capnp", `--socket-addr=http=localhost:${port}`];
  return serve({ name: "Workers", command, cwd, env: { GATEHOUSE_URL: gatehouse } }, port);
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
  const { exitCode, stdout, stderr } = Bun.spawnSync([...next, "build"], { cwd: site, env: { ...process.env, ...env } });
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  const port = String(freePort());
  return serve({ name: "Next", command: [...next, "start", "-H", "localhost", "-p", port], cwd: site, env }, port);
}

/** Installs what its lockfile names, once; gives the folder. */
function bring(): string {
  if (existsSync(join(brought, "node_modules/next"))) return brought;
  const install = [process.execPath, "install", "--frozen-lockfile"];
  const { success, stderr } = Bun.spawnSync(install, { cwd: brought });
  if (!success) throw new Error(stderr.toString());
  return brought;
}
