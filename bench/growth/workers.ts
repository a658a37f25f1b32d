import type { PostgresServer } from "../../tests/support/postgres/server";
import { settings, startQuietly } from "../stage";
import { median, wrk } from "../wrk";
import { addSessions, cookieOf, newDatabase } from "./people";

const rounds = 3;

/** Checks a second by the number of processes that share the port; wrk itself takes a core. */
export async function checksByWorkers(postgres: PostgresServer, counts: number[]) {
  const database = await newDatabase(postgres);
  await addSessions(postgres, database, { from: 1, to: 1 });
  const results: { workers: number; live: number; off: number }[] = [];
  for (const workers of counts) {
    const rates = { live: [] as number[], off: [] as number[] };
    for (const [name, cache] of [
      ["live", "20000"],
      ["off", "0"],
    ] as const) {
      const program = await startQuietly({
        ...settings,
        DATABASE_URL: postgres.url(database),
        GATEHOUSE_WORKERS: String(workers),
        GATEHOUSE_SESSION_CACHE: cache,
      });
      const measure = () => wrk(`${program.origin}/api/session`, { seconds: 3, headers: { cookie: cookieOf(1) } });
      await measure(); // warm
      for (let round = 0; round < rounds; round++) rates[name].push((await measure()).rate);
      await program.stop("SIGTERM");
      await program.remove();
    }
    results.push({ workers, live: median(rates.live), off: median(rates.off) });
  }
  return results;
}
