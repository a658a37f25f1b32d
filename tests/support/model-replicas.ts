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
  wires: Wires[];
  /** Ends a replica with all its connections, and starts another in its place, which knows nothing of it. */
  replace(at: number): Promise<void>;
  close(): Promise<void>;
}

interface Wires {
  pages: Wire;
  listening: Wire;
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
  const wires: Wires[] = [];
  const start = ({ pages, listening }: Wires) =>
    startReplica(postgres.url(database, pages.port), postgres.url(database, listening.port), settings);
  for (const latency of latencies) {
    const own = { pages: await startWire(postgres.port), listening: await startWire(postgres.port) };
    wires.push(own);
    replicas.push(await start(own));
    own.pages.delay(latency.pages);
    own.listening.delay(latency.listening);
  }
  const replace = async (at: number) => {
    const [old, own] = [replicas[at], wires[at]];
    if (!old || !own) throw new Error(`There is no replica ${at}.`);
    old.isAway = true;
    own.listening.flow();
    for (const wire of [own.pages, own.listening]) wire.cut();
    await old.close();
    replicas[at] = await start(own);
  };
  const hand = new Client({ connectionString: postgres.url(database) });
  await hand.connect();
  const close = async () => {
    for (const replica of replicas) await replica.close();
    for (const { pages, listening } of wires) for (const wire of [pages, listening]) wire.close();
    await hand.end();
    await postgres.remove();
  };
  return { hand, replicas, wires, replace, close };
}

async function startReplica(url: string, directUrl: string, settings: Record<string, string>): Promise<Replica> {
  const opened = await openDatabase({ driver: "postgres", url, directUrl, dataDirectory: "" }, () => undefined);
  const gatehouse = await startGatehouse(settings, {
    database: opened,
    rows: async () => [],
    takeAway: async () => undefined,
    remove: () => opened.close(),
  });
  return { ...gatehouse, troubledUntil: -Infinity, caughtUpAt: -Infinity, isAway: false };
}
