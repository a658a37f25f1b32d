import { Glob } from "bun";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./support/chromium";
import { lacksProxies } from "./demo/proxies";
import { startNeonBridge } from "./support/postgres/neon-bridge";
import { poolerProgram, startPooler } from "./support/postgres/pooler";
import { postgresPrograms, startPostgres } from "./support/postgres/server";
import { lacksPython, testPythonClient } from "./support/python";
import { readReport, sum, verdict, type Count } from "./support/report";

/**
 * The test command: types, format, lint, the scan of the views, and every suite; ends in one line that counts them all.
 * `bun tests/run.ts browser kills` runs the suites of these names only; `--long` those that repeat races and kills, in
 * their long form.
 */

interface Suite {
  name: string;
  run(): Promise<Count>;
  /** What the suite needs that this machine lacks, and how to get it; undefined when nothing is missing. */
  missing?(): string | undefined;
  /** Whether it has a long form, in which it repeats more often. */
  hasLongForm?: boolean;
}

const root = join(import.meta.dir, "..");
const reports = mkdtempSync(join(tmpdir(), "gatehouse-reports-"));
const inCI = process.env.CI === "true";
/** The tests of these folders, without those of the folders in them. */
const testsIn = (...folders: string[]) =>
  folders.flatMap((folder) => [...new Glob(`tests/${folder}/*.test.ts`).scanSync(root)].sort());

const suite = (name: string, files: string[], more: Partial<Suite> = {}): Suite => ({
  name,
  run: () => bunTest(name, files),
  ...more,
});
const faults: Partial<Suite> = { missing: lacksPostgres, hasLongForm: true };
const everyDatabase = testsIn("everywhere", "every-database", "capabilities");
const siteTest = "tests/demo/docs-site.test.ts";

/**
 * One stage after the other. The suites of a stage run side by side, because each waits for a part of its time: the
 * longest first, in the order of their seconds beside each other on two cores.
 */
const stages: Suite[][] = [
  [{ name: "types", run: () => check("node_modules/.bin/tsc", "-p", ".") }],
  [{ name: "format and lint", run: () => check("node_modules/.bin/biome", "ci", ".") }],
  // For unescaped text in the views.
  [{ name: "scan of the views", run: () => check("node_modules/.bin/xss-scan", "-p", "tsconfig.json") }],
  [
    suite("every database, embedded", everyDatabase), // about 240
    { name: "Postgres, Neon's driver, Postgres behind PgBouncer", run: onServers, missing: lacksPostgres }, // 326
    suite("docs site", [siteTest], { missing: lacksSite }), // 303
    suite("starts and data", testsIn("faults/starts"), faults), // 337
    suite("embedded database", testsIn("embedded", "program", "source", "examples")), // about 240
    suite("browser", testsIn("browser"), { missing: lacksChromium }), // 251
    suite("faults", testsIn("faults"), faults), // 300, and measures time: not beside the build of the site
    suite(
      "demo and proxies",
      testsIn("demo").filter((file) => file !== siteTest),
      { missing: lacksSite },
    ), // 198
    { name: "Python client", run: testPythonClient, missing: lacksPython }, // 142
    suite("catalogue of bad inputs", testsIn("catalogue")), // 134
    suite("kills", testsIn("faults/kills"), faults), // 111
    suite("examples, started", testsIn("examples/started"), { missing: lacksTools }), // 30
    suite("one file", testsIn("one-file"), { missing: lacksPostgres }), // 16
    suite("bounds", testsIn("faults/bounds"), { hasLongForm: true }), // 62
    suite("faults of the mail server", testsIn("faults/mail"), faults), // 59
  ],
  // Compares milliseconds: nothing may run beside it.
  [suite("known and unknown addresses", testsIn("faults/timed"), faults)],
];
const wanted = process.argv.slice(2).filter((word) => word !== "--long");
const isLong = process.argv.includes("--long");
if (isLong) process.env.FAULTS = "long";
const unknown = wanted.filter((word) => !stages.flat().some(({ name }) => name === word));
if (unknown.length > 0) throw new Error(`There is no suite called ${unknown.join(" or ")}.`);
const isWanted = ({ name, hasLongForm = false }: Suite) =>
  (wanted.length === 0 || wanted.includes(name)) && (hasLongForm || !isLong);

