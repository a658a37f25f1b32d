import type { PostgresServer } from "../tests/support/postgres/server";
import { coreSecondsOf, newMember, settings, startQuietly } from "./stage";
import { median, wrk } from "./wrk";

/** Session checks a second, and the microseconds of a core that one cost the program. */
export interface Checks {
  rate: number;
  microseconds: number;
}

/** How often each program is measured, and for how long each time. */
interface Turns {
  rounds: number;
  seconds: number;
}

/**
 * Measures session checks of two programs with different settings, in turns on one machine: whatever else it does
 * meets both. Gives the medians.
 */
export async function inTurns(
  postgres: PostgresServer,
  both: readonly [Settings, Settings],
): Promise<[Checks, Checks]> {
  const [one, other] = await roundsOf(postgres, both, { rounds: 12, seconds: 2 });
  return [medians(one), medians(other)];
}

/** What the first of two programs reaches of the second, in percent, and how far off that may be (95 %). */
export interface Share {
  rate: Estimate;
  microseconds: Estimate;
}
interface Estimate {
  percent: number;
  plusMinus: number;
}

/**
 * The same with many short rounds, of programs that are started again and again: two starts of one program differ by a
 * percent by themselves. Each start gives the median of its rounds, and the mean of those is what is told.
 */
export async function shareInTurns(postgres: PostgresServer, both: readonly [Settings, Settings]): Promise<Share> {
  const shares: Checks[] = [];
  for (let start = 0; start < starts; start++) {
    const [one, other] = await roundsOf(postgres, both, { rounds: 10, seconds: 1 });
    const share = (of: (checks: Checks) => number) =>
      100 * median(one.map((checks, i) => of(checks) / of(other[i] ?? checks)));
    shares.push({ rate: share(({ rate }) => rate), microseconds: share(({ microseconds }) => microseconds) });
  }
  return {
    rate: estimateOf(shares.map(({ rate }) => rate)),
    microseconds: estimateOf(shares.map(({ microseconds }) => microseconds)),
  };
}

const starts = 12;
/** Student's t for 95 % of twelve values. */
const t = 2.201;

function estimateOf(values: number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { percent: mean, plusMinus: t * Math.sqrt(variance / values.length) };
}

/** Every round of both after one that warms up; those that took turns stand at the same place. */
async function roundsOf(
  postgres: PostgresServer,
  both: readonly [Settings, Settings],
  { rounds, seconds }: Turns,
): Promise<[Checks[], Checks[]]> {
  const start = async (more: Settings) => {
    const DATABASE_URL = postgres.url(await postgres.createDatabase());
    const program = await startQuietly({ ...settings, DATABASE_URL, ...more });
    return { program, cookie: await newMember(program, "ada@example.org"), all: [] as Checks[] };
  };
  const [one, other] = [await start(both[0]), await start(both[1])];
  for (const { program, cookie } of [one, other]) await wrk(checkOf(program), { seconds: 2, headers: { cookie } });
  for (let round = 0; round < rounds; round++)
    for (const { program, cookie, all } of round % 2 ? [one, other] : [other, one]) {
      const before = coreSecondsOf(program.process);
      const { rate } = await wrk(checkOf(program), { seconds, headers: { cookie } });
      const used = coreSecondsOf(program.process) - before;
      all.push({ rate, microseconds: (used * 1e6) / (rate * seconds) });
    }
  for (const { program } of [one, other]) await program.remove();
  return [one.all, other.all];
}

const checkOf = ({ origin }: { origin: string }) => `${origin}/api/session`;

type Settings = Record<string, string>;

const medians = (all: Checks[]): Checks => ({
  rate: median(all.map(({ rate }) => rate)),
  microseconds: median(all.map(({ microseconds }) => microseconds)),
});

/** Two measurements as a row of a page: rates, and what a check of the first costs, against the second. */
export const rowOf = (name: string, [one, other]: [Checks, Checks]): string[] => [
  name,
  ...[one.rate, other.rate].map((rate) => rate.toFixed(0)),
  `${((one.rate / other.rate) * 100).toFixed(1)} %`,
  `${one.microseconds.toFixed(2)} µs, ${other.microseconds.toFixed(2)} µs`,
];
