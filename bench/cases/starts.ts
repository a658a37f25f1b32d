import { freePort, newFolder, spawnProgram } from "../../tests/support/program";
import { rmSync } from "node:fs";
import { settings, type Stage } from "../stage";
import { median } from "../wrk";

/** Seconds from starting the process to its first ready answer, with a database that was used before. */
export async function starts(
  { postgres, database }: Stage,
  rounds: number,
): Promise<{ postgres: number; embedded: number }> {
  const folder = newFolder();
  const onPostgres = { ...settings, DATABASE_URL: postgres.url(database), DATA_DIR: folder };
  const embedded = { ...settings, DATA_DIR: folder };
  await secondsToStart(embedded); // the very first makes the database
  const times = { postgres: [] as number[], embedded: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.postgres.push(await secondsToStart(onPostgres));
    times.embedded.push(await secondsToStart(embedded));
  }
  rmSync(folder, { recursive: true });
  return { postgres: median(times.postgres), embedded: median(times.embedded) };
}

async function secondsToStart(given: Record<string, string>): Promise<number> {
  const PORT = String(freePort());
  const began = performance.now();
  const child = spawnProgram({ ...given, PORT });
  while ((await fetch(`http://localhost:${PORT}/readyz`).catch(() => null))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text());
    await Bun.sleep(2);
  }
  const seconds = (performance.now() - began) / 1000;
  child.kill("SIGTERM");
  await child.exited;
  return seconds;
}
