import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { newPerson, type Person } from "../harness";
import { newFolder, spawnProgram, startProgram, type Program } from "../program";

const rounds = 20;
const settings = { TRUSTED_PROXIES: "127.0.0.1, ::1" };
let clients = 0;

/** Posts a form from an address of its own; the status, or null when no answer came. */
async function post(origin: string, path: string, fields: Record<string, string>): Promise<number | null> {
  const client = ++clients;
  const headers = { origin, "x-forwarded-for": `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}` };
  const answer = await fetch(origin + path, { method: "POST", redirect: "manual", headers, body: new URLSearchParams(fields) }).catch(() => null);
  return answer?.status ?? null;
}

/** Signs people up, four at a time, until the program is gone. */
async function signUpUntilItDies(origin: string, acknowledged: Person[], inFlight: Person[]) {
  const worker = async () => {
    for (;;) {
      const person = newPerson();
      const status = await post(origin, "/sign-up", { ...person });
      if (status === null) return void inFlight.push(person);
      if (status === 303) acknowledged.push(person);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function signsIn({ origin }: Program, { email, password }: Person) {
  return (await post(origin, "/sign-in", { email, password })) === 303;
}

test(`kill -9 during sign-ups, ${rounds} times, embedded: nothing acknowledged is lost, nobody is stuck, nobody else gets in`, async () => {
  const dataDirectory = newFolder();
  const found = { acknowledged: 0, lost: [] as string[], inFlight: 0, stuck: [] as string[], slowestStart: 0, secondProcessLetIn: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const gatehouse = await startProgram(settings, dataDirectory);
      const acknowledged: Person[] = [];
      const inFlight: Person[] = [];
      const flood = signUpUntilItDies(gatehouse.origin, acknowledged, inFlight);
      const second = spawnProgram({ DATA_DIR: dataDirectory, PORT: "1" });
      if ((await second.exited) !== 1) found.secondProcessLetIn += 1;
      await Bun.sleep(50 + Math.random() * 250);
      await gatehouse.stop("SIGKILL");
      await flood;

      const started = performance.now();
      const again = await startProgram(settings, dataDirectory);
      found.slowestStart = Math.max(found.slowestStart, performance.now() - started);
      for (const person of acknowledged) if (!(await signsIn(again, person))) found.lost.push(person.email);
      for (const person of inFlight) {
        await post(again.origin, "/sign-up", { ...person });
        if (!(await signsIn(again, person))) found.stuck.push(person.email);
      }
      found.acknowledged += acknowledged.length;
      found.inFlight += inFlight.length;
      await again.stop("SIGKILL");
    }
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
  console.log(`kill -9 × ${rounds}: ${found.acknowledged} acknowledged, ${found.lost.length} lost; ${found.inFlight} in flight, ${found.stuck.length} stuck; slowest restart ${Math.round(found.slowestStart)} ms`);
  expect(found.acknowledged).toBeGreaterThan(rounds);
  expect(found.inFlight).toBeGreaterThan(0);
  expect([found.lost, found.stuck, found.secondProcessLetIn]).toEqual([[], [], 0]);
}, 240_000);
