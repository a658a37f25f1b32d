import { afterAll, beforeAll, expect, test } from "bun:test";
import { startNeonBridge } from "../support/postgres/neon-bridge";
import type { PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, spawnProgram, type Program } from "../support/program";
import {
  askEverything,
  expectHonest,
  manyClients,
  newMember,
  send,
  signIn,
  signUp,
  timeUntil,
} from "../support/traffic";
import { newPerson } from "../support/harness";
import { rmSync } from "node:fs";
import { secret, startBothWays, throughBridge, ways, type BothWays } from "../support/on-postgres";

/**
 * A database that is gone, or says no, on a real Postgres: D1, D2, D5 and D6 of docs/reliability.md. Every figure is
 * printed.
 */

let servers: BothWays;
let postgres: PostgresServer;
beforeAll(async () => {
  servers = await startBothWays();
  postgres = servers.postgres;
});
afterAll(() => servers.remove());

const alive = ({ process }: Program) => process.exitCode === null;

test("Neon cannot be reached at the start: the program lives, and serves when it can", async () => {
  const name = await postgres.createDatabase();
  const port = freePort(); // nobody there yet
  const settings = { ...manyClients, ...throughBridge(port), DATABASE_URL: postgres.url(name) };
  const PORT = String(freePort());
  const DATA_DIR = newFolder();
  const child = spawnProgram({ ...settings, PORT, DATA_DIR });
  const program = { origin: `http://localhost:${PORT}` };
  expect(await timeUntil(program, "GET /livez", 200)).toBeLessThan(60_000);
  expectHonest([await send(program, "GET /account")]);
  const late = startNeonBridge(postgres.port, port);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(5000);
  expect(await signUp(program, newPerson())).toBe(303);
  child.kill("SIGKILL");
  await late.stop(true);
  rmSync(DATA_DIR, { recursive: true });
});

test("D1 the database is down at the start: the program lives, says so, and serves when it comes", async () => {
  const name = await postgres.createDatabase();
  await postgres.stop("fast");
  const PORT = String(freePort());
  const child = spawnProgram({
    ...manyClients,
    PORT,
    DATA_DIR: "/tmp",
    DATABASE_URL: postgres.url(name),
    BETTER_AUTH_SECRET: secret,
  });
  const program = { origin: `http://localhost:${PORT}` };
  try {
    expect(await timeUntil(program, "GET /livez", 200)).toBeLessThan(60_000);
    expect((await send(program, "GET /readyz")).status).toBe(503);
    expectHonest([
      await send(program, "GET /account"),
      await send(program, "GET /sign-in"),
      await send(program, "POST /sign-in", { fields: { email: "a@example.org", password: "x" } }),
    ]);
    await postgres.start();
    const recovery = await timeUntil(program, "GET /readyz", 200);
    console.log(`D1: ready ${recovery} ms after the database`);
    expect(recovery).toBeLessThan(2000);
    expect(await signUp(program, newPerson())).toBe(303);
  } finally {
    child.kill("SIGKILL");
  }
});

test.each(ways)(
  "%s: D2 the database is killed mid-flight: only what was in flight fails, and the next one is served",
  async (way) => {
    const { program } = await servers.startOn(way);
    const member = await newMember(program);
    const seen: number[] = [];
    let going = true;
    const checks = (async () => {
      while (going) seen.push((await send(program, "GET /api/session", { cookie: member.cookie })).status);
    })();
    for (let i = 0; i < 10; i++) {
      await Bun.sleep(30); // some checks are under way again
      await postgres.query(
        "postgres",
        `select pg_terminate_backend(pid) from pg_stat_activity
          where pid <> pg_backend_pid() and backend_type = 'client backend'`,
      );
    }
    await postgres.stop("immediate");
    const down = await askEverything(program, member);
    await postgres.start();
    const recovery = await timeUntil(program, "GET /api/session", 200, member.cookie);
    going = false;
    await checks;
    const refused = seen.filter((status) => status === 503).length;
    console.log(`D2, ${way}: ${seen.length} checks, ${refused} told to try again, recovered ${recovery} ms after the`);
    console.log(`restart, slowest refusal ${expectHonest(down)} ms`);
    expect(seen.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(recovery).toBeLessThan(1000);
    expect(alive(program)).toBe(true);
  },
);

test.each(ways)("%s: an idle connection that died costs nobody an error", async (way) => {
  const { program, name } = await servers.startOn(way);
  const member = await newMember(program);
  for (let i = 0; i < 5; i++) {
    await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
      name,
    ]);
    await Bun.sleep(50); // the program may notice, or not
    expect((await send(program, "GET /account", { cookie: member.cookie })).status).toBe(200);
    expect(await signUp(program, newPerson())).toBe(303);
  }
});

