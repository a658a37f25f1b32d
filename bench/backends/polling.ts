import { Client } from "pg";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { keepInMemory } from "../growth/cached";
import { addSessions, newDatabase } from "../growth/people";
import { coreSecondsOf, memoryOf, settings, startQuietly, type Running } from "../stage";

/** What so many backends that ask what changed cost a program. */
export interface Polling {
  pollers: number;
  /** Of sessions, as they were made. */
  changesASecond: number;
  /** Of the program's, each second. */
  coreMilliseconds: number;
  /** Ids that each backend was told, each second. */
  toldASecond: number;
  /** How often one was told to forget everything, or that it is not known what changed. */
  lost: number;
  /** Resident. */
  megabytes: number;
}

const seconds = 10;
const backendKey = crypto.randomUUID() + crypto.randomUUID();

/** While nothing changes, of a program with so many sessions in memory: without backends, and with a hundred. */
export async function pollingOfMany(postgres: PostgresServer, sessions: number): Promise<Polling[]> {
  const { program, remove } = await startWith(postgres, sessions);
  await keepInMemory(program, { from: 1, to: sessions });
  const results: Polling[] = [];
  for (const pollers of [0, 100])
    results.push(await measure(program, pollers, () => Bun.sleep(seconds * 1000).then(() => 0)));
  await remove();
  return results;
}

/** While as many sessions as are wanted change each second: for each of these counts of backends. */
export async function pollingOfChanges(
  postgres: PostgresServer,
  changesASecond: number,
  counts: number[],
): Promise<Polling[]> {
  const { database, program, remove } = await startWith(postgres, 10_000);
  const client = new Client({ connectionString: postgres.url(database) });
  await client.connect();
  const results: Polling[] = [];
  for (const pollers of counts) {
    await keepInMemory(program, { from: 1, to: 1 }); // it listens
    results.push(await measure(program, pollers, () => change(client, changesASecond)));
  }
  await client.end();
  await remove();
  return results;
}

async function startWith(postgres: PostgresServer, sessions: number) {
  const database = await newDatabase(postgres);
  await addSessions(postgres, database, { from: 1, to: sessions });
  const program = await startQuietly({
    ...{ ...settings, DATABASE_URL: postgres.url(database), GATEHOUSE_BACKEND_KEY: backendKey },
    GATEHOUSE_SESSION_CACHE: String(sessions),
  });
  return { database, program, remove: () => program.remove() };
}

/** Measures the program while so many backends poll it. */
async function measure(program: Running, pollers: number, work: () => Promise<number>): Promise<Polling> {
  const polls = startPolling(program, pollers);
  await Bun.sleep(2000); // each has its first answer, a reset
  const [before, { ...counted }, began] = [coreSecondsOf(program.process), polls.counted, performance.now()];
  const changes = await work();
  const took = (performance.now() - began) / 1000;
  const core = coreSecondsOf(program.process) - before;
  const { told, lost } = polls.counted;
  const result = {
    ...{ pollers, changesASecond: changes / took, coreMilliseconds: (core * 1000) / took },
    ...{ toldASecond: (told - counted.told) / Math.max(pollers, 1) / took, lost: lost - counted.lost },
    megabytes: memoryOf(program.process),
  };
  await polls.stop();
  return result;
}

/** Polls as the clients do: each a question after the other, with 10 ms of rest where something changed. */
function startPolling({ origin }: Running, pollers: number) {
  const counted = { told: 0, lost: 0 };
  let isOver = false;
  const poll = async () => {
    for (let cursor = ""; !isOver; ) {
      const url = `${origin}/api/session/changes?after=${cursor}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${backendKey}` } });
      const { ids, ...next }: { cursor?: string; ids?: string[] } = await answer.json();
      cursor = next.cursor ?? "";
      counted.told += ids?.length ?? 0;
      if (!ids) counted.lost += 1;
      if (ids?.length !== 0) await Bun.sleep(10);
    }
  };
  const done = Promise.all(Array.from({ length: pollers }, poll));
  const stop = async () => {
    isOver = true;
    await done;
  };
  return { counted, stop };
}

const atOnce = 100; // more than two hundred are told as "anything may have changed"

/** Changes sessions at a pace; gives how many. */
async function change(client: Client, aSecond: number): Promise<number> {
  let done = 0;
  for (const began = performance.now(); performance.now() - began < seconds * 1000; ) {
    const ids = Array.from({ length: atOnce }, (_, i) => idOf(1 + ((done + i) % 10_000)));
    await client.query({
      name: "change",
      text: "update session set updated_at = now() where id = any($1)",
      values: [ids],
    });
    done += atOnce;
    await Bun.sleep(Math.max(0, began + (done / aSecond) * 1000 - performance.now()));
  }
  return done;
}

const idOf = (number: number) => `session${String(number).padStart(25, "0")}`;
