import { afterAll, beforeAll, expect, test } from "bun:test";
import { sayTo } from "../../src/process/heartbeat";
import { createTally } from "../../src/process/metrics-port";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { childrenOf } from "../support/processes";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../support/program";
import { keepAsking, manyClients, newMember, send, timeUntil } from "../support/traffic";
import { until, untilFound } from "../support/until";

let postgres: PostgresServer;
const programs: Program[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.remove()));
  await postgres.remove();
});

async function startWorkers(count = 2, settings: Record<string, string> = {}): Promise<Program> {
  const program = await startProgram({
    ...manyClients,
    ...settings,
    GATEHOUSE_WORKERS: String(count),
    DATABASE_URL: postgres.url(await postgres.createDatabase()),
  });
  programs.push(program);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(60_000);
  await untilWorkers(program, (pids) => pids.length === count);
  return program;
}

/** The processes that a supervisor started and that live. */
const workersOf = ({ process: { pid } }: Program) => childrenOf(pid);

async function untilWorkers(program: Program, wanted: (pids: number[]) => boolean): Promise<number[]> {
  const look = () => {
    const pids = workersOf(program);
    return wanted(pids) ? pids : undefined;
  };
  return untilFound("the workers are as they should be", look, { every: 25 });
}

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The different answers to one question asked many times at once. */
const askOften = async (program: Program, cookie: string, times: number) => {
  const statuses = await Promise.all(
    Array.from({ length: times }, () => send(program, "GET /api/session", { cookie })),
  );
  return [...new Set(statuses.map(({ status }) => status))];
};

