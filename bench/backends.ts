import { cpus } from "node:os";
import { startPostgres } from "../tests/support/postgres/server";
import { costsOfAsking, ways, type Cost, type Costs, type Way } from "./backends/costs";
import { pollingOfChanges, pollingOfMany, type Polling } from "./backends/polling";
import { signOuts, type SignOuts } from "./backends/sign-outs";
import { table, writeSection } from "./page";
import { thousands } from "./plot";
import { newMember, settings, signIn, startQuietly } from "./stage";

/**
 * `bun run bench:backends`: what it costs a backend in Python or JavaScript to know who is calling, how soon one with a
 * memory sees a sign-out, and what backends that poll cost Gatehouse; about half an hour and 5 GB of memory and disk.
 * Puts the results into docs/performance.md; `bun run bench:backends short` is for trying it out, and writes nothing.
 */
const short = process.argv[2] === "short";
const sessions = 40;
const kept = short ? 10_000 : 1_000_000;
const load = short ? { rounds: 1, seconds: 1 } : { rounds: 7, seconds: 3 };

const postgres = await startPostgres();
try {
  const key = crypto.randomUUID() + crypto.randomUUID();
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  const gatehouse = await startQuietly({ ...settings, DATABASE_URL, GATEHOUSE_BACKEND_KEY: key });
  const environment = { GATEHOUSE_URL: gatehouse.origin, LIVE_KEY: key };
  const emails = Array.from({ length: 10 }, (_, i) => `ada${i}@example.org`);
  for (const email of emails) await newMember(gatehouse, email);
  const cookies: string[] = [];
  while (cookies.length < sessions) cookies.push(await signIn(gatehouse, emails[cookies.length % emails.length] ?? ""));
  const costs = await costsOfAsking(environment, cookies, load);
  const seen = await signOuts(gatehouse, { environment, emails, rounds: short ? 20 : 200 });
  await gatehouse.remove();
  const many = await pollingOfMany(postgres, kept);
  const changing = await pollingOfChanges(postgres, 10_000, [0, 1, 10, 100]);
  const results = page({ costs, seen, many, changing });
  console.log(results);
  if (!short) writeSection("backends", results);
} finally {
  await postgres.remove();
}
process.exit(0);

interface Results {
  costs: Costs[];
  seen: SignOuts[];
  many: Polling[];
  changing: Polling[];
}

function page({ costs, seen, many, changing }: Results): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Bun ${Bun.version}`;
  return [
    `Machine: ${machine}, ${new Date().toISOString().slice(0, 10)}. Medians of ${load.rounds} interleaved rounds.`,
    table(["what", "bar", "measured"], barsOf(costs, seen)),
    ...costs.map(costsTable),
    `While nothing changes, with ${kept.toLocaleString("en")} sessions in Gatehouse's memory:`,
    table(
      ["backends that poll", "of a core, each second", "resident memory"],
      many.map((each) => [String(each.pollers), ...loadOf(each)]),
    ),
    "While sessions change, 100 with each statement:",
    table(
      ["backends that poll", "changes a second", "of a core, each second", "ids each was told a second", "resets"],
      changing.map((each) => [
        ...[String(each.pollers), thousands(each.changesASecond), loadOf(each)[0] ?? ""],
        ...(each.pollers > 0 ? [thousands(each.toldASecond), String(each.lost)] : ["", ""]),
      ]),
    ),
  ].join("\n\n");
}

const loadOf = ({ coreMilliseconds, megabytes }: Polling) => [
  `${coreMilliseconds.toFixed(0)} ms`,
  `${megabytes.toFixed(0)} MB`,
];

const bars: readonly [backend: string, way: Way, percent: number][] = [
  ["FastAPI", "asking", 40],
  ["FastAPI", "live", 75],
  ["Express", "live", 80],
  ["Hono", "live", 80],
];

function barsOf(costs: Costs[], seen: SignOuts[]): string[][] {
  const rows = bars.flatMap(([backend, way, bar]) =>
    costs
      .filter((each) => each.backend === backend)
      .map(({ of }) => [
        `${backend} route, ${names[way]}, of the same without`,
        `≥ ${bar} %`,
        `${rateOf(of, way)} (by the time of a core ${coreOf(of, way)})`,
      ]),
  );
  const added = costs.map(({ backend, of }) => `${(of.live.p50 - of.open.p50).toFixed(2)} ms (${backend})`);
  return [
    ...rows,
    ["the client, live: what p50 with one connection adds", "≤ 0.1 ms", added.join(", ")],
    ...seen.map(({ backend, median, p99, slowest, rounds }) => [
      `a sign-out seen by a live backend, ${backend}, p99`,
      "≤ 50 ms",
      `${p99.toFixed(1)} ms (median ${median.toFixed(1)}, slowest ${slowest.toFixed(1)}, of ${rounds})`,
    ]),
  ];
}

const names: Record<Way, string> = {
  open: "without a check",
  "by-hand": "a check by hand",
  asking: "the client, asking",
  live: "the client, live",
};

function costsTable({ backend, of }: Costs): string {
  return table(
    [`${backend} route`, "p50", "adds", "p99", "requests a second", "of without", "of a core, each", "by that"],
    ways.map((way) => [
      ...[names[way], `${of[way].p50.toFixed(2)} ms`, way === "open" ? "" : `${(of[way].p50 - of.open.p50).toFixed(2)} ms`],
      ...[`${of[way].p99.toFixed(2)} ms`, thousands(of[way].rate), way === "open" ? "" : rateOf(of, way)],
      ...[`${of[way].microseconds.toFixed(0)} µs`, way === "open" ? "" : coreOf(of, way)],
    ]),
  );
}

const rateOf = (of: Record<Way, Cost>, way: Way) => percent(of[way].rate / of.open.rate);
const coreOf = (of: Record<Way, Cost>, way: Way) => percent(of.open.microseconds / of[way].microseconds);
const percent = (part: number) => `${Math.round(part * 100)} %`;
