import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderWithClient } from "./javascript";
import { freePort } from "./program";
import { lacksPython } from "./python";
import { serve, type Served } from "./serve";

/** The backends of `examples/backends`, each run as its readers run it. */

const root = join(import.meta.dir, "../..");
const cache = join(root, "node_modules/.cache/backends");
/** Where they are; each in a folder with its name. */
export const backendsFolder = join(root, "examples/backends");

/** A recipe, and what it is run by. */
export interface Recipe {
  name: string;
  folder: string;
  file: string;
  /** What this machine lacks for it; undefined when nothing is missing. */
  missing(): string | undefined;
  /** The command that starts it on a port, once what it needs is there. */
  command(port: string): Promise<string[]>;
}

const python = (folder: string, start: (program: (name: string) => string, port: string) => string[]) => ({
  folder,
  file: "app.py",
  missing: lacksPython,
  command: async (port: string) => start(await pythonPrograms(), port),
});
const script = (folder: string, program: string) => ({
  folder,
  file: "app.mjs",
  missing: () => (Bun.which(program) ? undefined : "needs Node 20 or newer. On Debian: apt-get install nodejs."),
  command: async () => {
    const file = join(folderWithClient(), "recipes", `${folder}.mjs`); // where it finds the client as if installed
    cpSync(join(backendsFolder, folder, "app.mjs"), file);
    return [program, file];
  },
});

/** Each recipe with each program that runs it. */
export const recipes: readonly Recipe[] = [
  { name: "Flask", ...python("flask", (bin, port) => [bin("flask"), "--app", "app", "run", "--port", port]) },
  { name: "Django", ...python("django", (bin, port) => [bin("python"), "app.py", "runserver", "--noreload", port]) },
  { name: "Express under Bun", ...script("express", process.execPath) },
  { name: "Express under Node", ...script("express", "node") },
  { name: "Hono under Bun", ...script("hono", process.execPath) },
  { name: "Hono under Node", ...script("hono", "node") },
  {
    name: "Go",
    folder: "go",
    file: "main.go",
    missing: () => (Bun.which("go") ? undefined : "needs Go 1.19 or newer. On Debian: apt-get install golang-go."),
    command: async () => [await builtGo()],
  },
];

/** What this machine lacks for all of them, where none may be skipped; elsewhere their tests say it one by one. */
export function lacksBackends(): string | undefined {
  return process.env.CI === "true" ? recipes.find(({ missing }) => missing())?.missing() : undefined;
}

/** Starts a recipe before a Gatehouse, and waits until it answers. Throws with what it printed when it does not. */
export async function startBackend(recipe: Recipe, gatehouse: string): Promise<Served> {
  const port = String(freePort());
  const command = await recipe.command(port);
  const env = { GATEHOUSE_URL: gatehouse, PYTHONDONTWRITEBYTECODE: "1" };
  return serve({ name: recipe.name, command, cwd: join(backendsFolder, recipe.folder), env }, port);
}

/** An environment with what the recipes in Python ask for, kept while that stays the same; gives its programs. */
async function pythonPrograms(): Promise<(name: string) => string> {
  const asked = join(backendsFolder, "requirements.txt");
  const version = Bun.spawnSync(["python3", "--version"]).stdout.toString();
  const key = createHash("sha256")
    .update([version, root, readFileSync(asked, "utf8")].join("\n"))
    .digest("hex");
  const kept = join(cache, "python", key.slice(0, 16));
  const programs = (name: string) => join(kept, "bin", name);
  made ??= existsSync(join(kept, "complete")) ? Promise.resolve() : make(kept, asked);
  await made;
  return programs;
}

let made: Promise<void> | undefined; // for both of them

async function make(kept: string, asked: string) {
  rmSync(join(kept, ".."), { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  await run(["python3", "-m", "venv", kept]);
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-compile", "-r", asked];
  await run([join(kept, "bin/python"), ...pip]);
  writeFileSync(join(kept, "complete"), "");
}

/**
 * Built and not run by `go run`, which would leave its child behind. Nothing is fetched, and Go's own library is
 * compiled without being improved, in two thirds of the time.
 */
async function builtGo(): Promise<string> {
  const program = join(cache, "go/backend");
  const flags = ["-gcflags=all=-N -l", "-ldflags=-w -s"];
  await run(["go", "build", ...flags, "-o", program, join(backendsFolder, "go/main.go")], {
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOPROXY: "off",
  });
  return program;
}

async function run(command: string[], environment: Record<string, string> = {}) {
  const child = Bun.spawn(command, { env: { ...process.env, ...environment }, stdout: "pipe", stderr: "pipe" });
  const printed = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${printed.join("")}`);
}