test("several workers share one port and what they know: a sign-out at one is heard by all", async () => {
  const program = await startWorkers();
  const { cookie } = await newMember(program);
  for (let round = 0; round < 10; round++) expect(await askOften(program, cookie, 20)).toEqual([200]);
  expect((await send(program, "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
  const ended = performance.now();
  for (let asked = 0; (await askOften(program, cookie, 20)).includes(200); asked = performance.now() - ended)
    expect(asked).toBeLessThan(2000);
  for (let round = 0; round < 5; round++) expect(await askOften(program, cookie, 20)).toEqual([401]);
});

test("a worker that is killed is replaced, and the others serve meanwhile", async () => {
  const program = await startWorkers();
  const { cookie } = await newMember(program);
  const [first, second] = workersOf(program);
  if (!first || !second) throw new Error("There are not two workers.");
  process.kill(first, "SIGKILL");
  const statuses = await Promise.all(Array.from({ length: 50 }, () => send(program, "GET /api/session", { cookie })));
  expect(statuses.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  // a connection may be cut, an answer is never wrong
  expect(statuses.filter(({ status }) => status !== 200 && status !== 0)).toEqual([]);
  const after = await untilWorkers(program, (pids) => pids.length === 2 && !pids.includes(first));
  expect(after).toContain(second);
  expect(await timeUntil(program, "GET /api/session", 200, cookie)).toBeLessThan(5000);
  await program.stop();
  // What the kernel does for want of memory looks like this, and no failure of ours does.
  expect(await logged(program, "worker.ended")).toMatchObject([{ code: null, signal: "SIGKILL" }]);
});

test("a worker that hangs is killed and replaced; those of a machine that was suspended are left alone", async () => {
  const program = await startWorkers(2, { GATEHOUSE_WORKER_SILENCE_SECONDS: "3" });
  const before = await workersOf(program);
  const [first] = before;
  if (!first) throw new Error("There is no worker.");
  for (const signal of ["SIGSTOP", "SIGCONT"] as const) {
    for (const pid of [program.process.pid, ...before]) process.kill(pid, signal);
    if (signal === "SIGSTOP") await Bun.sleep(6000); // twice as long as may be silent
  }
  await Bun.sleep(2000); // the supervisor has counted again
  expect(await workersOf(program)).toEqual(before);
  process.kill(first, "SIGSTOP");
  await untilWorkers(program, (pids) => pids.length === 2 && !pids.includes(first));
  await program.stop();
  expect(await logged(program, "worker.hung")).toMatchObject([{ level: "error", pid: first, seconds: 3 }]);
});

/** Every line about an event; the program has ended. */
async function logged({ process: { stdout } }: Program, event: string) {
  const lines = (await new Response(stdout).text()).trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);
}

test("SIGTERM drains all workers: what is sent until the balancer notices is answered, exit 0", async () => {
  const program = await startWorkers();
  const { cookie } = await newMember(program);
  let noticed = false;
  const traffic = keepAsking(() => (noticed ? undefined : program.origin), cookie, 8);
  await until("traffic is under way", () => traffic.counted.answered >= 20);
  program.process.kill("SIGTERM");
  // The balancer takes a moment to notice.
  const [seen] = await Promise.all([timeUntil(program, "GET /readyz", 503), Bun.sleep(300)]);
  noticed = true;
  expect(seen).not.toBe(Infinity);
  expect(await program.process.exited).toBe(0);
  const { answered, lost } = await traffic.stop();
  expect(lost).toEqual([]);
  expect(answered).toBeGreaterThan(20);
});

test("workers drain also when each gets the signal, and their supervisor hears it late", async () => {
  const program = await startWorkers();
  const { cookie } = await newMember(program);
  let noticed = false;
  const traffic = keepAsking(() => (noticed ? undefined : program.origin), cookie, 8);
  await until("traffic is under way", () => traffic.counted.answered >= 20);
  program.process.kill("SIGSTOP");
  for (const pid of workersOf(program)) process.kill(pid, "SIGTERM");
  await Bun.sleep(200); // the workers drain, and their supervisor has not heard of it
  program.process.kill("SIGTERM");
  program.process.kill("SIGCONT");
  await Bun.sleep(200); // the balancer takes a moment to notice
  noticed = true;
  expect(await program.process.exited).toBe(0);
  expect((await traffic.stop()).lost).toEqual([]);
});

test("workers end with their supervisor, even when it is killed", async () => {
  const program = await startWorkers();
  const pids = workersOf(program);
  program.process.kill("SIGKILL");
  await until("none of the workers lives", () => !pids.some(lives), { every: 50 });
});

test("workers that cannot serve are refused in words, with the whole program", async () => {
  const refusalOf = async (settings: Record<string, string>) => {
    const child = spawnProgram({
      GATEHOUSE_WORKERS: "2",
      DATA_DIR: newFolder(),
      PORT: String(freePort()),
      ...settings,
    });
    return { code: await child.exited, words: await new Response(child.stderr).text() };
  };
  const embedded = await refusalOf({});
  expect([embedded.code, embedded.words]).toEqual([
    78,
    "GATEHOUSE_WORKERS: the embedded database is for one process. Set DATABASE_URL, or leave this at 1.\n",
  ]);
  const taken = Bun.serve({ port: 0, hostname: "localhost", fetch: () => new Response() });
  const port = await refusalOf({ PORT: String(taken.port), DATABASE_URL: postgres.url("postgres") });
  taken.stop(true);
  expect([port.code, port.words.split(":")[0]]).toEqual([1, "PORT, GATEHOUSE_HOST"]);
  const missing = await refusalOf({ DATABASE_URL: postgres.url("not_there") });
  expect(missing.code).toBe(78);
  expect(missing.words).toContain("DATABASE_URL: the server has no database of this name.");
});

test("a worker that ends just when it is spoken to takes neither its supervisor nor the metrics along", async () => {
  // The channel of a process that ends is closed a moment before its end is known.
  const channel = Promise.withResolvers<void>();
  const worker = Bun.spawn([process.execPath, "-e", "process.disconnect(); setInterval(() => {}, 1000)"], {
    ipc: () => undefined,
    onDisconnect: () => channel.resolve(),
  });
  await channel.promise;
  expect(() => worker.send("SIGTERM")).toThrow();
  expect(sayTo(worker, "SIGTERM")).toBe(false);
  const address = { port: freePort(), hostname: "127.0.0.1" };
  createTally(new Map([[worker, 0]]), address);
  const { status } = await fetch(`http://127.0.0.1:${address.port}/metrics`);
  worker.kill("SIGKILL");
  await worker.exited;
  expect(status).toBe(200);
});
