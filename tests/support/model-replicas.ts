import { Client } from "pg";
import { openDatabase } from "../../db/database";
import { startGatehouse } from "./harness";
import type { Replica } from "./model";
import { startPostgres } from "./postgres/server";
import { startWire, type Wire } from "./tcp-proxy";

/** Two replicas, each behind one wire for pages and checks and one for listening, and a hand in their database. */
export interface ModelReplicas {
  hand: Client;
  replicas: Replica[];
  wires: { pages: Wire; listening: Wire }[];
  close(): Promise<void>;
}

const latencies = [
  { pages: 6, listening: 1 },
  { pages: 1, listening: 6 },
]; // milliseconds, there and back

/** Starts both on one server: one hears sooner than it reads, the other reads sooner than it hears. */
export async function startModelReplicas(settings: Record<string, string> = {}): Promise<ModelReplicas> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const replicas: Replica[] = [];
  const wires: ModelReplicas["wires"] = [];
  for (const latency of latencies) {
    const [pages, listening] = [await startWire(postgres.port), await startWire(postgres.port)];
    wires.push({ pages, listening });
    const opened = await openDatabase(
      {
        driver: "postgres",
        url: postgres.url(database, pages.port),
        directUrl: postgres.url(database, listening.port),
        dataDirectory: "",
      },
      () => undefined,
    );
    const gatehouse = await startGatehouse(settings, {
      database: opened,
      rows: async () => [],
      takeAway: async () => undefined,
      remove: () => opened.close(),
    });
    replicas.push({ ...gatehouse, troubledUntil: -Infinity, caughtUpAt: -Infinity });
    pages.delay(latency.pages);
    listening.delay(latency.listening);
  }
  const hand = new Client({ connectionString: postgres.url(database) });
  await hand.connect();
  const close = async () => {
    for (const replica of replicas) await replica.close();
    for (const { pages, listening } of wires) for (const wire of [pages, listening]) wire.close();
    await hand.end();
    await postgres.remove();
  };
  return { hand, replicas, wires, close };
}
