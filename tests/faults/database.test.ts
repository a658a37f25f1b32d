import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startNeonBridge } from "../support/postgres/neon-bridge";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../support/program";
import { startWire } from "../support/tcp-proxy";
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

/** Faults of the database, on a real Postgres: D1 to D6 of the list of faults. Every figure is printed. */

let postgres: PostgresServer;
let bridge: ReturnType<typeof startNeonBridge>;
const programs: Program[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  bridge = startNeonBridge(postgres.port);
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.remove()));
  await bridge.stop(true);
  await postgres.remove();
});

/** The two ways to a server; the bridge in front of it stands for what Neon has there. */
const ways = ["Postgres", "Neon's driver"] as const;
const settingsOf = (way: (typeof ways)[number]): Record<string, string> =>
  way === "Postgres"
    ? {}
    : {
        GATEHOUSE_DB_DRIVER: "neon",
        NEON_BRIDGE_PORT: String(bridge.port),
        BUN_OPTIONS: "--preload ./tests/support/postgres/neon-bridge.ts",
      };

async function startOnPostgres(way: (typeof ways)[number] = "Postgres") {
  const name = await postgres.createDatabase();
  const program = await startProgram({ ...manyClients, ...settingsOf(way), DATABASE_URL: postgres.url(name) });
  programs.push(program);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(10_000);
  return { program, name };
}

const alive = ({ process }: Program) => process.exitCode === null;

