import { readFileSync } from "node:fs";
import type { PostgresServer } from "../tests/support/postgres/server";
import { newMember, settings, startQuietly } from "./stage";
import { median, wrk } from "./wrk";

const rounds = 12;
const seconds = 2;

/** Session checks a second, and the microseconds of a core that one cost the program. */
export interface Checks {
  rate: number;
  microseconds: number;
}

/**
 * Measures session checks of two programs with different settings, in turns on one machine: whatever else it does
 * meets both. Gives the medians.
 */
export async function inTurns(
  postgres: PostgresServer,
  both: readonly [Settings, Settings],
): Promise<[Checks, Checks]> {
  const start = async (more: Settings) => {
    const DATABASE_URL = postgres.url(await postgres.createDatabase());
    const program = await startQuietly({ ...settings, DATABASE_URL, ...more });
    return { program, cookie: await newMember(program, "ada@example.org"), all: [] as Checks[] };
  };
  const [one, other] = [await start(both[0]), await start(both[1])];
  for (let round = 0; round <= rounds; round++)
    for (const { program, cookie, all } of round % 2 ? [one, other] : [other, one]) {
      const before = coreSeconds(program.process.pid);
      const { rate } = await wrk(`${program.origin}/api/session`, { seconds, headers: { cookie } });
      const used = coreSeconds(program.process.pid) - before;
      if (round > 0) all.push({ rate, microseconds: (used * 1e6) / (rate * seconds) }); // the first warms up
    }
  for (const { program } of [one, other]) await program.remove();
  return [medians(one.all), medians(other.all)];
}

type Settings = Record<string, string>;

const medians = (all: Checks[]): Checks => ({
  rate: median(all.map(({ rate }) => rate)),
  microseconds: median(all.map(({ microseconds }) => microseconds)),
});

/** What a process has used of the cores, by Linux, in hundredths of a second. */
function coreSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Two measurements as a row of a page: rates, and what a check of the first costs, against the second. */
export const rowOf = (name: string, [one, other]: [Checks, Checks]): string[] => [
  name,
  ...[one.rate, other.rate].map((rate) => rate.toFixed(0)),
  `${((one.rate / other.rate) * 100).toFixed(1)} %`,
  `${one.microseconds.toFixed(2)} µs, ${other.microseconds.toFixed(2)} µs`,
];
