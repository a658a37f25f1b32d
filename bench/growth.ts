import { memoryByCached } from "./growth/cached";
import { changesWhileChecked } from "./growth/changes";
import { checksByRows } from "./growth/rows";
import { checksByWorkers } from "./growth/workers";
import { startPostgres } from "../tests/support/postgres/server";
import { table, writeSection } from "./page";
import { thousands } from "./plot";

/**
 * `bun run bench:growth`: how cost grows with processes, sessions in memory, sessions in the table, and changes.
 * Some ten minutes and 5 GB of disk. `bun run bench:growth short` leaves the largest out and writes nothing.
 */
const short = process.argv[2] === "short";

const postgres = await startPostgres();
try {
  const workers = await checksByWorkers(postgres, [1, 2]);
  const changes = await changesWhileChecked(postgres);
  const cached = await memoryByCached(postgres, short ? [100, 10_000] : [100, 10_000, 1_000_000]);
  const rows = await checksByRows(postgres, short ? [1_000, 100_000] : [1_000, 100_000, 10_000_000]);
  const results = [
    table(
      ["workers", "checks a second, live", "cache off"],
      workers.map((each) => [String(each.workers), thousands(each.live), thousands(each.off)]),
    ),
    table(
      ["sessions in memory", "resident memory", "for each session"],
      cached.map((each) => [
        thousands(each.sessions),
        `${Math.round(each.megabytes)} MB`,
        each.bytesEach ? `${Math.round(each.bytesEach)} bytes` : "",
      ]),
    ),
    table(
      ["sessions in the table", "checks a second, cache off, at random", "p50", "p99"],
      rows.map((each) => [
        each.sessions.toLocaleString("en"),
        thousands(each.rate),
        `${each.p50.toFixed(2)} ms`,
        `${each.p99.toFixed(1)} ms`,
      ]),
    ),
    table(
      [
        "changes of sessions a second",
        "without triggers",
        "with them",
        "all heard after the last",
        "live checks a second meanwhile",
      ],
      [
        [
          "8 at a time",
          thousands(changes.without),
          thousands(changes.with),
          `${changes.heardAfter.toFixed(1)} ms`,
          thousands(changes.checks),
        ],
      ],
    ),
  ].join("\n\n");
  console.log(results);
  if (!short) writeSection("growth", results);
} finally {
  await postgres.remove();
}
process.exit(0);
