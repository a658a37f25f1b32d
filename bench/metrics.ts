import { startPostgres } from "../tests/support/postgres/server";
import { freePort } from "../tests/support/program";
import { inTurns, rowOf, shareInTurns } from "./in-turns";
import { table } from "./page";

/**
 * `bun bench/metrics.ts`: session checks with metrics on, beside the same without. The bar: within 1 %. With `--sure`
 * many short rounds of programs that are started twelve times, in a quarter of an hour, and how sure each figure is.
 */

const on = { GATEHOUSE_METRICS_PORT: String(freePort()) };
const cacheOff = { GATEHOUSE_SESSION_CACHE: "0" };
const pairs = {
  live: [on, {}],
  "the same twice, for the noise": [{}, {}],
  "cache off": [{ ...on, ...cacheOff }, cacheOff],
} as const;

const postgres = await startPostgres();
try {
  console.log(process.argv.includes("--sure") ? await surely() : await quickly());
} finally {
  await postgres.remove();
}
process.exit(0);

async function quickly(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, pair] of Object.entries(pairs)) rows.push(rowOf(name, await inTurns(postgres, pair)));
  return table(["check", "metrics on, a second", "off, a second", "of that", "of a core, each"], rows);
}

async function surely(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, pair] of Object.entries(pairs)) {
    const { rate, microseconds } = await shareInTurns(postgres, pair);
    const told = [rate, microseconds].map(
      ({ percent, plusMinus }) => `${percent.toFixed(2)} ± ${plusMinus.toFixed(2)} %`,
    );
    rows.push([name, ...told]);
  }
  return table(["check", "rate, of that without", "time of a core, of that without"], rows);
}
