import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { settings, startQuietly } from "../stage";
import { wrk } from "../wrk";
import { addSessions, cookieOf, newDatabase, writeScript } from "./people";

const sample = 20_000;

/** Checks that read the database, of sessions all over the table, by its size. */
export async function checksByRows(postgres: PostgresServer, counts: number[]) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const database = await newDatabase(postgres);
  const program = await startQuietly({
    ...settings,
    DATABASE_URL: postgres.url(database),
    GATEHOUSE_SESSION_CACHE: "0",
  });
  const results: { sessions: number; rate: number; p50: number; p99: number }[] = [];
  let there = 0;
  for (const sessions of counts) {
    await addSessions(postgres, database, { from: there + 1, to: sessions });
    there = sessions;
    const cookies = Array.from({ length: Math.min(sample, sessions) }, () =>
      cookieOf(1 + Math.floor(Math.random() * sessions)),
    );
    const script = writeScript(folder, cookies);
    await wrk(`${program.origin}/api/session`, { seconds: 3, script }); // warm
    const { rate, p50, p99, refused } = await wrk(`${program.origin}/api/session`, { seconds: 10, script });
    if (refused > 0) throw new Error(`${refused} checks were refused.`);
    results.push({ sessions, rate, p50, p99 });
  }
  await program.remove();
  rmSync(folder, { recursive: true });
  return results;
}
