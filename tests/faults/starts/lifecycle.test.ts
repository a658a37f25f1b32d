import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { Client } from "pg";
import { migrations } from "../../../db/migrate";
import { newPerson } from "../../support/harness";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../../support/program";
import { rounds } from "../../support/rounds";
import { keepAsking, manyClients, newMember, send, signIn, signUp, timeUntil } from "../../support/traffic";

/** Starting, migrating and ending, alone and in company: M1 to M3, G1 and G2 of the list of faults. */

const minutes = 60 * 1000;

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

const settingsFor = (database: string) => ({
  ...manyClients,
  BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
  DATABASE_URL: postgres.url(database),
});
const applied = (database: string) =>
  postgres.query<{ hash: string }>(database, "select hash from gatehouse.migration order by id");

const migrationCount = readdirSync(migrations.migrationsFolder).filter((name) => name.endsWith(".sql")).length;

async function startReady(database: string, more: Record<string, string> = {}): Promise<Program> {
  const program = await startProgram({ ...settingsFor(database), ...more });
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(10_000);
  return program;
}

describe("starting", () => {
  test(
    "M1 six replicas at once on an empty database: every one starts, each migration is applied once",
    async () => {
      for (let round = 0; round < rounds(2, 100); round++) {
        const database = await postgres.createDatabase();
        const programs = await Promise.all(Array.from({ length: 6 }, () => startReady(database)));
        const journal = await applied(database);
        expect(journal.length).toBeGreaterThan(0);
        expect(new Set(journal.map(({ hash }) => hash)).size).toBe(journal.length);
        expect(await signUp(programs[0] as Program, newPerson())).toBe(303);
        await Promise.all(programs.map((program) => program.remove()));
      }
      console.log(`M1: ${rounds(2, 100)} × 6 replicas started`);
    },
    20 * minutes,
  );

  test("M2 an older replica serves on the schema of a newer one", async () => {
    const database = await postgres.createDatabase();
    await (await startReady(database)).remove();
    await postgres.query(
      database,
      "insert into gatehouse.migration (hash, created_at) values ('of a later version', 99999999999999)",
    );
    await postgres.query(
      database,
      `alter table "user" add column later text; alter table session add column later int default 1; create table gatehouse.later (id int)`,
    );
    const older = await startReady(database);
    const { cookie } = await newMember(older);
    expect((await send(older, "GET /api/session", { cookie })).status).toBe(200);
    expect((await send(older, "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
    await older.remove();
  });

  test(
    "M3 killed while it migrates: the next start completes",
    async () => {
      for (let round = 0; round < rounds(4, 50); round++) {
        const database = await postgres.createDatabase();
        const folder = newFolder();
        const child = spawnProgram({ ...settingsFor(database), PORT: String(freePort()), DATA_DIR: folder });
        await Bun.sleep(200 + Math.random() * 200);
        child.kill("SIGKILL");
        await child.exited;
        rmSync(folder, { recursive: true });
        const next = await startReady(database);
        expect(await signUp(next, newPerson())).toBe(303);
        expect((await applied(database)).length).toBe(migrationCount);
        await next.remove();
      }
      console.log(`M3: killed ${rounds(4, 50)} times while starting, the next start completed each time`);
    },
    20 * minutes,
  );
});

describe("a start that cannot work", () => {
  test("is refused with one line that names the setting, and no secret", async () => {
    const database = await postgres.createDatabase();
    await postgres.query("postgres", "create role stranger nologin");
    await postgres.query("postgres", "create role guest login");
    await postgres.query(
      database,
      "revoke create on schema public from public; revoke all on database " +
        database +
        " from public; grant connect on database " +
        database +
        " to guest",
    );
    const urls = [
      postgres.url("no_such_database"),
      postgres.url(database).replace("app@", "stranger:pass-word@"),
      postgres.url(database).replace("app@", "guest:pass-word@"),
    ];
    for (const DATABASE_URL of urls) {
      const folder = newFolder();
      const child = spawnProgram({
        ...settingsFor(database),
        DATABASE_URL,
        PORT: String(freePort()),
        DATA_DIR: folder,
      });
      const [code, problem, log] = await Promise.all([
        child.exited,
        new Response(child.stderr).text(),
        new Response(child.stdout).text(),
      ]);
      expect([code, problem.trim().split("\n").length]).toEqual([1, 1]);
      expect(problem).toStartWith("DATABASE_URL: ");
      expect(problem + log).not.toContain("pass-word");
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a migration", () => {
  test("M3 killed between two of its statements leaves nothing behind, and the next start completes", async () => {
    const database = await postgres.createDatabase();
    const inTheWay = new Client({ connectionString: postgres.url(database) });
    await inTheWay.connect();
    await inTheWay.query(`begin; create table "user" (id int)`); // the migration makes two tables, then has to wait here
    const folder = newFolder();
    const child = spawnProgram({ ...settingsFor(database), PORT: String(freePort()), DATA_DIR: folder });
    const waiting = () =>
      postgres.query(
        database,
        `select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%CREATE TABLE IF NOT EXISTS "user"%'`,
      );
    while ((await waiting()).length === 0) await Bun.sleep(20);
    child.kill("SIGKILL");
    await child.exited;
    await inTheWay.query("rollback");
    await inTheWay.end();
    rmSync(folder, { recursive: true });
    const next = await startReady(database);
    expect((await applied(database)).length).toBe(migrationCount);
    expect(await signUp(next, newPerson())).toBe(303);
    await next.remove();
  });
});

describe("ending", () => {
  test(
    "G1 SIGTERM under load: not ready first, everything sent until that is noticed is answered, exit 0",
    async () => {
      const database = await postgres.createDatabase();
      for (let round = 0; round < rounds(3, 50); round++) {
        const program = await startReady(database);
        const { cookie } = await newMember(program);
        let noticed = false;
        const traffic = keepAsking(() => (noticed ? undefined : program.origin), cookie, 12);
        await Bun.sleep(200);
        program.process.kill("SIGTERM");
        expect(await timeUntil(program, "GET /readyz", 503)).toBeLessThan(500);
        await Bun.sleep(300); // a load balancer takes a moment to notice, and sends on meanwhile
        noticed = true;
        const code = await program.process.exited;
        const { answered, lost } = await traffic.stop();
        if (round === 0) console.log(`G1: ${answered} answered, ${lost.length} lost, exit ${code}`);
        expect([code, lost]).toEqual([0, []]);
        expect(answered).toBeGreaterThan(20);
        await program.remove();
      }
    },
    20 * minutes,
  );

  test("G1 what is in the middle of being asked when the door closes is answered", async () => {
    const program = await startReady(await postgres.createDatabase());
    const host = new URL(program.origin).host;
    const body = "email=nobody%40example.org&password=a-long-password";
    const head = `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${program.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`;
    let answer = "";
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(program.origin).port),
      socket: { data: (_, bytes) => void (answer += bytes.toString()) },
    });
    socket.write(head + body.slice(0, 10));
    await Bun.sleep(100);
    program.process.kill("SIGTERM");
    await Bun.sleep(2000); // a second after the program took its last connection
    expect(program.process.exitCode).toBeNull();
    socket.write(body.slice(10));
    expect(await program.process.exited).toBe(0);
    expect(answer).toStartWith("HTTP/1.1 422");
    await program.remove();
  });

  test("G1 the echo of a signal, as a terminal and `bun run` both send it, is one signal", async () => {
    const program = await startReady(await postgres.createDatabase());
    program.process.kill("SIGINT");
    program.process.kill("SIGTERM");
    expect(await program.process.exited).toBe(0);
    await program.remove();
  });

  test("G1 a second SIGTERM ends it at once", async () => {
    const program = await startReady(await postgres.createDatabase());
    program.process.kill("SIGTERM");
    await timeUntil(program, "GET /readyz", 503);
    await Bun.sleep(150);
    const started = performance.now();
    program.process.kill("SIGTERM");
    expect(await program.process.exited).toBe(1);
    expect(performance.now() - started).toBeLessThan(500);
    await program.remove();
  });

  /** Starts the program, asks it to end before it is ready, and gives how it ended and what it wrote from then on. */
  async function endEarly(DATABASE_URL: string, pause = 700) {
    const [port, DATA_DIR] = [String(freePort()), newFolder()];
    const child = spawnProgram({
      ...settingsFor(""),
      GATEHOUSE_DB_DRIVER: "postgres",
      DATABASE_URL,
      PORT: port,
      DATA_DIR,
    });
    while (!(await fetch(`http://localhost:${port}/livez`).catch(() => null))?.ok) await Bun.sleep(20);
    await Bun.sleep(pause);
    child.kill("SIGTERM");
    const [code, log, problem] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    rmSync(DATA_DIR, { recursive: true });
    const events = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    return { code, events: events.slice(events.indexOf("stopping")), problem };
  }
  const inOrder = { code: 0, events: ["stopping"], problem: "" };

  test("G1 after a SIGTERM while it waits for the database nothing more is begun", async () => {
    expect(await endEarly(postgres.url("nowhere", freePort()))).toEqual(inOrder);
  });

  test("G1 after a SIGTERM while it waits for its turn to migrate nothing more is begun", async () => {
    const database = await postgres.createDatabase();
    const inTheWay = new Client({ connectionString: postgres.url(database) });
    await inTheWay.connect();
    await inTheWay.query(`begin; create table "user" (id int)`);
    expect(await endEarly(postgres.url(database))).toEqual(inOrder);
    await inTheWay.query("rollback");
    await inTheWay.end();
  });

  test("G1 a SIGTERM at any moment of a start ends it with nothing begun afterwards", async () => {
    const database = await postgres.createDatabase();
    for (const pause of [0, 10, 30, 60, 100, 200])
      expect(await endEarly(postgres.url(database), pause)).toEqual(inOrder);
  });

  test("G1 the embedded database is closed in order, and free for the next start", async () => {
    const first = await startProgram(manyClients);
    const { person } = await newMember(first);
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await startProgram(manyClients, first.dataDirectory);
    expect(await signIn(second, person)).not.toBeNull();
    await second.remove();
  });

  test(
    "G2 rolling restarts of two replicas: no request is lost",
    async () => {
      const database = await postgres.createDatabase();
      const ports = [String(freePort()), String(freePort())];
      const replicas = await Promise.all(ports.map((PORT) => startReady(database, { PORT })));
      const { cookie } = await newMember(replicas[0] as Program);
      // A load balancer in small: every 100 ms it asks who is ready, and sends to those only.
      let ready = replicas.map(({ origin }) => origin);
      let next = 0;
      const probe = setInterval(async () => {
        const seen = await Promise.all(replicas.map((replica) => send(replica, "GET /readyz")));
        ready = replicas.map(({ origin }) => origin).filter((_, i) => seen[i]?.status === 200);
      }, 100);
      const traffic = keepAsking(() => ready[next++ % Math.max(1, ready.length)], cookie, 8);
      for (let round = 0; round < rounds(3, 20); round++)
        for (const i of [0, 1]) {
          expect(await replicas[i]?.stop("SIGTERM")).toBe(0);
          replicas[i] = await startReady(database, { PORT: ports[i] as string });
          await Bun.sleep(250);
        }
      clearInterval(probe);
      const { answered, refused, lost } = await traffic.stop();
      console.log(
        `G2: ${rounds(3, 20)} rolling restarts of two replicas: ${answered} answered, ${refused} refused, ${lost.length} lost`,
      );
      expect([refused, lost]).toEqual([0, []]);
      await Promise.all(replicas.map((replica) => replica.remove()));
    },
    20 * minutes,
  );
});
