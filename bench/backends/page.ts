import { cpus } from "node:os";
import { table } from "../page";
import { thousands } from "../plot";
import { ways, type Cost, type Costs, type Way } from "./costs";
import type { Polling } from "./polling";
import type { SignOuts } from "./sign-outs";

/** What asking costs backends, as a part of docs/performance.md; medians of so many rounds. */
export function costsPage(costs: Costs[], seen: SignOuts[], rounds: number): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Bun ${Bun.version}`;
  return [
    `Machine: ${machine}, ${new Date().toISOString().slice(0, 10)}. Medians of ${rounds} interleaved rounds.`,
    table(["what", "bar", "measured"], barsOf(costs, seen)),
    ...costs.map(costsTable),
  ].join("\n\n");
}

/** What polls cost Gatehouse while so many sessions are in its memory and nothing changes. */
export function memoryPage(polling: Polling[], kept: number): string {
  const rows = polling.map((each) => [String(each.pollers), ...loadOf(each)]);
  return [
    `While nothing changes, with ${kept.toLocaleString("en")} sessions in Gatehouse's memory:`,
    table(["backends that poll", "of a core, each second", "resident memory"], rows),
  ].join("\n\n");
}

/** What they cost while much changes. */
export function changesPage(polling: Polling[]): string {
  const rows = polling.map((each) => [
    ...[String(each.pollers), thousands(each.changesASecond), ...loadOf(each)],
    ...(each.pollers > 0 ? [thousands(each.toldASecond), String(each.lost)] : ["", ""]),
  ]);
  const told = ["ids each was told a second", "resets"];
  return [
    "While sessions change, 100 with each statement:",
    table(["backends that poll", "changes a second", "of a core, each second", "resident memory", ...told], rows),
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
  passing: "behind something that lets everybody in",
  "by-hand": "a check by hand",
  asking: "the client, asking",
  live: "the client, live",
};

function costsTable({ backend, of }: Costs): string {
  return table(
    [`${backend} route`, "p50", "adds", "p99", "requests a second", "of without", "of a core, each", "by that"],
    ways.map((way) => [
      ...[
        names[way],
        `${of[way].p50.toFixed(2)} ms`,
        way === "open" ? "" : `${(of[way].p50 - of.open.p50).toFixed(2)} ms`,
      ],
      ...[`${of[way].p99.toFixed(2)} ms`, thousands(of[way].rate), way === "open" ? "" : rateOf(of, way)],
      ...[`${of[way].microseconds.toFixed(0)} µs`, way === "open" ? "" : coreOf(of, way)],
    ]),
  );
}

const rateOf = (of: Record<Way, Cost>, way: Way) => percent(of[way].rate / of.open.rate);
const coreOf = (of: Record<Way, Cost>, way: Way) => percent(of.open.microseconds / of[way].microseconds);
const percent = (part: number) => `${Math.round(part * 100)} %`;
