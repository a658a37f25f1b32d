import { startPostgres } from "../tests/support/postgres/server";
import { signInCost, startHouse, together } from "./cases/sign-in-cost";
import { table, writeSection } from "./page";

/**
 * `bun bench/sign-in.ts`: what a sign-in costs Postgres, and how sign-ins and session checks get on with each other on
 * the same cores; seven minutes or so. Puts the results into docs/performance.md; `bun bench/sign-in.ts short` writes
 * nothing.
 */
const short = process.argv[2] === "short";
const [signIns, rounds] = short ? [100, 1] : [600, 9];

const postgres = await startPostgres();
try {
  const house = await startHouse(postgres);
  const cost = await signInCost(house, signIns);
  const { checks, right, flooded } = await together(house, rounds);
  await house.remove();
  const results = [
    table(
      ["a sign-in", "statements", "time of a core in Postgres"],
      cost.map(({ what, statements, milliseconds }) => [what, String(statements), `${milliseconds.toFixed(2)} ms`]),
    ),
    table(
      ["at the same time, a second", "alone", "together", "kept, of ≥ 60 %"],
      [
        { what: "session checks, 64 at a time, with sign-ins", ...checks },
        { what: "sign-ins, 8 at a time, with session checks", ...right },
        { what: "session checks, with 64 wrong sign-ins at a time", ...flooded },
      ].map(({ what, alone, during, kept }) => [
        what,
        Math.round(alone).toLocaleString("en"),
        Math.round(during).toLocaleString("en"),
        `${Math.round(kept * 100)} %`,
      ]),
    ),
  ].join("\n\n");
  console.log(results);
  if (!short) writeSection("sign-in", results);
} finally {
  await postgres.remove();
}
process.exit(0);
