import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { rmSync } from "node:fs";
import { openDatabase } from "../../db/database";
import { examine } from "../../db/examine";
import { isUnavailable } from "../../db/failure";
import { startReady, settingsOn } from "../support/on-postgres";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { startStandby, type Standby } from "../support/postgres/standby";
import { freePort, newFolder, spawnProgram, type Program } from "../support/program";
import { startWire, type Wire } from "../support/tcp-proxy";
import { askEverything, expectHonest, newMember, send, signIn, timeUntil } from "../support/traffic";

/**
 * D18: a primary and its standby, by streaming replication, and an address that leads to the one or to the other while
 * the program runs.
 */

let primary: PostgresServer;
let standby: Standby;
let wire: Wire;
let program: Program;
beforeAll(async () => {
  primary = await startPostgres();
  const name = await primary.createDatabase();
  standby = await startStandby(primary);
  wire = await startWire(primary.port);
  program = await startReady({ ...settingsOn(primary, name), DATABASE_URL: primary.url(name, wire.port) });
}, 120_000);
afterAll(async () => {
  await program.remove();
  wire.close();
  await standby.remove();
  await primary.remove();
});

/** As many at once as open every connection for session checks, and some for pages. */
const askMany = async (cookie: string) => {
  const asked = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? "GET /account" : "GET /api/session"));
  return (await Promise.all(asked.map((what) => send(program, what, { cookie })))).map(({ status }) => status);
};

test("D18 what was the primary, and lags behind as a standby, lets nobody in who has signed out", async () => {
  const { cookie } = await newMember(program);
  await standby.catchUp();
  await standby.query("select pg_wal_replay_pause()");
  wire.leadTo(standby.port);
  wire.cut();
  const meanwhile = await askMany(cookie);
  wire.leadTo(primary.port); // as the name of a host does: whoever is connected stays so
  await Bun.sleep(1500); // longer than a connection is trusted that nothing is asked
  let ended = 0;
  for (let tries = 0; ended !== 303 && tries < 10; tries++)
    ended = (await send(program, "POST /sign-out", { cookie, fields: {} })).status;
  const afterwards = [...(await askMany(cookie)), ...(await askMany(cookie))];
  await standby.query("select pg_wal_replay_resume()");
  console.log(`D18: at the standby ${[...new Set(meanwhile)]}, after the sign-out ${[...new Set(afterwards)]}`);
  expect(ended).toBe(303);
  expect(afterwards.filter((status) => status === 200)).toEqual([]);
});

test("D18 neither pages nor session checks are read at a standby", async () => {
  const url = `postgres://app@127.0.0.1:${standby.port}/postgres`;
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const outcomes = await Promise.allSettled([database.orm.execute(sql`select 1`), database.checks.ping()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(outcomes.every((outcome) => outcome.status === "rejected" && isUnavailable(outcome.reason))).toBe(true);
  await database.close();
});

test("D18 `check --online` says of a standby what it is, at each address", async () => {
  const url = `postgres://app@127.0.0.1:${standby.port}/postgres`;
  const said = (directUrl: string) => examine({ driver: "postgres", url, directUrl, dataDirectory: "" });
  const words = "the server is a standby, which can only be read. Name the primary, or promote it.";
  expect(await said(url)).toEqual([`DATABASE_URL: ${words}`]);
  expect(await said(`${url}?application_name=direct`)).toEqual([
    `DATABASE_URL: ${words}`,
    `DATABASE_URL_DIRECT: ${words}`,
  ]);
});

test.each([1, 2])("D18 a start on a standby, of %i workers, may be tried again", async (workers) => {
  const DATA_DIR = newFolder();
  const settings = { ...settingsOn(primary, "postgres"), GATEHOUSE_WORKERS: String(workers), DATA_DIR };
  const DATABASE_URL = `postgres://app@127.0.0.1:${standby.port}/postgres`;
  const child = spawnProgram({ ...settings, DATABASE_URL, PORT: String(freePort()) });
  const [code, problem] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  expect(code).toBe(1);
  expect(problem).toStartWith("DATABASE_URL: the server is a standby");
  rmSync(DATA_DIR, { recursive: true });
});

test("D18 a failover: told to try again at a standby, and all goes on once it is promoted", async () => {
  const { person, cookie } = await newMember(program);
  await standby.catchUp();
  wire.leadTo(standby.port);
  wire.cut();
  await primary.stop("immediate");
  expectHonest(await askEverything(program, { person, cookie }));
  await Bun.sleep(2000); // by now nothing is answered from memory
  expect(new Set(await askMany(cookie))).toEqual(new Set([503]));
  expect((await send(program, "GET /readyz")).status).toBe(503);
  await standby.promote();
  expect(await timeUntil(program, "GET /account", 200, cookie)).toBeLessThan(2000);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(1000);
  expect(await signIn(program, person)).not.toBeNull();
  expect((await send(program, "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
  expect((await send(program, "GET /api/session", { cookie })).status).toBe(401);
});
