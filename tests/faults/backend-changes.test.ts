import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { openDatabase } from "../../db/database";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { regular } from "../support/kept";
import { backendAt, backendKey, backendOf, firstCursor, idsOf, poll, type Told } from "../support/polls";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { startReplica } from "../support/race";
import { startProgram, type Program } from "../support/program";
import { startWire, type Wire } from "../support/tcp-proxy";
import { manyClients, newMember, send, timeUntil } from "../support/traffic";
import { until } from "../support/until";

/** What backends are told of changes when the database, a process or a reader is not as it should be. */

const key = { GATEHOUSE_BACKEND_KEY: backendKey };
let postgres: PostgresServer;
let name: string;
let listening: Wire;
let gatehouse: Gatehouse;
const programs: Program[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  name = await postgres.createDatabase();
  listening = await startWire(postgres.port);
  const urls = { url: postgres.url(name), directUrl: postgres.url(name, listening.port) };
  const database = await openDatabase({ driver: "postgres", ...urls, dataDirectory: "" }, () => undefined);
  const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(name, statement, values);
  gatehouse = await startGatehouse(key, {
    database,
    rows,
    takeAway: () => Promise.resolve(),
    remove: () => database.close(),
  });
});
afterAll(async () => {
  await gatehouse.close();
  await Promise.all(programs.map((program) => program.remove()));
  listening.close();
  await postgres.remove();
});

async function start(settings: Record<string, string> = {}): Promise<Program> {
  const program = await startProgram({
    ...manyClients,
    ...key,
    DATABASE_URL: postgres.url(await postgres.createDatabase()),
    ...settings,
  });
  programs.push(program);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(60_000);
  return program;
}

test("D11 while nothing is heard no poll says that nothing changed, and each is answered within a second", async () => {
  const ask = backendOf(gatehouse);
  const troubles: [what: string, begin: () => unknown, end: () => unknown][] = [
    ["dropped packets", () => listening.stall(), () => listening.flow()],
    ["a frozen server", () => postgres.signal("SIGSTOP"), () => postgres.signal("SIGCONT")],
    ["a cut connection", () => listening.cut(), () => undefined],
    ["no server", () => postgres.stop("immediate"), () => postgres.start()],
  ];
  for (const [what, begin, end] of troubles) {
    const cursor = await firstCursor(ask);
    await begin();
    const told: Told[] = [];
    for (let tries = 0; tries < 3; tries++) told.push(await poll(ask, cursor));
    await end();
    const slowest = Math.max(...told.map(({ milliseconds }) => milliseconds));
    console.log(`${what}: ${told.map(({ status }) => status).join(" ")}, after ${Math.round(slowest)} ms at the most`);
    const honest = told.filter(({ status, reset }) => status === 503 || reset);
    expect([what, honest.length]).toEqual([what, told.length]);
    expect(slowest).toBeLessThan(1500); // a second, and what a busy machine adds
    if (what !== "a cut connection") expect(told.at(-1)?.status).toBe(503);
    await firstCursor(ask); // and all is well again
  }
}, 60_000);

test("a change that was missed is told as a reset when the listening is back", async () => {
  const visitor = await regular(gatehouse);
  const ask = backendOf(gatehouse);
  const { session } = await idsOf(visitor);
  const cursor = await firstCursor(ask);
  listening.cut();
  await postgres.query(name, "delete from session where id = $1", [session]);
  let told = await poll(ask, cursor);
  const isAnswered = async () => told.status === 200 || (told = await poll(ask, cursor)).status === 200;
  await until("the poll is answered", isAnswered, { every: 20 });
  expect(told.reset ?? told.ids?.includes(session)).toBe(true);
});

test("polls alone keep the listening going, and let go of it seconds after the last", async () => {
  const database = await postgres.createDatabase();
  const alone = await startReplica(postgres, database, { settings: key }); // of which nobody asks for a session
  const listeners = async () =>
    (
      await postgres.query<{ count: string }>(
        database,
        "select count(*) from pg_stat_activity where datname = $1 and query ~ 'pg_notify' and pid <> pg_backend_pid()",
        [database],
      )
    )[0]?.count;
  const ask = backendOf(alone);
  let cursor = await firstCursor(ask);
  for (let rounds = 0; rounds < 20; rounds++) cursor = (await poll(ask, cursor)).cursor; // longer than those seconds
  expect(await listeners()).toBe("1");
  const idle = await until("it listens no more", async () => (await listeners()) === "0", { every: 100 });
  console.log(`The listener was closed ${idle} ms after the last poll`);
  expect(idle).toBeLessThan(10_000);
  await alone.close();
}, 60_000);

test("workers know each other's cursors as another process's", async () => {
  const program = await start({ GATEHOUSE_WORKERS: "2" });
  // Each question on a connection of its own: the kernel gives it to either worker.
  const ask = (path: string, headers: Record<string, string>) =>
    backendAt(program)(path, { ...headers, connection: "close" });
  const cursors = new Map<string, string>();
  await until("both have answered", async () => {
    const cursor = await firstCursor(ask);
    cursors.set(cursor.split(".")[0] ?? "", cursor);
    return cursors.size === 2;
  });
  const seen = new Set<string>();
  await until("each cursor met its own worker and the other", async () => {
    for (const [owner, cursor] of cursors) {
      const told = await poll(ask, cursor);
      if (told.status !== 200) continue;
      const isOwn = told.cursor.startsWith(owner);
      if (!isOwn) expect(told.reset).toBe(true);
      seen.add(`${owner} ${isOwn}`);
    }
    return seen.size === 4;
  });
  const { cookie } = await newMember(program);
  for (const [owner, cursor] of cursors) {
    const { status } = await send(program, "POST /sign-out", { cookie, fields: {} });
    expect(status).toBe(303);
    await until("its worker tells of it", async () => {
      const told = await poll(ask, cursor);
      return told.cursor.startsWith(owner) && (told.reset ?? (told.ids?.length ?? 0) > 0);
    });
  }
}, 120_000);

test("a program that is told to end answers the polls that wait at once, and holds no other", async () => {
  const program = await start();
  const ask = backendAt(program);
  const cursor = await firstCursor(ask);
  const polls = Array.from({ length: 50 }, () => poll(ask, cursor));
  await Bun.sleep(50);
  program.process.kill("SIGTERM");
  const all = await Promise.all(polls);
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 503));
  expect(Math.max(...all.map(({ milliseconds }) => milliseconds))).toBeLessThan(450); // as long as they would be held
  const late = await poll(ask, cursor);
  expect([late.status, late.milliseconds < 300]).toEqual([503, true]);
  expect(await program.process.exited).toBe(0);
});

test("a backend that never reads keeps nobody else waiting", async () => {
  const program = await start();
  const ask = backendAt(program);
  const { hostname, port } = new URL(program.origin);
  const headers = `Host: ${hostname}\r\nAuthorization: Bearer ${backendKey}\r\n`;
  const question = `GET /api/session/changes HTTP/1.1\r\n${headers}\r\n`;
  const sockets = Array.from({ length: 50 }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => undefined); // cut, when it is enough
    socket.pause();
    return socket;
  });
  for (let times = 0; times < 100; times++) for (const socket of sockets) socket.write(question);
  const { cookie } = await newMember(program);
  const cursor = await firstCursor(ask);
  const waiting = poll(ask, cursor);
  expect((await send(program, "POST /account/profile", { cookie, fields: { name: "Other" } })).status).toBe(303);
  expect((await waiting).status).toBe(200);
  expect((await send(program, "GET /api/session", { cookie })).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});
