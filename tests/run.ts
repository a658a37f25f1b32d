import { Glob } from "bun";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyCluster } from "../db/empty-cluster";
import { lacksBackends } from "./support/backends";
import { bringPrograms } from "./support/brought";
import * as lacking from "./support/lacking";
import { startNeonBridge } from "./support/postgres/neon-bridge";
import { startPooler } from "./support/postgres/pooler";
import { startPostgres } from "./support/postgres/server";
import { lacksPython, testPythonClient } from "./support/python";
import { readReport, sum, verdict, type Count } from "./support/report";

/**
 * The test command: types, format, lint, the scan of the views, and every suite; ends in one line that counts them all.
 * What a machine lacks of Postgres and Chromium is brought first. `--long` runs the suites of `bun run test:long`
 * instead; `--repeated` those that repeat races and kills, by the hundred. `bun tests/run.ts browser kills` runs the
 * suites of these names only, which `--help` lists.
 */

interface Suite {
  name: string;
  run(): Promise<Count>;
  /** What the suite needs that this machine lacks, and how to get it; undefined when nothing is missing. */
  missing?: lacking.Lack;
  /** Whether it may repeat by the hundred. */
  repeats?: boolean;
  /** Whether it takes long by nature, or is about what seldom changes: then `bun run test:long` runs it. */
  isLong?: boolean;
}

const root = join(import.meta.dir, "..");
const inCI = process.env.CI === "true";
/** The tests of these folders, without those of the folders in them. */
const testsIn = (...folders: string[]) =>
  folders.flatMap((folder) => [...new Glob(`tests/${folder}/*.test.ts`).scanSync(root)].sort());

const suite = (name: string, files: string[], more: Partial<Suite> = {}): Suite => ({
  name,
  run: () => bunTest(name, files),
  ...more,
});
const long: typeof suite = (name, files, more) => suite(name, files, { ...more, isLong: true });
const faults: Partial<Suite> = { missing: lacking.lacksPostgres, repeats: true };
const everyDatabase = testsIn("everywhere", "every-database", "capabilities");
const starts = Object.groupBy(testsIn("faults/starts"), (file) => (file.includes("pooler") ? "pooler" : "others"));
const demo = Object.groupBy(testsIn("demo"), (file) => /docs-site|forward-auth/.exec(file)?.[0] ?? "demo");

/**
 * One stage after the other. The suites of a stage run side by side, because each waits for a part of its time: what
 * says soonest that something is wrong, then the longest first, in the order of the seconds of a core that they take.
 */
const stages: Suite[][] = [
  [
    { name: "types", run: () => check("node_modules/.bin/tsc", "-p", ".") },
    { name: "Postgres", run: onServer, missing: lacking.lacksPostgres }, // 300
    { name: "format and lint", run: () => check("node_modules/.bin/biome", "ci", ".") },
    // For unescaped text in the views.
    { name: "scan of the views", run: () => check("node_modules/.bin/xss-scan", "-p", "tsconfig.json") },
    suite("embedded database", testsIn("embedded")), // 200
    suite("browser", testsIn("browser"), { missing: lacking.lacksChromium }), // 120
    suite("program", testsIn("program", "source", "examples")), // 120
    suite("backends", testsIn("backends"), { missing: lacksBackends }), // 70
    suite("proxies", demo["forward-auth"] ?? [], { missing: lacking.lacksCaddyOrNginx }), // 6
    long("every database, embedded", everyDatabase), // 165
    long("faults", testsIn("faults"), faults), // 150
    long("starts and data", starts.others ?? [], faults), // 155
    long("catalogue of bad inputs", testsIn("catalogue")), // 135
    long("docs site", demo["docs-site"] ?? [], { missing: lacking.lacksSite }), // 125
    long("looks", testsIn("browser/looks"), { missing: lacking.lacksChromium }), // 110
    long("JavaScript client", testsIn("javascript-client"), { missing: lacking.lacksNpm }), // 100
    { name: "Python client", run: testPythonClient, missing: lacksPython, isLong: true }, // 100
    long("kills", testsIn("faults/kills"), faults), // 90
    long("faults of the mail server", testsIn("faults/mail"), faults), // 50
    { name: "Neon's driver", run: onNeon, missing: lacking.lacksPostgres, isLong: true }, // 50
    { name: "Postgres behind PgBouncer", run: onPooler, missing: lacking.lacksPgBouncer, isLong: true }, // 50
    long("demo", demo.demo ?? [], { missing: lacking.lacksDemo }), // 50
    long("one file", testsIn("one-file"), { missing: lacking.lacksPostgres }), // 40
    long("image", testsIn("image"), { missing: lacking.lacksImageTools }), // 25
    long("release", testsIn("release"), { missing: lacking.lacksRelease }), // 25
    long("operators' tools", testsIn("operators", "examples/started"), { missing: lacking.lacksTools }), // 20
    long("starts behind PgBouncer", starts.pooler ?? [], { missing: lacking.lacksPgBouncer }), // 5
  ],
  // Runs Python in the environment that the suite of the client has made.
  [long("memory of backends", testsIn("faults/memory"), { missing: lacking.lacksMemory, repeats: true })],
  // Compare milliseconds: nothing may run beside them.
  [long("bounds", testsIn("faults/bounds"), { repeats: true })],
  [long("known and unknown addresses", testsIn("faults/timed"), faults)],
];
const said = process.argv.slice(2);
const options = ["--long", "--repeated", "--help", "-h"];
const [onlyLong, onlyRepeated, ...asksHelp] = options.map((word) => said.includes(word));
const suites = stages.flat();
const [known, wanted] = [suites.map(({ name }) => name), said.filter((word) => !options.includes(word))];
const unknown = wanted.filter((word) => !known.includes(word));
if (unknown.length > 0 || asksHelp.includes(true)) {
  const list = suites.map(({ name, isLong = false }) => `  ${name}${isLong ? " (long)" : ""}`);
  const usage = ["Usage: bun tests/run.ts [--long | --repeated] [SUITE …]", "The suites:", ...list].join("\n");
  const slips = unknown.map((word) => JSON.stringify(word)).join(" or ");
  if (unknown.length > 0) console.error(`There is no suite or option called ${slips}.\n\n${usage}`);
  else console.log(usage);
  process.exit(unknown.length > 0 ? 1 : 0);
}
const reports = mkdtempSync(join(tmpdir(), "gatehouse-reports-"));
if (onlyRepeated) process.env.FAULTS = "long";
/**
 * As many as two cores carry without keeping a test waiting for what it measures: those of `bun run test:long` wait for
 * a good part of their time, the others for little of it.
 */