describe("the database", () => {
  test("Neon cannot be reached at the start: the program lives, and serves when it can", async () => {
    const name = await postgres.createDatabase();
    const port = freePort(); // nobody there yet
    const settings = {
      ...manyClients,
      GATEHOUSE_DB_DRIVER: "neon",
      NEON_BRIDGE_PORT: String(port),
      BUN_OPTIONS: "--preload ./tests/support/postgres/neon-bridge.ts",
      DATABASE_URL: postgres.url(name),
    };
    const PORT = String(freePort());
    const DATA_DIR = newFolder();
    const child = spawnProgram({ ...settings, PORT, DATA_DIR });
    const program = { origin: `http://localhost:${PORT}` };
    expect(await timeUntil(program, "GET /livez", 200)).toBeLessThan(10_000);
    expectHonest([await send(program, "GET /account")]);
    const late = startNeonBridge(postgres.port, port);
    expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(5000);
    expect(await signUp(program, newPerson())).toBe(303);
    child.kill("SIGKILL");
    await late.stop(true);
    rmSync(DATA_DIR, { recursive: true });
  });

  test("D1 is down at the start: the program lives, says so, and serves when it comes", async () => {
    const name = await postgres.createDatabase();
    await postgres.stop("fast");
    const PORT = String(freePort());
    const child = spawnProgram({
      ...manyClients,
      PORT,
      DATA_DIR: "/tmp",
      DATABASE_URL: postgres.url(name),
      BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
    });
    const program = { origin: `http://localhost:${PORT}` };
    try {
      expect(await timeUntil(program, "GET /livez", 200)).toBeLessThan(10_000);
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
    "%s: D2 is killed mid-flight: only what was in flight fails, and the next one is served",
    async (way) => {
      const { program } = await startOnPostgres(way);
      const member = await newMember(program);
      const seen: number[] = [];
      let going = true;
      const checks = (async () => {
        while (going) seen.push((await send(program, "GET /api/session", { cookie: member.cookie })).status);
      })();
      for (let i = 0; i < 10; i++) {
        await Bun.sleep(30);
        await postgres.query(
          "postgres",
          "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
        );
      }
      await postgres.stop("immediate");
      const down = await askEverything(program, member);
      await postgres.start();
      const recovery = await timeUntil(program, "GET /api/session", 200, member.cookie);
      going = false;
      await checks;
      console.log(
        `D2, ${way}: ${seen.length} checks, ${seen.filter((status) => status === 503).length} told to try again, recovered ${recovery} ms after the restart, slowest refusal ${expectHonest(down)} ms`,
      );
      expect(seen.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(recovery).toBeLessThan(1000);
      expect(alive(program)).toBe(true);
    },
  );

  test.each(ways)("%s: an idle connection that died costs nobody an error", async (way) => {
    const { program, name } = await startOnPostgres(way);
    const member = await newMember(program);
    for (let i = 0; i < 5; i++) {
      await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
        name,
      ]);
      await Bun.sleep(50);
      expect((await send(program, "GET /account", { cookie: member.cookie })).status).toBe(200);
      expect(await signUp(program, newPerson())).toBe(303);
    }
  });

  test.each(ways)(
    "%s: D3 is frozen: an honest answer within two seconds, and full service within one of its return",
    async (way) => {
      const { program } = await startOnPostgres(way);
      const member = await newMember(program);
      await postgres.signal("SIGSTOP");
      let slowest = 0;
      try {
        for (let i = 0; i < 3; i++) slowest = Math.max(slowest, expectHonest(await askEverything(program, member)));
        expect((await send(program, "GET /livez")).status).toBe(200);
        expect((await send(program, "GET /readyz")).status).toBe(503);
      } finally {
        await postgres.signal("SIGCONT");
      }
      const recovery = await timeUntil(program, "GET /api/session", 200, member.cookie);
      const writes = await timeUntil(program, "GET /account", 200, member.cookie);
      console.log(
        `D3 frozen, ${way}: slowest refusal ${slowest} ms, checks back after ${recovery} ms, pages after ${writes} ms more`,
      );
      expect(slowest).toBeLessThan(2000);
      expect(recovery).toBeLessThan(1000);
      expect(await signIn(program, member.person)).not.toBeNull();
    },
  );

  test("D3 has a locked table: writes are told to try again, and session checks go on", async () => {
    const { program, name } = await startOnPostgres();
    const member = await newMember(program);
    const lock = postgres.query(name, `begin; lock table account in access exclusive mode; select pg_sleep(4)`);
    await Bun.sleep(300);
    const writes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        send(program, "POST /sign-in", {
          fields: { email: `${i}.${member.person.email}`, password: member.person.password },
        }),
      ),
    );
    const check = await send(program, "GET /api/session", { cookie: member.cookie });
    console.log(
      `D3 locked: slowest refusal ${expectHonest(writes)} ms, a check meanwhile ${Math.round(check.milliseconds)} ms`,
    );
    expect(check.status).toBe(200);
    await lock;
    expect(await signIn(program, member.person)).not.toBeNull();
  });

  test("D4 drops every packet: honest answers, no half-dead connection afterwards", async () => {
    const name = await postgres.createDatabase();
    const wire = await startWire(postgres.port);
    const program = await startProgram({ ...manyClients, DATABASE_URL: postgres.url(name, wire.port) });
    programs.push(program);
    const member = await newMember(program);
    wire.stall();
    const slowest = expectHonest([
      ...(await askEverything(program, member)),
      ...(await askEverything(program, member)),
    ]);
    wire.flow();
    const recovery = await timeUntil(program, "GET /account", 200, member.cookie);

    // Three times, because now and then work in the background has used a connection in the second before.
    const firsts: number[] = [];
    for (let round = 0; round < 3; round++) {
      await Bun.sleep(1100); // idle; then the wire forgets its connections without telling anybody
      wire.stall();
      const first = send(program, "GET /account", { cookie: member.cookie });
      await Bun.sleep(100);
      wire.cut();
      wire.flow();
      firsts.push((await first).status);
    }
    console.log(
      `D4: slowest refusal ${slowest} ms, recovered after ${recovery} ms; first requests after a lost connection: ${firsts.join(", ")}`,
    );
    expect(slowest).toBeLessThan(2000);
    expect(recovery).toBeLessThan(1000);
    expect(firsts.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(firsts).toContain(200);
    wire.close();
  });

  test("D5 has no connection to give: session checks have theirs, others are told to try again", async () => {
    const { program } = await startOnPostgres();
    const member = await newMember(program);
    await send(program, "GET /api/session", { cookie: member.cookie });
    await postgres.query("postgres", "alter role app connection limit 0");
    const pages = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        send(program, "POST /sign-in", { fields: { email: `nobody${i}@example.org`, password: "not the password" } }),
      ),
    );
    const checks = [];
    for (let i = 0; i < 50; i++)
      checks.push((await send(program, "GET /api/session", { cookie: member.cookie })).status);
    await postgres.query("postgres", "alter role app connection limit -1");
    const answered = (await pages).map(({ status }) => status);
    console.log(`D5: 50 checks ${[...new Set(checks)]}, sign-ins ${[...new Set(answered)]}`);
    expect(new Set(checks)).toEqual(new Set([200]));
    expect(answered.filter((status) => ![422, 503].includes(status))).toEqual([]);
    expect(await signIn(program, member.person)).not.toBeNull();
  });

  test.each(ways)("%s: refuses the login: told to try again, until it lets us in", async (way) => {
    const { program } = await startOnPostgres(way);
    const member = await newMember(program);
    await postgres.query("postgres", "alter role app nologin");
    await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
    await Bun.sleep(100);
    const refused = await askEverything(program, member);
    await postgres.query("postgres", "alter role app login");
    expectHonest(refused);
    expect(await timeUntil(program, "GET /account", 200, member.cookie)).toBeLessThan(1000);
  });

  test("freezes while many are signing up: pages are back within a second too", async () => {
    const { program } = await startOnPostgres();
    const member = await newMember(program);
    const flood = Promise.all(Array.from({ length: 14 }, () => signUp(program, newPerson())));
    await Bun.sleep(60);
    await postgres.signal("SIGSTOP");
    await Bun.sleep(2500);
    await postgres.signal("SIGCONT");
    const recovery = await timeUntil(program, "GET /account", 200, member.cookie);
    console.log(
      `frozen during sign-ups: pages back after ${recovery} ms, sign-ups answered ${[...new Set(await flood)]}`,
    );
    expect(recovery).toBeLessThan(1000);
  });

  test("is far away and slow: every answer comes within two seconds, whatever it is", async () => {
    const name = await postgres.createDatabase();
    const wire = await startWire(postgres.port);
    const program = await startProgram({ ...manyClients, DATABASE_URL: postgres.url(name, wire.port) });
    programs.push(program);
    const member = await newMember(program);
    wire.delay(700);
    let slowest = Infinity; // a busy machine is slow now and then, a slow answer each time
    for (let tries = 0; tries < 2 && slowest >= 2200; tries++)
      slowest = Math.round(Math.max(...(await askEverything(program, member)).map(({ milliseconds }) => milliseconds)));
    wire.delay(0);
    console.log(`700 ms away: slowest answer ${slowest} ms`);
    expect(slowest).toBeLessThan(2200);
    wire.close();
  });

  test("D6 has become read-only: session checks go on, writes are told to try again", async () => {
    const { program, name } = await startOnPostgres();
    const member = await newMember(program);
    await postgres.query("postgres", `alter database ${name} set default_transaction_read_only = on`);
    await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
      name,
    ]);
    await Bun.sleep(100);
    expect((await send(program, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
    expectHonest([
      await send(program, "POST /sign-up", { fields: { ...newPerson() } }),
      await send(program, "POST /sign-in", {
        fields: { email: member.person.email, password: member.person.password },
      }),
      await send(program, "POST /sign-out", { cookie: member.cookie, fields: {} }),
    ]);
    expect((await send(program, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
    await postgres.query("postgres", `alter database ${name} reset default_transaction_read_only`);
    await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
      name,
    ]);
    expect(await signIn(program, member.person)).not.toBeNull();
  });
});
