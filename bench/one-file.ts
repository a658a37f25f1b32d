import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../tests/support/postgres/server";
import { freePort } from "../tests/support/program";
import { table } from "./page";
import { median } from "./wrk";

/**
 * `bun bench/one-file.ts`, after `bun run build`: how long a start takes and how much memory, from source and as one
 * file, in turns on one machine, on a Postgres that has been migrated. The bar for the file: 0.25 s and 90 MB.
 */

const rounds = 9;
const root = join(import.meta.dir, "..");
const kinds = [
  { name: "source", command: [process.execPath, "--no-env-file", "src/main.ts"], cwd: root },
  { name: "one file", command: [join(root, "dist/gatehouse")], cwd: tmpdir() },
].map((kind) => ({ ...kind, ready: [] as number[], megabytes: [] as number[] }));

const postgres = await startPostgres();
try {
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  for (let round = 0; round <= rounds; round++)
    for (const kind of round % 2 ? kinds : kinds.toReversed()) {
      const PORT = String(freePort());
      const began = performance.now();
      const env = { PATH: process.env.PATH ?? "", PORT, DATABASE_URL, DATA_DIR: join(tmpdir(), "gatehouse-bench") };
      const child = Bun.spawn(kind.command, { cwd: kind.cwd, env, stdout: "ignore", stderr: "inherit" });
      while (!(await isReady(PORT))) await Bun.sleep(2);
      const took = performance.now() - began;
      await Bun.sleep(500);
      const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      child.kill("SIGKILL");
      await child.exited;
      if (round === 0) continue; // the first migrates
      kind.ready.push(took);
      kind.megabytes.push(Number(rss) / 1000);
    }
} finally {
  await postgres.remove();
}
const rows = kinds.map(({ name, ready, megabytes }) => [
  name,
  `${(median(ready) / 1000).toFixed(2)} s`,
  `${(Math.min(...ready) / 1000).toFixed(2)} s`,
  `${median(megabytes).toFixed(0)} MB`,
]);
console.log(table(["", "ready, median", "fastest", "memory"], rows));

async function isReady(port: string): Promise<boolean> {
  return fetch(`http://localhost:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
