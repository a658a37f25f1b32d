import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../tests/support/postgres/server";
import { freePort } from "../tests/support/program";
import { table } from "./page";
import { median } from "./wrk";

/**
 * `bun bench/one-file.ts`, after `bun run build`: how long a start takes and how much memory, from source and as one
 * file, in turns on one machine: on a Postgres that has been migrated (the bar for the file: 0.15 s and 64 MB; from
 * source: 0.25 s and 75 MB), and the first start on the embedded database (1 s, and a peak of 260 MB).
 */

const rounds = 9;
const root = join(import.meta.dir, "..");
const programs = [
  { name: "source", command: [process.execPath, "--no-env-file", "src/main.ts"], cwd: root },
  { name: "one file", command: [join(root, "dist/gatehouse")], cwd: tmpdir() },
];

const postgres = await startPostgres();
try {
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  const databases: [name: string, settings: Record<string, string>][] = [
    ["on Postgres", { DATABASE_URL }],
    ["first start, embedded", {}],
  ];
  const kinds = programs.flatMap((program) =>
    databases.map(([on, settings]) => ({
      ...program,
      ...{ name: `${program.name}, ${on}`, settings, figures: newFigures() },
    })),
  );
  for (let round = 0; round <= rounds; round++)
    for (const { figures, ...kind } of round % 2 ? kinds : kinds.toReversed()) {
      const { seconds, megabytes, peak } = await start(kind);
      if (round === 0) continue; // the first migrates, and makes the empty cluster of a checkout
      figures.seconds.push(seconds);
      figures.megabytes.push(megabytes);
      figures.peaks.push(peak);
    }
  const rows = kinds.map(({ name, figures: { seconds, megabytes, peaks } }) => [
    name,
    `${median(seconds).toFixed(2)} s`,
    `${Math.min(...seconds).toFixed(2)} s`,
    `${median(megabytes).toFixed(0)} MB`,
    `${median(peaks).toFixed(0)} MB`,
  ]);
  console.log(table(["", "ready, median", "fastest", "memory", "peak"], rows));
} finally {
  await postgres.remove();
}

function newFigures(): { seconds: number[]; megabytes: number[]; peaks: number[] } {
  return { seconds: [], megabytes: [], peaks: [] };
}

interface Kind {
  command: string[];
  cwd: string;
  settings: Record<string, string>;
}

/** Starts a program in a new folder, and ends it two seconds after it was ready. */
async function start({ command, cwd, settings }: Kind) {
  const [PORT, DATA_DIR] = [String(freePort()), mkdtempSync(join(tmpdir(), "gatehouse-bench-"))];
  const began = performance.now();
  const env = { PATH: process.env.PATH ?? "", PORT, DATA_DIR, ...settings };
  const child = Bun.spawn(command, { cwd, env, stdout: "ignore", stderr: "inherit" });
  while (!(await isReady(PORT))) await Bun.sleep(2);
  const seconds = (performance.now() - began) / 1000;
  await Bun.sleep(2000);
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const megabytesOf = (what: string) => Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
  child.kill("SIGKILL");
  await child.exited;
  rmSync(DATA_DIR, { recursive: true });
  return { seconds, megabytes: megabytesOf("VmRSS"), peak: megabytesOf("VmHWM") };
}

async function isReady(port: string): Promise<boolean> {
  return fetch(`http://localhost:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
