import type { PostgresServer } from "../../tests/support/postgres/server";
import { memoryOf, settings, startQuietly } from "../stage";
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
    const ask = async () => {
      while (asked < sessions) {
        const response = await fetch(`${program.origin}/api/session`, { headers: { cookie: cookieOf(++asked) } });
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`A session was answered with ${response.status}.`);
      }
    };
    await Promise.all(Array.from({ length: atATime }, ask));
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
