import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { floods, type Flooded } from "./cases/floods";
import { memory, type Memory } from "./cases/memory";
import { revocation } from "./cases/revocation";
import { signIns } from "./cases/sign-ins";
import { starts } from "./cases/starts";
import { throughput, type Rate } from "./cases/throughput";
import { table, writeSection } from "./page";
import { barChart, thousands } from "./plot";
import { setStage } from "./stage";

/**
 * `bun run bench`: everything in one run on one machine, the cases of each part taking turns; about ten minutes.
 * Prints the page of results and puts it, with its pictures, into docs/performance.md. `bun run bench short` is for
 * trying the bench out, and writes nothing.
 */
const short = process.argv[2] === "short";
const rounds = short ? 1 : 5;
const pictures = join(import.meta.dir, "../docs/pictures");

const stage = await setStage();
try {
  const rates = await throughput(stage, rounds);
  const flooded = await floods(stage, rounds);
  const signInsASecond = await signIns(stage, rounds);
  const delays = await revocation(stage, short ? 20 : 200);
  const started = await starts(stage, short ? 2 : 7);
  const remembered = await memory(stage, short ? 2 : 10);
  const [server] = await stage.postgres.query<{ server_version: string }>(stage.database, "show server_version");
  const results = page({
    rates,
    flooded,
    signInsASecond,
    delays,
    started,
    remembered,
    server: server?.server_version.split(" ")[0] ?? "",
  });
  console.log(results);
  if (!short) publish(results, { rates, flooded });
} finally {
  await stage.end();
}
process.exit(0);

interface Results {
  rates: Rate[];
  flooded: Flooded[];
  signInsASecond: number;
  delays: { median: number; p99: number; slowest: number; rounds: number };
  started: { postgres: number; embedded: number };
  remembered: Memory;
  /** The version of Postgres. */
  server: string;
}

type Row = [what: string, bar: string, measured: string];

function page({ rates, flooded, signInsASecond, delays, started, remembered, server }: Results): string {
  const rows: Row[] = [
    ...rowsOfRates(rates),
    ...flooded.map(
      ({ where, flood, kept, p99 }): Row => [
        `check during ${flood}, ${where}`,
        "≥ 60 % of quiet, p99 ≤ 25 ms",
        `${percent(kept)}, ${p99.toFixed(1)} ms`,
      ],
    ),
    [
      "revoked at another replica, p99",
      "≤ 50 ms",
      `${delays.p99.toFixed(1)} ms (median ${delays.median.toFixed(1)}, ` +
        `slowest ${delays.slowest.toFixed(1)}, of ${delays.rounds})`,
    ],
    ["sign-ins a second, one hashing core", "≥ 20", thousands(signInsASecond)],
    ["start to first answer, Postgres", "≤ 0.5 s", `${started.postgres.toFixed(2)} s`],
    ["start to first answer, embedded", "≤ 1.5 s", `${started.embedded.toFixed(2)} s`],
    ["memory, idle, Postgres", "≤ 120 MB", `${Math.round(remembered.idle)} MB`],
    ["memory while 1,000,000 checks of one session are answered", "flat", inMegabytes(remembered.after)],
    [
      "memory while 1,000,000 checks of 5,000 sessions are, of which 1,000 are kept",
      "flat",
      inMegabytes(remembered.afterMany),
    ],
  ];
  return [
    `Machine: ${machine(server)}. Medians of ${rounds} interleaved rounds.`,
    table(["what", "bar", "measured"], rows),
    ratesTable(rates),
    floodsTable(flooded),
  ].join("\n\n");
}

function rowsOfRates(rates: Rate[]): Row[] {
  const of = (name: string) => rates.find((each) => each.name === name);
  const rate = (name: string) => of(name)?.rate ?? NaN;
  const core = (name: string) => of(name)?.microseconds ?? NaN;
  const [checkOff, barePg] = ["Gatehouse, check, cache off", "bare Bun.serve with pg, one query"] as const;
  const auth = rate("Better Auth's get-session, Elysia on Bun");
  const live = rate("Gatehouse, check, live");
  const cacheOff = rate(checkOff);
  return [
    ["check, live, of bare `Bun.serve`", "≥ 80 %", percent(live / rate("bare Bun.serve, hello"))],
    ["the same, of our answer known by heart", "", percent(live / rate("bare Bun.serve, our answer by heart"))],
    ["check, live, of Better Auth's get-session", "≥ 20 ×", `${(live / auth).toFixed(0)} ×`],
    ["check, cache off, of Better Auth's get-session", "≥ 6 ×", `${(cacheOff / auth).toFixed(1)} ×`],
    ["check, cache off, of bare `Bun.serve` with `pg`", "≥ 85 %", percent(cacheOff / rate(barePg))],
    ["time of a core for such a check, of the bare one's", "≤ 130 %", percent(core(checkOff) / core(barePg))],
  ];
}

function machine(server: string): string {
  return [
    `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${process.platform}, Bun ${Bun.version}`,
    `wrk with 64 connections on one thread, Postgres ${server} on the same machine`,
    new Date().toISOString().slice(0, 10),
  ].join(", ");
}

function ratesTable(rates: Rate[]): string {
  return table(
    ["requests a second", "median", "of a core, each", "p50", "p99"],
    rates.map(({ name, rate, microseconds, p50, p99 }) => [
      name,
      thousands(rate),
      `${microseconds.toFixed(microseconds < 10 ? 1 : 0)} µs`,
      `${p50.toFixed(2)} ms`,
      `${p99.toFixed(1)} ms`,
    ]),
  );
}

function floodsTable(flooded: Flooded[]): string {
  return table(
    ["check under a flood", "quiet", "during", "p99", "the flood was answered"],
    flooded.map(({ where, flood, quiet, during, p99, answers }) => [
      `${flood}, ${where}`,
      `${thousands(quiet)}/s`,
      `${thousands(during)}/s`,
      `${p99.toFixed(1)} ms`,
      answers,
    ]),
  );
}

function inMegabytes(all: number[]): string {
  return `${all.map((megabytes) => Math.round(megabytes)).join(", ")} MB`;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

/** Puts the results where the documentation shows them. */
function publish(results: string, { rates, flooded }: Pick<Results, "rates" | "flooded">) {
  writeSection("results", results);
  writeFileSync(
    join(pictures, "bench-rates.svg"),
    barChart(
      `Answers a second, ${cpus().length} cores`,
      rates.map(({ name, rate }) => ({ label: name, value: rate })),
    ),
  );
  const bars = flooded.flatMap(({ where, flood, quiet, during }) => [
    { label: `${where}: quiet`, value: quiet },
    { label: `${where}: ${flood}`, value: during },
  ]);
  writeFileSync(join(pictures, "bench-floods.svg"), barChart("Session checks a second while others flood", bars));
}