const counts: Count[] = [];
for (const stage of stages) await runStage(stage.filter(isWanted));
rmSync(reports, { recursive: true });
const { passed, failed, skipped } = sum(...counts);
// At the end, where it is seen: what was printed about it may be thousands of lines above.
for (const line of skipped) console.log(`\n!! SKIPPED  ${line}`);
for (const line of failed) console.log(`\n!! FAILED  ${line}`);
console.log(`\n${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);

/** As many suites at a time as two cores carry without keeping a test waiting for what it measures. */
async function runStage(suites: Suite[]): Promise<void> {
  const waiting = [...suites];
  const runNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) counts.push(await runSuite(next));
  };
  await Promise.all(Array.from({ length: 3 }, runNext));
}

async function runSuite({ name, run, missing }: Suite): Promise<Count> {
  console.log(`\n── ${name} begins`);
  const lack = missing?.();
  if (lack)
    return inCI
      ? { passed: 0, failed: [`${name}: with CI=true it may not be skipped, and it ${lack}`], skipped: [] }
      : { passed: 0, failed: [], skipped: [`${name}: ${lack}`] };
  const began = performance.now();
  const { passed, failed, skipped } = await run();
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`\n── ${name}: ${passed} passed, ${failed.length} failed, in ${seconds} s`);
  const ofSuite = (line: string) => `${name}: ${line}`;
  return { passed, failed: failed.map(ofSuite), skipped: skipped.map(ofSuite) };
}

/** The same tests on one real server, reached in each of the ways that the settings offer. */
async function onServers(): Promise<Count> {
  const server = await startPostgres();
  const bridge = startNeonBridge(server.port);
  let pooler: Awaited<ReturnType<typeof startPooler>> | undefined;
  try {
    pooler = await startPooler(server.port);
    const TEST_SERVER = server.url("");
    const ways: [name: string, files: string[], environment: Record<string, string>][] = [
      ["Postgres", everyDatabase, { TEST_DRIVER: "postgres" }],
      ["Neon's driver", testsIn("everywhere"), { TEST_DRIVER: "neon", NEON_BRIDGE_PORT: String(bridge.port) }],
      [
        "Postgres behind PgBouncer",
        testsIn("everywhere"),
        { TEST_DRIVER: "postgres", TEST_POOLER: server.url("", pooler.port) },
      ],
    ];
    // Side by side: most of their time is waiting.
    return sum(
      ...(await Promise.all(
        ways.map(([name, files, environment]) => bunTest(name, files, { TEST_SERVER, ...environment })),
      )),
    );
  } finally {
    await pooler?.remove();
    await bridge.stop(true);
    await server.remove();
  }
}

/** A tool that passes or fails as a whole. */
async function check(...command: string[]): Promise<Count> {
  const code = await Bun.spawn([process.execPath, ...command], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  }).exited;
  console.log(code === 0 ? "passed" : `failed with exit code ${code}`);
  return verdict(command.join(" "), code);
}

/**
 * Test files, counted from their report. What they print is shown when they have ended, because other suites run
 * beside them.
 */
async function bunTest(name: string, files: string[], environment: Record<string, string> = {}): Promise<Count> {
  const report = join(reports, `${crypto.randomUUID()}.xml`);
  const command = [
    "test",
    "--timeout",
    "120000",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...files.map((file) => `./${file}`),
  ];
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const printed = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  console.log(`\n── ${name}\n${printed.join("")}`);
  const code = await child.exited;
  const ofCores = Math.round(Number(child.resourceUsage()?.cpuTime.total ?? 0n) / 1_000_000);
  console.log(`── ${name} took ${ofCores} s of the cores`);
  return readReport(report, code);
}

function lacksChromium(): string | undefined {
  if (existsSync(chromiumPath)) return undefined;
  return "needs Chromium. On Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path.";
}

function lacksSite(): string | undefined {
  if (!Bun.which("npm")) return "needs npm, which packs the plugin. On Debian: apt-get install npm.";
  if (lacksProxies()) return "needs Caddy and nginx. On Debian: apt-get install caddy nginx.";
  return lacksPython() ?? lacksChromium();
}

function lacksTools(): string | undefined {
  if (lacksProxies() || !["python3", "systemd-analyze"].every((tool) => Bun.which(tool)))
    return "needs Caddy, nginx, python3 and systemd's tools. On Debian: apt-get install caddy nginx python3 systemd.";
  return lacksPostgres();
}

function lacksPostgres(): string | undefined {
  if (postgresPrograms() && existsSync(poolerProgram)) return undefined;
  return "needs a Postgres server's programs and PgBouncer. On Debian: apt-get install postgresql pgbouncer.";
}
