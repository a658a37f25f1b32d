import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeProgram, pythonProgram, type ClientProgram } from "../../tests/support/client-programs";
import { writeScript } from "../growth/people";
import { coreSecondsOf } from "../stage";
import { median, wrk } from "../wrk";

/** One route of a backend, each way; in the order in which the page shows them. */
export const ways = ["open", "passing", "by-hand", "asking", "live"] as const;
export type Way = (typeof ways)[number];

/** What a request to such a route costs; medians. */
export interface Cost {
  /** Milliseconds with one connection. */
  p50: number;
  p99: number;
  /** Answers a second with sixteen, and the microseconds of a core that each costs the backend. */
  rate: number;
  microseconds: number;
}

/** What each way costs a backend. */
export interface Costs {
  backend: string;
  of: Record<Way, Cost>;
}

const crowd = 16; // connections

/** A memory that nobody has asked for a minute rests, and keeps nothing in the two seconds after it began again. */
const warmUpSeconds = 4;

/** The backends that are measured: each one process, with the client as it is in this checkout. */
async function start(environment: Record<string, string>): Promise<[name: string, backend: ClientProgram][]> {
  const [python, javascript] = [join(import.meta.dir, "../python"), join(import.meta.dir, "../javascript")];
  const fastApi = await pythonProgram(python, "app:app");
  return [
    ["FastAPI", await fastApi(environment)],
    ["Express", await nodeProgram(join(javascript, "express.mjs"))(environment)],
    ["Hono", await nodeProgram(join(javascript, "hono.mjs"))(environment)],
  ];
}

/** How often each way is measured, and for how long each time. */
interface Load {
  rounds: number;
  seconds: number;
}

/**
 * Measures every way of every backend, in turns, so that whatever else the machine does meets all of them. Each request
 * carries one of the cookies. Throws when one of them is refused.
 */
export async function costsOfAsking(
  environment: Record<string, string>,
  cookies: string[],
  load: Load,
): Promise<Costs[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const backends = await start({ ...environment, NODE_ENV: "production" });
  try {
    return await costsOf(backends, writeScript(folder, cookies), load);
  } finally {
    for (const [, { process }] of backends) process.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

async function costsOf(backends: [string, ClientProgram][], script: string, { rounds, seconds }: Load) {
  const cases = backends.flatMap(([name, { origin, process }]) =>
    ways.map((way) => ({ name, way, url: `${origin}/${way}`, process, all: [] as Cost[] })),
  );
  const measure = async ({ url, process }: (typeof cases)[number]): Promise<Cost> => {
    await ask(url, { seconds: warmUpSeconds, script, connections: crowd });
    const { p50, p99 } = await ask(url, { seconds, script, connections: 1 });
    const before = coreSecondsOf(process);
    const { rate } = await ask(url, { seconds, script, connections: crowd });
    return { p50, p99, rate, microseconds: ((coreSecondsOf(process) - before) * 1e6) / (rate * seconds) };
  };
  for (let round = 0; round < rounds; round++)
    for (const each of round % 2 ? cases.toReversed() : cases) each.all.push(await measure(each));
  const costOf = (backend: string, way: Way) =>
    medians(cases.filter((each) => each.name === backend && each.way === way).flatMap(({ all }) => all));
  return backends.map(([backend]) => ({
    backend,
    of: {
      open: costOf(backend, "open"),
      passing: costOf(backend, "passing"),
      "by-hand": costOf(backend, "by-hand"),
      asking: costOf(backend, "asking"),
      live: costOf(backend, "live"),
    },
  }));
}

async function ask(url: string, load: Parameters<typeof wrk>[1]) {
  const measured = await wrk(url, load);
  if (measured.refused > 0) throw new Error(`${url}: ${measured.refused} answers were refusals.`);
  return measured;
}

const medians = (all: Cost[]): Cost => ({
  p50: median(all.map(({ p50 }) => p50)),
  p99: median(all.map(({ p99 }) => p99)),
  rate: median(all.map(({ rate }) => rate)),
  microseconds: median(all.map(({ microseconds }) => microseconds)),
});
