import { startPostgres } from "../tests/support/postgres/server";
import { table } from "./page";
import { newMember, settings, startQuietly } from "./stage";
import { median, wrk } from "./wrk";

/**
 * `bun bench/capabilities.ts`: session checks with every capability on, beside the same with none, in turns on one
 * machine. The bar: within 2 %.
 */

const rounds = 12;
const seconds = 2;
const off = { GATEHOUSE_SECOND_FACTOR: "off", GATEHOUSE_PASSKEYS: "off" };

const postgres = await startPostgres();
const start = async (more: Record<string, string>, cache: Record<string, string>) => {
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  const program = await startQuietly({ ...settings, DATABASE_URL, ...more, ...cache });
  return { program, cookie: await newMember(program, "ada@example.org"), rates: [] as number[] };
};
try {
  const rows: string[][] = [];
  for (const [name, cache] of [
    ["live", {}],
    ["cache off", { GATEHOUSE_SESSION_CACHE: "0" }],
  ] as const) {
    const [on, none] = [await start({}, cache), await start(off, cache)];
    for (let round = 0; round <= rounds; round++)
      for (const { program, cookie, rates } of round % 2 ? [on, none] : [none, on]) {
        const { rate } = await wrk(`${program.origin}/api/session`, { seconds, headers: { cookie } });
        if (round > 0) rates.push(rate); // the first warms up
      }
    const [withAll, without] = [median(on.rates), median(none.rates)];
    rows.push([name, withAll.toFixed(0), without.toFixed(0), `${((withAll / without) * 100).toFixed(1)} %`]);
    for (const { program } of [on, none]) await program.remove();
  }
  console.log(table(["check", "all on, a second", "all off, a second", "of that"], rows));
} finally {
  await postgres.remove();
}
process.exit(0);
