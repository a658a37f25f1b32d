import { startPostgres } from "../tests/support/postgres/server";
import { inTurns, rowOf } from "./in-turns";
import { table } from "./page";

/**
 * `bun bench/capabilities.ts`: session checks with every capability on, beside the same with none, in turns on one
 * machine. The bar: within 2 %.
 */

const off = { GATEHOUSE_SECOND_FACTOR: "off", GATEHOUSE_PASSKEYS: "off" };
const cacheOff = { GATEHOUSE_SESSION_CACHE: "0" };

const postgres = await startPostgres();
try {
  const rows = [
    rowOf("live", await inTurns(postgres, [{}, off])),
    rowOf("cache off", await inTurns(postgres, [cacheOff, { ...off, ...cacheOff }])),
  ];
  console.log(table(["check", "all on, a second", "all off, a second", "of that", "of a core, each"], rows));
} finally {
  await postgres.remove();
}
process.exit(0);
