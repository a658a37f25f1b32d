import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readReport, sum, verdict, type Count } from "./report";

/** The Python client: style, types, the wheel, and its tests with the wheel and the example installed from it. */

const root = join(import.meta.dir, "../..");
const client = join(root, "clients/python");
/** The package itself takes 3.10, but the versions that the tests are pinned to do not. */
const isThere = ["-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"];

/** A test that hangs is to fail, and not to hold everything up. */
const longestMilliseconds = 8 * 60 * 1000;

/** What this machine lacks for it; undefined when nothing is missing. */
export function lacksPython(): string | undefined {
  const python = Bun.which("python3");
  if (python && Bun.spawnSync([python, ...isThere]).exitCode === 0) return undefined;
  return "needs Python 3.11 or newer with venv. On Debian: apt-get install python3-venv.";
}

/** Runs everything, and prints it when it has ended: another suite may be running beside it. */
export async function testPythonClient(): Promise<Count> {
  const printed: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-python-"));
  const counts: Count[] = [];
  try {
    const { tools, empty } = await environments(printed);
    const wheel = await buildWheel(printed, tools, folder);
    for (const python of [tools("python"), empty("python")])
      await run(printed, python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--force-reinstall", wheel);
    const sources = [".", "../../examples/api", "../../examples/backends", "../../bench/python"];
    const checks = [
      [tools("ruff"), "format", "-q", "--diff", ...sources],
      [tools("ruff"), "check", "-q", ...sources],
      [tools("mypy")],
      [empty("python"), "-m", "pip", "check"],
    ];
    for (const check of checks)
      counts.push(verdict([basename(check[0] ?? ""), ...check.slice(1)].join(" "), await tryToRun(printed, check)));
    const report = join(folder, "report.xml");
    const code = await tryToRun(printed, [tools("python"), "-m", "pytest", "-q", `--junitxml=${report}`], {
      BUN: process.execPath,
      EXAMPLE_PYTHON: empty("python"),
    });
    return sum(...counts, readReport(report, code));
  } catch (error) {
    printed.push(String(error));
    return sum(...counts, { passed: 0, failed: [String(error)], skipped: [] });
  } finally {
    rmSync(folder, { recursive: true });
    console.log(`\n── Python client\n${printed.join("")}`);
  }
}

/** Where the client's sources are; they are run as they are by a Python that has all they need. */
export async function pythonForClient(): Promise<{ python: string; sources: string; tests: string }> {
  const { tools } = await environments([]);
  return { python: tools("python"), sources: join(client, "src"), tests: join(client, "tests") };
}

type Environment = (program: string) => string;

/**
 * Two environments, kept for as long as what is asked for stays the same: one with the tools, and one with nothing but
 * what the package itself asks for and a server to run the example with.
 */
async function environments(printed: string[]): Promise<{ tools: Environment; empty: Environment }> {
  const version = Bun.spawnSync(["python3", "--version"]).stdout.toString();
  const asked = ["pyproject.toml", "requirements-dev.txt", "constraints.txt"].map((name) =>
    readFileSync(join(client, name), "utf8"),
  );
  const key = createHash("sha256")
    .update([version, root, ...asked].join("\n"))
    .digest("hex")
    .slice(0, 16);
  const kept = join(root, "node_modules/.cache/python-client", key);
  const [tools, empty] = ["tools", "empty"].map((name) => (program: string) => join(kept, name, "bin", program)) as [
    Environment,
    Environment,
  ]; // two names, two environments
  if (existsSync(join(kept, "complete"))) return { tools, empty };
  rmSync(join(kept, ".."), { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
  for (const name of ["tools", "empty"]) await run(printed, "python3", "-m", "venv", join(kept, name));
  await run(printed, tools("python"), ...pip, "-r", "requirements-dev.txt");
  await run(
    printed,
    empty("python"),
    ...pip,
    "-c",
    "constraints.txt",
    await buildWheel(printed, tools, kept),
    "uvicorn",
  );
  writeFileSync(join(kept, "complete"), "");
  return { tools, empty };
}

/** The client as it would be published, built by the pinned tools: pip on its own would fetch the newest. */
async function buildWheel(printed: string[], tools: Environment, folder: string): Promise<string> {
  await run(
    printed,
    tools("python"),
    "-m",
    "pip",
    "wheel",
    "-q",
    "--no-deps",
    "--no-build-isolation",
    "-w",
    folder,
    client,
  );
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "");
}

async function run(printed: string[], ...command: string[]) {
  const code = await tryToRun(printed, command);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}.\n`);
}

async function tryToRun(
  printed: string[],
  command: string[],
  environment: Record<string, string> = {},
): Promise<number> {
  const child = Bun.spawn(command, {
    cwd: client,
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: longestMilliseconds,
  });
  printed.push(...(await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])));
  return child.exited;
}
