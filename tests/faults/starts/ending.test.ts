import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { Client } from "pg";
import { inMilliseconds, minutes } from "../../../src/time";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../../support/program";
import { settingsOn, startReady } from "../../support/on-postgres";
import { rounds } from "../../support/rounds";
import { keepAsking, manyClients, newMember, send, signIn, timeUntil } from "../../support/traffic";
import { until } from "../../support/until";

/** Ending, alone and in company: G1 and G2 of docs/reliability.md. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

test(
  "G1 SIGTERM under load: not ready first, everything sent until that is noticed is answered, exit 0",
  async () => {
    const database = await postgres.createDatabase();
    for (let round = 0; round < rounds(3, 50); round++) {
      const program = await startReady(settingsOn(postgres, database));
      const { cookie } = await newMember(program);
      let noticed = false;
      const traffic = keepAsking(() => (noticed ? undefined : program.origin), cookie, 12);
      await until("traffic is under way", () => traffic.counted.answered >= 20);
      program.process.kill("SIGTERM");
      // A load balancer takes a moment to notice, and sends on meanwhile. Once the door is closed, nothing says 503.
      const [seen] = await Promise.all([timeUntil(program, "GET /readyz", 503), Bun.sleep(300)]);
      noticed = true;
      expect(seen).not.toBe(Infinity);
      const code = await program.process.exited;
      const { answered, lost } = await traffic.stop();
      if (round === 0) console.log(`G1: ${answered} answered, ${lost.length} lost, exit ${code}`);
      expect([code, lost]).toEqual([0, []]);
      expect(answered).toBeGreaterThan(20);
      await program.remove();
    }
  },
  inMilliseconds(20 * minutes),
);

/** Sends the first half of a request. */
async function askHalf({ origin }: Program) {
  const { host, port } = new URL(origin);
  const body = "email=nobody%40example.org&password=a-long-password";
  const head =
    `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`;
  let answer = "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: { data: (_, bytes) => void (answer += bytes.toString()) },
  });
  socket.write(head + body.slice(0, 10));
  await Bun.sleep(100); // it has arrived
  return { finish: () => void socket.write(body.slice(10)), answer: () => answer };
}

test("G1 what is in the middle of being asked when the door closes is answered", async () => {
  const program = await startReady(settingsOn(postgres, await postgres.createDatabase()));
  const half = await askHalf(program);
  program.process.kill("SIGTERM");
  await Bun.sleep(2000); // a second after the program took its last connection
  expect(program.process.exitCode).toBeNull();
  half.finish();
  expect(await program.process.exited).toBe(0);
  expect(half.answer()).toStartWith("HTTP/1.1 422");
  await program.remove();
});

test("G1 the echo of a signal, as a terminal and `bun run` both send it, is one signal", async () => {
  const program = await startReady(settingsOn(postgres, await postgres.createDatabase()));
  program.process.kill("SIGINT");
  program.process.kill("SIGTERM");
  expect(await program.process.exited).toBe(0);
  await program.remove();
});

test("G1 a second SIGTERM ends it at once", async () => {
  const program = await startReady(settingsOn(postgres, await postgres.createDatabase()));
  const half = await askHalf(program); // for which it would wait after one signal
  program.process.kill("SIGTERM");
  await timeUntil(program, "GET /readyz", 503);
  await Bun.sleep(150); // longer than the echo of a signal takes
  program.process.kill("SIGTERM");
  expect(await program.process.exited).toBe(1);
  expect(half.answer()).toBe("");
  await program.remove();
});

/** Starts the program, asks it to end before it is ready, and gives how it ended and what it wrote from then on. */
async function endEarly(DATABASE_URL: string, pauseMilliseconds = 700) {
  const [port, DATA_DIR] = [String(freePort()), newFolder()];
  const child = spawnProgram({
    ...settingsOn(postgres, ""),
    GATEHOUSE_DB_DRIVER: "postgres",
    DATABASE_URL,
    PORT: port,
    DATA_DIR,
  });
  const isAlive = async () => (await fetch(`http://localhost:${port}/livez`).catch(() => null))?.ok === true;
  await until("the program lives", isAlive, { every: 20 });
  await Bun.sleep(pauseMilliseconds); // the start has got a little further
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
  for (const pause of [0, 10, 30, 60, 100, 200]) expect(await endEarly(postgres.url(database), pause)).toEqual(inOrder);
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
    const replicas = await Promise.all(ports.map((PORT) => startReady({ ...settingsOn(postgres, database), PORT })));
    const [{ cookie } = { cookie: "" }] = await Promise.all(replicas.slice(0, 1).map(newMember));
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
        const started = await startReady({ ...settingsOn(postgres, database), PORT: ports[i] ?? "" });
        replicas[i] = started;
        await until("the load balancer has seen it", () => ready.includes(started.origin));
      }
    clearInterval(probe);
    const { answered, refused, lost } = await traffic.stop();
    const outcome = `${answered} answered, ${refused} refused, ${lost.length} lost`;
    console.log(`G2: ${rounds(3, 20)} rolling restarts of two replicas: ${outcome}`);
    expect([refused, lost]).toEqual([0, []]);
    await Promise.all(replicas.map((replica) => replica.remove()));
  },
  inMilliseconds(20 * minutes),
);
