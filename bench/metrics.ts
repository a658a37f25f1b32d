import { startPostgres } from "../tests/support/postgres/server";
import { freePort } from "../tests/support/program";
import { inTurns, rowOf } from "./in-turns";
import { table } from "./page";

/** `bun bench/metrics.ts`: session checks with metrics on, beside the same without. The bar: within 1 %. */

const postgres = await startPostgres();
const on = { GATEHOUSE_METRICS_PORT: String(freePort()) };
const cacheOff = { GATEHOUSE_SESSION_CACHE: "0" };
try {
  const rows = [
    rowOf("live", await inTurns(postgres, [on, {}])),
    rowOf("the same twice, for the noise", await inTurns(postgres, [{}, {}])),
    rowOf("cache off", await inTurns(postgres, [{ ...on, ...cacheOff }, cacheOff])),
  ];
  console.log(table(["check", "metrics on, a second", "off, a second", "of that", "of a core, each"], rows));
} finally {
  await postgres.remove();
}
process.exit(0);