const suitesAtATime = onlyLong ? 3 : 2;
function isWanted({ name, repeats = false, isLong = false }: Suite): boolean {
  if (wanted.length > 0) return wanted.includes(name);
  return onlyRepeated ? repeats : isLong === onlyLong;
}

await emptyCluster(); // which is made once, and not by each suite
if (lacking.lacksPostgres() || lacking.lacksChromium()) await bringPrograms();
const counts: Count[] = [];
const skippedSuites: string[] = [];
for (const stage of stages) await runStage(stage.filter(isWanted));
rmSync(reports, { recursive: true });
const { passed, failed, skipped } = sum(...counts);
// At the end, where it is seen: what was printed about it may be thousands of lines above.
for (const line of skipped) console.log(`\n!! SKIPPED  ${line}`);
for (const line of failed) console.log(`\n!! FAILED  ${line}`);
console.log(`\n${counts.length - skippedSuites.length} suites run, ${skippedSuites.length} skipped`);
console.log(`\n${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);

/** Runs suites side by side. */
async function runStage(suites: Suite[]): Promise<void> {
  const waiting = [...suites];
  const runNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) counts.push(await runSuite(next));
  };
  await Promise.all(Array.from({ length: suitesAtATime }, runNext));
}

async function runSuite({ name, run, missing }: Suite): Promise<Count> {
  console.log(`\n── ${name} begins`);
  const lack = missing?.();
  if (lack && inCI)
    return { passed: 0, failed: [`${name}: with CI=true it may not be skipped, and it ${lack}`], skipped: [] };
  if (lack) {
    skippedSuites.push(name);
    return { passed: 0, failed: [], skipped: [`${name}: ${lack}`] };
  }
  const began = performance.now();
  const { passed, failed, skipped } = await run();
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`\n── ${name}: ${passed} passed, ${failed.length} failed, in ${seconds} s`);
  const ofSuite = (line: string) => `${name}: ${line}`;
  return { passed, failed: failed.map(ofSuite), skipped: skipped.map(ofSuite) };
}

/** The same tests on a real server. */
async function onServer(): Promise<Count> {
  const server = await startPostgres();
  try {
    return await bunTest("Postgres", everyDatabase, { TEST_SERVER: server.url(""), TEST_DRIVER: "postgres" });
  } finally {
    await server.remove();
  }
}

/** Those that are about everything once more, on a server that is reached by Neon's driver. */
async function onNeon(): Promise<Count> {
  const server = await startPostgres();
  const bridge = startNeonBridge(server.port);
  const environment = { TEST_SERVER: server.url(""), NEON_BRIDGE_PORT: String(bridge.port) };
  try {
    return await bunTest("Neon's driver", testsIn("everywhere"), { TEST_DRIVER: "neon", ...environment });
  } finally {
    await bridge.stop(true);
    await server.remove();
  }
}

/** The same once more on a server that is reached through PgBouncer. */
async function onPooler(): Promise<Count> {
  const server = await startPostgres();
  const pooler = await startPooler(server.port).catch((error) => server.remove().then(() => Promise.reject(error)));
  const environment = { TEST_SERVER: server.url(""), TEST_POOLER: server.url("", pooler.port) };
  try {
    return await bunTest("Postgres behind PgBouncer", testsIn("everywhere"), {
      TEST_DRIVER: "postgres",
      ...environment,
    });
  } finally {
    await pooler.remove();
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
    "180000",
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
