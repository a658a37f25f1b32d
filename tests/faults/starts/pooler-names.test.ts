import { neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openDatabase } from "../../../db/database";
import { newPerson, startGatehouse } from "../../support/harness";
import { startNeonBridge, useNeonBridge } from "../../support/postgres/neon-bridge";
import { poolerProgram, startPooler, type Pooler } from "../../support/postgres/pooler";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { until } from "../../support/until";

/** Statements that are prepared by name, through poolers that keep names and such that do not. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

/** PgBouncer knows the setting from 1.21. */
const version = /\b1\.(\d+)/.exec(Bun.spawnSync([poolerProgram, "--version"]).stdout.toString())?.[1];
const knowsNames = Number(version) >= 21;
const keeping = "max_prepared_statements = 50";
const losing = knowsNames ? "max_prepared_statements = 0" : "";

async function openThrough(pooler: Pooler, driver: "postgres" | "neon" = "postgres") {
  const name = await postgres.createDatabase();
  const [url, directUrl] = [postgres.url(name, pooler.port), postgres.url(name)];
  return openDatabase({ driver, url, directUrl, dataDirectory: "" }, () => undefined);
}

const without = { rows: async () => [], takeAway: async () => undefined };

/** Somebody who is signed in, and a check that reads the database each time. */
async function startWith(pooler: Pooler) {
  const database = await openThrough(pooler);
  const gatehouse = await startGatehouse(
    { GATEHOUSE_SESSION_CACHE: "0" },
    { ...without, database, remove: database.close },
  );
  const visitor = gatehouse.visitor();
  await visitor.join(newPerson());
  /** The statuses of as many checks at a time as there are connections. */
  const manyChecks = async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 10; i++) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => visitor.get("/api/session")));
      for (const { status } of answers) statuses.add(status);
    }
    return [...statuses];
  };
  return { database, gatehouse, manyChecks };
}

test("a pooler with one connection, of which nothing can be seen, is given no names", async () => {
  const pooler = await startPooler(postgres.port, `${knowsNames ? keeping : ""}\ndefault_pool_size = 1`);
  const database = await openThrough(pooler);
  await database.migrate();
  expect(database.namedStatements).toBe(false);
  await database.close();
  await pooler.remove();
});

test("through a pooler that loses names, statements are asked without", async () => {
  const pooler = await startPooler(postgres.port, losing);
  const { database, gatehouse, manyChecks } = await startWith(pooler);
  expect([database.namedStatements, await manyChecks()]).toEqual([false, [200]]);
  await gatehouse.close();
  await pooler.remove();
});

// An older one has no such thing; in CI this must not be left out.
describe.skipIf(!knowsNames && process.env.CI !== "true")("through a pooler that keeps names", () => {
  test("statements are prepared once, and asked without when it keeps them no longer", async () => {
    const pooler = await startPooler(postgres.port, keeping);
    const { database, gatehouse, manyChecks } = await startWith(pooler);
    expect([database.namedStatements, await manyChecks()]).toEqual([true, [200]]);
    await pooler.remove();
    const changed = await startPooler(postgres.port, losing, pooler.port);
    const met = new Set<number>();
    await until("a name is lost, and no check is refused", async () => {
      const statuses = await manyChecks();
      for (const status of statuses) met.add(status);
      return !database.namedStatements && statuses.join() === "200";
    });
    met.delete(503); // of a connection that was lost with the pooler
    expect([...met]).toEqual([200]);
    await gatehouse.close();
    await changed.remove();
  });

  test("Neon's driver sees it too", async () => {
    const pooler = await startPooler(postgres.port, keeping);
    const [pooled, direct] = [startNeonBridge(pooler.port), startNeonBridge(postgres.port)];
    useNeonBridge(0);
    neonConfig.wsProxy = (host, port) =>
      `127.0.0.1:${(Number(port) === pooler.port ? pooled : direct).port}/v1?address=${host}:${port}`;
    const database = await openThrough(pooler, "neon");
    await database.migrate();
    expect(database.namedStatements).toBe(true);
    await database.close();
    for (const bridge of [pooled, direct]) await bridge.stop(true);
    await pooler.remove();
  });
});
