import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addSessions, cookieOf, writeScript } from "../growth/people";
import { memoryOf, settings, startQuietly, type Stage } from "../stage";
import { wrk } from "../wrk";

/** Resident megabytes. */
export interface Memory {
  idle: number;
  /** After each tenth of a million checks of one session. */
  after: number[];
  /**
   * After each tenth of a million checks of five times as many sessions as are kept: one goes whenever another comes.
   */
  afterMany: number[];
}

const idleMilliseconds = 5000;
const kept = 1000;
const many = 5 * kept;

/** Fresh programs on Postgres: what one takes when nobody comes, and while a million checks are answered. */
export async function memory({ postgres, database, cookie }: Stage, parts: number): Promise<Memory> {
  const program = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  await Bun.sleep(idleMilliseconds);
  const idle = memoryOf(program.process);
  const after = await whileAsked(program, parts, { headers: { cookie } });
  await program.remove();
  await addSessions(postgres, database, { from: 1, to: many });
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const script = writeScript(
    folder,
    Array.from({ length: many }, (_, number) => cookieOf(number + 1)),
  );
  const small = await startQuietly({
    ...settings,
    DATABASE_URL: postgres.url(database),
    GATEHOUSE_SESSION_CACHE: String(kept),
  });
  const afterMany = await whileAsked(small, parts, { script });
  await small.remove();
  rmSync(folder, { recursive: true });
  return { idle, after, afterMany };
}

/** The memory of a program after each hundred thousand checks. */
async function whileAsked(
  { origin, process }: Awaited<ReturnType<typeof startQuietly>>,
  parts: number,
  asked: { headers?: Record<string, string>; script?: string },
): Promise<number[]> {
  const megabytes: number[] = [];
  for (let answered = 0, part = 1; part <= parts; part++) {
    while (answered < part * 100_000) answered += (await wrk(`${origin}/api/session`, { seconds: 1, ...asked })).rate;
    megabytes.push(memoryOf(process));
  }
  return megabytes;
}
