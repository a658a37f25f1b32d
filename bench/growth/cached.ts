import type { PostgresServer } from "../../tests/support/postgres/server";
import { memoryOf, settings, startQuietly, type Running } from "../stage";
import { addSessions, cookieOf, newDatabase } from "./people";

const atATime = 64;

/** Resident memory when so many different sessions were asked about, one after the other in one program. */
export async function memoryByCached(postgres: PostgresServer, counts: number[]) {
  const database = await newDatabase(postgres);
  const program = await startQuietly({
    ...settings,
    DATABASE_URL: postgres.url(database),
    GATEHOUSE_SESSION_CACHE: String(Math.max(...counts)),
  });
  const results: { sessions: number; megabytes: number; bytesEach?: number }[] = [];
  let asked = 0;
  for (const sessions of counts) {
    await addSessions(postgres, database, { from: asked + 1, to: sessions });
    await keepInMemory(program, { from: asked + 1, to: sessions });
    asked = sessions;
    const megabytes = memoryOf(program.process);
    const [first] = results;
    results.push({
      sessions,
      megabytes,
      ...(first && { bytesEach: ((megabytes - first.megabytes) * 1024 * 1024) / (sessions - first.sessions) }),
    });
  }
  await program.remove();
  return results;
}

/** Has a program asked about sessions with these numbers, one after the other, so that it keeps them. */
export async function keepInMemory({ origin }: Running, { from, to }: { from: number; to: number }): Promise<void> {
  let next = from;
  const ask = async () => {
    while (next <= to) {
      const cookie = cookieOf(next++);
      for (let tries = 0; (await statusOf(origin, cookie)) !== 200; tries++) {
        if (tries > 5) throw new Error("A session was refused again and again.");
        await Bun.sleep(1000); // "try again"
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, ask));
}

async function statusOf(origin: string, cookie: string): Promise<number> {
  const response = await fetch(`${origin}/api/session`, { headers: { cookie } });
  await response.arrayBuffer();
  return response.status;
}
