import { Glob } from "bun";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./browser/chromium";

/** The test command: types, the scan of the views, and every suite; ends in one line that counts them all. */

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Suite {
  name: string;
  run(): Promise<Count>;
  /** What the suite needs that this machine lacks, and how to get it; undefined when nothing is missing. */
  missing?(): string | undefined;
}

const root = join(import.meta.dir, "..");
const reports = mkdtempSync(join(tmpdir(), "gatehouse-reports-"));
const inCI = process.env.CI === "true";

const suites: Suite[] = [
  { name: "types", run: () => check("node_modules/.bin/tsc", "-p", ".") },
  { name: "scan of the views for unescaped text", run: () => check("node_modules/.bin/xss-scan", "-p", "tsconfig.json") },
  { name: "in process", run: () => bunTest(...new Glob("tests/*.test.ts").scanSync(root)) },
  { name: "faults", run: () => bunTest(...new Glob("tests/faults/*.test.ts").scanSync(root)) },
  { name: "browser", run: () => bunTest(...new Glob("tests/browser/*.test.ts").scanSync(root)), missing: lacksChromium },
];

const total: Count = { passed: 0, failed: 0, skipped: 0 };
const skipped: string[] = [];
for (const suite of suites) {
  console.log(`\n── ${suite.name}`);
  const lack = suite.missing?.();
  if (lack) skipped.push(`${suite.name}: ${lack}`);
  const count = lack ? { passed: 0, failed: inCI ? 1 : 0, skipped: inCI ? 0 : 1 } : await suite.run();
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += count[key];
}
rmSync(reports, { recursive: true });
for (const line of skipped) console.log(`\n!! SKIPPED  ${line}${inCI ? "\n!! With CI=true a skipped suite is a failure." : ""}`);
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed > 0 ? 1 : 0);

/** A tool that passes or fails as a whole. */
async function check(...command: string[]): Promise<Count> {
  const code = await spawn(command);
  console.log(code === 0 ? "passed" : `failed with exit code ${code}`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** Test files, counted from their report. A run that ends badly counts as a failure even when no test says so. */
async function bunTest(...files: string[]): Promise<Count> {
  const report = join(reports, `${crypto.randomUUID()}.xml`);
  const code = await spawn(["test", "--timeout", "60000", "--reporter=junit", `--reporter-outfile=${report}`, ...files.sort().map((file) => `./${file}`)]);
  const summary = existsSync(report) ? readFileSync(report, "utf8").match(/<testsuites[^>]*>/)?.[0] ?? "" : "";
  const number = (name: string) => Number(summary.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const [tests, failures, skips] = [number("tests"), number("failures"), number("skipped")];
  const failed = code !== 0 || tests === 0 ? Math.max(1, failures) : failures;
  return { passed: tests - failures - skips, failed, skipped: skips };
}

function spawn(command: string[]): Promise<number> {
  return Bun.spawn([process.execPath, ...command], { cwd: root, stdin: "ignore", stdout: "inherit", stderr: "inherit" }).exited;
}

function lacksChromium(): string | undefined {
  if (existsSync(chromiumPath)) return undefined;
  return "needs Chromium. On Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path.";
}
