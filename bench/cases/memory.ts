import { memoryOf, settings, startQuietly, type Stage } from "../stage";
import { wrk } from "../wrk";

/** Resident megabytes. */
export interface Memory {
  idle: number;
  /** After each tenth of a million checks. */
  after: number[];
}

const idleMilliseconds = 5000;

/** A fresh program on Postgres: what it takes when nobody comes, and while a million checks are answered. */
export async function memory({ postgres, database, cookie }: Stage, parts: number): Promise<Memory> {
  const program = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  await Bun.sleep(idleMilliseconds);
  const idle = memoryOf(program.process);
  const after: number[] = [];
  for (let answered = 0, part = 1; part <= parts; part++) {
    while (answered < part * 100_000) answered += (await wrk(`${program.origin}/api/session`, { seconds: 1, headers: { cookie } })).rate;
    after.push(memoryOf(program.process));
  }
  await program.remove();
  return { idle, after };
}
