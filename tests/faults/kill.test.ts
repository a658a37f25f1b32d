import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { newPerson, type Person } from "../harness";
import { startPostgres, type PostgresServer } from "../postgres/server";
import { newFolder, spawnProgram, startProgram, type Program } from "../program";
import { rounds } from "./rounds";
import { manyClients, signIn, signUp, timeUntil } from "./traffic";

/** D8 and D10: kill -9 while people sign up. What was acknowledged is kept, and nobody is stuck in between. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

interface Found {
  acknowledged: number;
  inFlight: number;
  lost: string[];
  stuck: string[];
  slowestStart: number;
}

/** Signs people up, four at a time, until the program is gone; `begun` when the first was told that it worked. */
function signUpUntilItDies(program: Program) {
  const [acknowledged, inFlight]: [Person[], Person[]] = [[], []];
  const first = Promise.withResolvers<void>();
  const worker = async () => {
    for (;;) {
      const person = newPerson();
      const status = await signUp(program, person);
      (status === 303 ? acknowledged : inFlight).push(person);
      if (status === 303) first.resolve();
      if (status === 0) return;
    }
  };
  const ended = Promise.all([worker(), worker(), worker(), worker()]).then(() => ({ acknowledged, inFlight }));
  return { begun: Promise.race([first.promise, ended]), ended };
}

/** Starts, kills during sign-ups, starts again, and looks who is there; then ends the second one with a kill too. */
async function killOnce(start: () => Promise<Program>, found: Found, meanwhile?: () => Promise<void>) {
  const gatehouse = await start();
  const flood = signUpUntilItDies(gatehouse);
  await flood.begun;
  await meanwhile?.();
  await Bun.sleep(Math.random() * 300);
  await gatehouse.stop("SIGKILL");
  const { acknowledged, inFlight } = await flood.ended;

  const started = performance.now();
  const again = await start();
  found.slowestStart = Math.max(found.slowestStart, performance.now() - started);
  for (const person of acknowledged) if ((await signIn(again, person)) === null) found.lost.push(person.email);
  for (const person of inFlight) {
    await signUp(again, person);
    if ((await signIn(again, person)) === null) found.stuck.push(person.email);
  }
  found.acknowledged += acknowledged.length;
  found.inFlight += inFlight.length;
  await again.stop("SIGKILL");
}

function report(what: string, times: number, { acknowledged, inFlight, lost, stuck, slowestStart }: Found) {
  console.log(`${what} × ${times}: ${acknowledged} acknowledged, ${lost.length} lost; ${inFlight} in flight, ${stuck.length} stuck; slowest restart ${Math.round(slowestStart)} ms`);
  expect(acknowledged).toBeGreaterThanOrEqual(times);
  expect(inFlight).toBeGreaterThan(0);
  expect([lost, stuck]).toEqual([[], []]);
}

const nothingFound = (): Found => ({ acknowledged: 0, inFlight: 0, lost: [], stuck: [], slowestStart: 0 });
const minutes = 60 * 1000;

test("kill -9 during sign-ups, embedded: nothing acknowledged is lost, nobody is stuck, no second process gets in", async () => {
  const times = rounds(8, 100);
  const dataDirectory = newFolder();
  const found = nothingFound();
  const refuseSecond = async () => expect(await spawnProgram({ DATA_DIR: dataDirectory, PORT: "1" }).exited).toBe(1);
  try {
    for (let round = 0; round < times; round++) await killOnce(() => startProgram(manyClients, dataDirectory), found, refuseSecond);
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
  report("kill -9, embedded", times, found);
}, 20 * minutes);

/** A start on a server, waited for until it has its database. */
async function startOn(database: string, dataDirectory: string) {
  const program = await startProgram({ ...manyClients, DATABASE_URL: postgres.url(database) }, dataDirectory);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(10_000);
  return program;
}

test("kill -9 during sign-ups, Postgres: nothing acknowledged is lost, nobody is stuck", async () => {
  const times = rounds(6, 100);
  const database = await postgres.createDatabase();
  const dataDirectory = newFolder();
  const found = nothingFound();
  for (let round = 0; round < times; round++) await killOnce(() => startOn(database, dataDirectory), found);
  rmSync(dataDirectory, { recursive: true, force: true });
  report("kill -9, Postgres", times, found);
}, 20 * minutes);

test("a crash of Postgres itself during sign-ups: nothing acknowledged is lost, nobody is stuck", async () => {
  const times = rounds(2, 30);
  const database = await postgres.createDatabase();
  const dataDirectory = newFolder();
  const found = nothingFound();
  const crash = async () => {
    await Bun.sleep(300);
    await postgres.stop("immediate");
    await postgres.start();
  };
  for (let round = 0; round < times; round++) await killOnce(() => startOn(database, dataDirectory), found, crash);
  rmSync(dataDirectory, { recursive: true, force: true });
  report("crash of Postgres", times, found);
}, 20 * minutes);
