import { startPostgres, type PostgresServer } from "../tests/support/postgres/server";
import { startPair, ways, type Cut, type Lasted } from "./cases/suspension";
import { table, writeSection } from "./page";
import { percentile } from "./wrk";

/**
 * `bun bench/suspension.ts`: how long two replicas, which answer from memory, still answer for somebody who is
 * suspended by page, verb and SQL, while they hear of changes and while they do not; ten minutes or so. Puts the
 * results into docs/performance.md; `bun bench/suspension.ts short` writes nothing.
 */
const short = process.argv[2] === "short";
const [heard, unheard] = short ? [10, 4] : [200, 20];

/** One time in four the connections end, which the replicas notice at once. */
const cuts: readonly Cut[] = ["silent", "silent", "silent", "ended"];

const postgres = await startPostgres();
try {
  await postgres.query("postgres", "alter system set track_commit_timestamp = on");
  await postgres.stop("fast");
  await postgres.start();
  const rows = [
    ...(await measure(postgres, { what: "both hear", rounds: heard, bar: 50 })),
    ...(await measure(postgres, { what: "neither hears", rounds: unheard, bar: 2000, cuts })),
  ];
  const head = ["suspended by", "of", "last 200 after the commit, p50", "p99", "slowest", "after the bar"];
  const results = table(head, rows);
  console.log(results);
  if (!short) writeSection("suspension", results);
} finally {
  await postgres.remove();
}
process.exit(0);

interface Measured {
  what: string;
  /** How often, in each way. */
  rounds: number;
  /** After so many milliseconds there is to be no 200. */
  bar: number;
  cuts?: readonly Cut[];
}

/** A row for each way. */
async function measure(on: PostgresServer, { what, rounds, bar, cuts }: Measured): Promise<string[][]> {
  const pair = await startPair(on, cuts !== undefined);
  const rows: string[][] = [];
  for (const way of ways) {
    const all: Lasted[] = [];
    for (let round = 0; round < rounds; round++) all.push(await pair.round(way, cuts?.[round % cuts.length]));
    const times = all.map(({ milliseconds }) => milliseconds);
    const figures = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)];
    const late = times.filter((time) => time > bar).length;
    rows.push([`${way}, ${what}`, String(rounds), ...figures.map((time) => `${time.toFixed(0)} ms`)]);
    rows.at(-1)?.push(`${late} after ${bar} ms`);
  }
  await pair.remove();
  return rows;
}