test("D5 no connection is free: session checks have theirs, others are told to try again", async () => {
  const { program } = await servers.startOn();
  const member = await newMember(program);
  await send(program, "GET /api/session", { cookie: member.cookie });
  await postgres.query("postgres", "alter role app connection limit 0");
  const pages = Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      send(program, "POST /sign-in", { fields: { email: `nobody${i}@example.org`, password: "not the password" } }),
    ),
  );
  const checks = [];
  for (let i = 0; i < 50; i++) checks.push((await send(program, "GET /api/session", { cookie: member.cookie })).status);
  await postgres.query("postgres", "alter role app connection limit -1");
  const answered = (await pages).map(({ status }) => status);
  console.log(`D5: 50 checks ${[...new Set(checks)]}, sign-ins ${[...new Set(answered)]}`);
  expect(new Set(checks)).toEqual(new Set([200]));
  expect(answered.filter((status) => ![422, 503].includes(status))).toEqual([]);
  expect(await signIn(program, member.person)).not.toBeNull();
});

test.each(ways)("%s: the database refuses the login: told to try again, until it lets us in", async (way) => {
  const { program } = await servers.startOn(way);
  const member = await newMember(program);
  await postgres.query("postgres", "alter role app nologin");
  await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
  await Bun.sleep(100); // the server has ended the connections
  const refused = await askEverything(program, member);
  await postgres.query("postgres", "alter role app login");
  expectHonest(refused);
  expect(await timeUntil(program, "GET /account", 200, member.cookie)).toBeLessThan(1000);
});

/** Whoever is connected is sent away, and from now on every new connection may write, or may not. */
async function mayWrite(name: string, may: boolean) {
  const setting = "default_transaction_read_only";
  await postgres.query("postgres", `alter database ${name} ${may ? `reset ${setting}` : `set ${setting} = on`}`);
  if (may) return; // who is connected stays read-only
  await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await Bun.sleep(100); // the server has ended the connections
}

test("D6 the database has become read-only: session checks go on, writes are told to try again", async () => {
  const { program, name } = await servers.startOn();
  const member = await newMember(program);
  await mayWrite(name, false);
  expect((await send(program, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  expectHonest([
    await send(program, "POST /sign-up", { fields: { ...newPerson() } }),
    await send(program, "POST /sign-in", {
      fields: { email: member.person.email, password: member.person.password },
    }),
    await send(program, "POST /sign-out", { cookie: member.cookie, fields: {} }),
  ]);
  expect((await send(program, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  await mayWrite(name, true);
  expect(await signIn(program, member.person)).not.toBeNull();
});

test("D6 connections that could not write are given up once others can, idle or not", async () => {
  const { program, name } = await servers.startOn();
  const { cookie, person } = await newMember(program);
  const connectReadOnly = async () => {
    await mayWrite(name, false);
    const looks = await Promise.all([1, 2, 3].map(() => send(program, "GET /account/activity", { cookie })));
    expect(looks.map(({ status }) => status)).toEqual([200, 200, 200]);
    await mayWrite(name, true);
  };
  await connectReadOnly();
  await Bun.sleep(1100); // longer than a connection is trusted that nothing is asked
  const { email, password } = person;
  expect((await send(program, "POST /sign-in", { fields: { email, password } })).status).toBe(303);
  await connectReadOnly();
  const signOut = async () => (await send(program, "POST /sign-out", { cookie, fields: {} })).status;
  expect([await signOut(), await signOut(), await signOut(), await signOut()].at(-1)).toBe(303);
});
