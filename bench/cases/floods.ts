import { join } from "node:path";
import type { Stage } from "../stage";
import { median, wrk, type Measured } from "../wrk";

/** What is left of the session checks while others flood; medians. */
export interface Flooded {
  where: string;
  flood: string;
  /** Checks a second, without and with the flood, and the part that is left. */
  quiet: number;
  during: number;
  kept: number;
  /** Milliseconds, during the flood. */
  p99: number;
  /** How the flood was answered in all rounds, by status. */
  answers: string;
}

const kinds = [
  { flood: "64 wrong sign-ins at a time", kind: "sign-in", atATime: 64 },
  { flood: "20 sign-ups at a time", kind: "sign-up", atATime: 20 },
];
const seconds = 4;
const rampMilliseconds = 1500;
const calmMilliseconds = 1500;

/** On both databases: quiet, one flood, quiet, the other flood, and again. */
export async function floods(
  { gatehouse, cookie, embedded, embeddedCookie }: Stage,
  rounds: number,
): Promise<Flooded[]> {
  const places = [
    { where: "Postgres", origin: gatehouse.origin, headers: { cookie } },
    { where: "embedded", origin: embedded.origin, headers: { cookie: embeddedCookie } },
  ];
  const all = places.flatMap((place) =>
    kinds.map((kind) => ({
      ...place,
      ...kind,
      ...nothingYet(),
    })),
  );
  for (let round = 0; round < rounds; round++) for (const each of all) await measure(each);
  return all.map(({ where, flood, quiet, during, p99, answers }) => ({
    where,
    flood,
    quiet: median(quiet),
    during: median(during),
    kept: median(during.map((rate, round) => rate / (quiet[round] ?? NaN))),
    p99: median(p99),
    answers: Object.entries(answers)
      .map(([status, count]) => `${count} × ${status}`)
      .join(", "),
  }));
}

/** One kind of flood in one place, and what was measured so far. */
interface Case {
  kind: string;
  atATime: number;
  origin: string;
  headers: Record<string, string>;
  quiet: number[];
  during: number[];
  p99: number[];
  answers: Record<string, number>;
}

const nothingYet = (): Pick<Case, "quiet" | "during" | "p99" | "answers"> => ({
  quiet: [],
  during: [],
  p99: [],
  answers: {},
});

/** Measures quiet and flood once. */
async function measure({ kind, atATime, origin, headers, ...measured }: Case) {
  const check = () => wrk(`${origin}/api/session`, { seconds, headers });
  measured.quiet.push((await check()).rate);
  const { rate, p99, answers } = await checksDuring({ kind, atATime, origin }, check);
  for (const [status, count] of Object.entries(answers))
    measured.answers[status] = (measured.answers[status] ?? 0) + count;
  measured.during.push(rate);
  measured.p99.push(p99);
  await Bun.sleep(calmMilliseconds);
}

/** What checks do while a flood of a kind lasts, and how it was answered. Throws when a check was refused. */
export async function checksDuring(
  { kind, atATime, origin }: Pick<Case, "kind" | "atATime" | "origin">,
  check: () => Promise<Measured>,
): Promise<Measured & { answers: Record<string, number> }> {
  const flood = Bun.spawn([process.execPath, join(import.meta.dir, "../flood.ts"), kind, String(atATime), origin], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  await Bun.sleep(rampMilliseconds);
  const measured = await check();
  if (measured.refused > 0) throw new Error(`${measured.refused} checks were refused during the flood.`);
  flood.kill("SIGTERM");
  const answers: Record<string, number> = JSON.parse(await new Response(flood.stdout).text());
  return { ...measured, answers };
}
