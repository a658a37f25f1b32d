import { afterAll, beforeAll, expect, test } from "bun:test";
import { startBothWays, ways, type BothWays } from "../support/on-postgres";
import type { PostgresServer } from "../support/postgres/server";
import type { Program } from "../support/program";
import { startWire } from "../support/tcp-proxy";
import { newMember, send } from "../support/traffic";
import { until } from "../support/until";

/** What a probe is told of a database that went away while nobody was there. */

let servers: BothWays;
let postgres: PostgresServer;
beforeAll(async () => {
  servers = await startBothWays();
  postgres = servers.postgres;
});
afterAll(() => servers.remove());

const untilReady = (program: Program, status: 200 | 503) =>
  until(`a probe is told ${status}`, async () => (await send(program, "GET /readyz")).status === status);

test.each(ways)("%s: a probe knows that the database was stopped, although nobody came since", async (way) => {
  const { program } = await servers.startOn(way);
  await postgres.stop("immediate");
  await untilReady(program, 503);
  await postgres.start();
  await untilReady(program, 200);
});

test("a probe knows that the database was stopped where nothing is listened for", async () => {
  const { program } = await servers.startOn("Postgres", postgres.port, { GATEHOUSE_SESSION_CACHE: "0" });
  await newMember(program); // leaves connections behind
  await postgres.stop("immediate");
  await untilReady(program, 503);
  await postgres.start();
  await untilReady(program, 200);
});

test("a probe knows that nothing comes through to the database any more, although no connection ended", async () => {
  const wire = await startWire(postgres.port);
  const { program } = await servers.startOn("Postgres", wire.port);
  wire.stall();
  await untilReady(program, 503);
  wire.flow();
  await untilReady(program, 200);
  wire.close();
});

test("a probe does not wake a Neon that suspended itself and ended the connections", async () => {
  const { program, name } = await servers.startOn("Neon's driver", postgres.port, { GATEHOUSE_SESSION_CACHE: "0" });
  await newMember(program);
  const connections = () =>
    postgres.query("postgres", "select from pg_stat_activity where datname = $1 and backend_type = 'client backend'", [
      name,
    ]);
  expect((await connections()).length).toBeGreaterThan(0);
  await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await untilLogged(program, "database.connection_lost");
  await until("what the start began is done", async () => (await connections()).length === 0);
  for (let probe = 0; probe < 20; probe++) expect((await send(program, "GET /readyz")).status).toBe(200);
  expect(await connections()).toEqual([]);
});

async function untilLogged({ process: { stdout } }: Program, event: string) {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let log = ""; !log.includes(`"event":"${event}"`); ) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`There is no line about ${event}.`);
    log += value;
  }
  await reader.cancel();
}
