import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, newFolder } from "../support/program";
import { until } from "../support/until";

/**
 * `bun run start` in a clone: it installs what is missing, and where nothing is, it leaves the clone and the network
 * alone.
 */

const root = join(import.meta.dir, "../..");
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const folder = () => folders[folders.push(newFolder()) - 1] ?? "";

/** What git has of this checkout, with what is not committed yet, and nothing else. */
function emptyClone(): string {
  const clone = folder();
  const listed = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = listed.stdout
    .toString()
    .split("\0")
    .filter((file) => file && existsSync(join(root, file)));
  expect(files).toContain("bun.lock");
  for (const file of files) cpSync(join(root, file), join(clone, file));
  return clone;
}

const noRegistry = () => ({ BUN_CONFIG_REGISTRY: "http://localhost:1", BUN_INSTALL_CACHE_DIR: folder() });

/** A command in a clone. It must not read this machine's settings of Bun, but may use its packages. */
function spawnIn(clone: string, command: string[], environment: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH: `${join(process.execPath, "..")}:${PATH}`, HOME, ...environment };
  return Bun.spawn(command, { cwd: clone, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

async function run(clone: string, command: string[], environment: Record<string, string> = {}) {
  const child = spawnIn(clone, command, environment);
  const printed = [new Response(child.stdout).text(), new Response(child.stderr).text()] as const;
  const [out, problem, code] = await Promise.all([...printed, child.exited]);
  return { out, problem, code };
}

const ready = [process.execPath, "scripts/ready.ts"];
const says = "Installing the packages that bun.lock names, because node_modules has none or others …\n";

/** Starts the program, waits until it can serve, ends it, and gives what it printed on standard error. */
async function startAndStop(clone: string, command: string[], environment: Record<string, string> = {}) {
  const port = String(freePort());
  const child = spawnIn(clone, command, { PORT: port, DATA_DIR: join(folder(), "data"), ...environment });
  const answers = () =>
    fetch(`http://localhost:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const deadline = Date.now() + 60_000;
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(await new Response(child.stderr).text());
    await Bun.sleep(50);
  }
  child.kill("SIGTERM");
  await child.exited;
  // `bun run` may end before the program that it told to.
  await until("the program has ended", async () => !(await answers()), { every: 50 });
  return new Response(child.stderr).text();
}

/** Every file but those of packages, with its size and times: what a write would change. */
const treeOf = (clone: string) =>
  (readdirSync(clone, { recursive: true }) as string[]) // without `encoding` the names are strings
    .filter((file) => !file.startsWith("node_modules/."))
    .sort()
    .map((file) => [file, statSync(join(clone, file)).mtimeMs, statSync(join(clone, file)).size]);

const readOnly = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && exec "$@"',
  "sh",
];

describe("in an empty clone", () => {
  test("bun run start installs, says so in one line, and serves; again, it does not", async () => {
    const clone = emptyClone();
    const command = [process.execPath, "run", "start"];
    expect(await startAndStop(clone, command)).toContain(says);
    expect(readFileSync(join(clone, "node_modules/.installed"), "utf8")).toBe(
      readFileSync(join(clone, "bun.lock"), "utf8"),
    );
    expect(existsSync(join(clone, "node_modules/.cache/test-programs"))).toBe(false); // for the tests alone
    const before = treeOf(clone);
    expect(await startAndStop(clone, command, noRegistry())).not.toContain("Installing");
    expect(treeOf(clone)).toEqual(before);
    const refused = await run(clone, [...readOnly, "touch", "written"]);
    if (refused.code !== 0 && /read-only/i.test(refused.problem))
      expect(await startAndStop(clone, [...readOnly, ...command], noRegistry())).not.toContain("Installing");
    else if (process.env.CI === "true") throw new Error(`needs the right to mount: ${refused.problem}`);
    else console.warn("!! SKIPPED: a checkout mounted read-only needs unshare --mount, as root.");
  }, 200_000);

  test("without a registry it ends with 1 and a sentence, and the help is there all the same", async () => {
    const clone = emptyClone();
    const { code, out, problem } = await run(clone, [process.execPath, "run", "start"], noRegistry());
    expect([code, out]).toEqual([1, ""]);
    expect(problem).toContain("The packages that bun.lock names could not be installed: ");
    expect(problem).not.toMatch(/\n\s+at /);
    expect(existsSync(join(clone, "data"))).toBe(false);
    expect((await run(clone, [process.execPath, "src/main.ts", "--help"], noRegistry())).out).toStartWith("Usage:");
    const direct = await run(clone, [process.execPath, "src/main.ts"]);
    expect([direct.code, direct.problem]).toEqual([1, expect.stringContaining("bun install --frozen-lockfile")]);
  }, 60_000);

  test("two that start at once install one after the other, and only once", async () => {
    const clone = emptyClone();
    const both = await Promise.all([run(clone, ready), run(clone, ready)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ problem }) => problem).sort()).toEqual(["", says]);
  }, 120_000);
});

describe("what is installed counts only", () => {
  test("for the very bun.lock it was installed from, whatever its time", async () => {
    const clone = emptyClone();
    expect((await run(clone, ready)).problem).toBe(says);
    const lock = join(clone, "bun.lock");
    const text = readFileSync(lock, "utf8");
    writeFileSync(lock, text); // as a checkout of the same version: newer, and the same
    expect(await run(clone, ready, noRegistry())).toEqual({ out: "", problem: "", code: 0 });
    writeFileSync(lock, `${text}\n`);
    expect(await run(clone, ready)).toEqual({ out: "", problem: says, code: 0 });
  }, 120_000);

  test("when the install was finished: one that is killed leaves no mark", async () => {
    const clone = emptyClone();
    const child = spawnIn(clone, ready, { BUN_INSTALL_CACHE_DIR: folder() });
    await until("the install has begun", () => existsSync(join(clone, "node_modules/.installing")), { every: 1 });
    child.kill("SIGKILL");
    await child.exited;
    expect(existsSync(join(clone, "node_modules/.installed"))).toBe(false);
    expect(await run(clone, ready)).toEqual({ out: "", problem: says, code: 0 });
  }, 120_000);
});
