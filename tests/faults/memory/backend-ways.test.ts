import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { runProxy, type Proxy } from "../../demo/proxies";
import { startBalancer, type Balancer } from "../../support/balancer";
import { nodeProgram, pythonProgram, type ClientProgram } from "../../support/client-programs";
import { startManyPollers } from "../../support/many-pollers";
import { backendKey } from "../../support/polls";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, startProgram, type Program } from "../../support/program";
import { rounds } from "../../support/rounds";
import { manyClients, newMember, send, timeUntil } from "../../support/traffic";
import { until } from "../../support/until";

/**
 * Backends that answer from memory, in Python and JavaScript, before two replicas of the real program: reached past
 * nothing, through a proxy that buffers and through a balancer that gives each request to another replica; while one is
 * frozen, and while a thousand others poll.
 */

const promisedMilliseconds = 2000;
const root = join(import.meta.dir, "../../..");
const ways = ["directly", "through a proxy that buffers", "through a balancer that switches replicas"] as const;
const languages = ["Python", "JavaScript"] as const;

let postgres: PostgresServer;
const replicas: Program[] = [];
let proxy: Proxy;
let balancer: Balancer;
const backends = new Map<string, ClientProgram>();
beforeAll(async () => {
  postgres = await startPostgres();
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  for (let i = 0; i < 2; i++) {
    const secrets = { BETTER_AUTH_SECRET: "a-secret-that-only-the-tests-know-0123456789" };
    replicas.push(await startProgram({ ...manyClients, ...secrets, DATABASE_URL, GATEHOUSE_BACKEND_KEY: backendKey }));
    expect(await timeUntil(replica(i), "GET /readyz", 200)).toBeLessThan(60_000);
  }
  const own = freePort();
  const pass = `location / { proxy_pass ${replica(0).origin}; proxy_http_version 1.1; proxy_buffering on; }`;
  proxy = await runProxy("nginx", `server { listen 127.0.0.1:${own}; listen [::1]:${own}; ${pass} }`, own);
  balancer = startBalancer(replicas.map(({ origin }) => origin));
  const origins = [replica(0).origin, proxy.origin, balancer.origin];
  const start = {
    Python: await pythonProgram(join(root, "clients/python/tests"), "memory_app:app"),
    JavaScript: nodeProgram(join(root, "tests/javascript-client/apps/memory.mjs")),
  };
  for (const [at, way] of ways.entries())
    for (const language of languages) {
      const environment = { GATEHOUSE_URL: origins[at] ?? "", LIVE_KEY: backendKey };
      backends.set(`${language} ${way}`, await start[language](environment));
    }
}, 300_000);
afterAll(async () => {
  for (const { process } of backends.values()) process.kill("SIGKILL");
  await balancer.stop();
  await proxy.stop();
  for (const program of replicas) await program.remove();
  await postgres.remove();
});

function replica(at: number): Program {
  const program = replicas[at];
  if (!program) throw new Error(`There is no replica ${at}.`);
  return program;
}

function backendOf(language: (typeof languages)[number], way: (typeof ways)[number]): ClientProgram {
  const backend = backends.get(`${language} ${way}`);
  if (!backend) throw new Error("It was not started.");
  return backend;
}

async function ask({ origin }: ClientProgram, cookie: string) {
  const answer = await fetch(`${origin}/who`, { headers: { cookie } });
  const told: { who?: string | null; fromMemory?: boolean } = answer.status === 200 ? await answer.json() : {};
  return { status: answer.status, who: null, fromMemory: false, ...told };
}

const newCookie = async (): Promise<string> => (await newMember(replica(1))).cookie;

const untilKept = (backend: ClientProgram, cookie: string) =>
  until("it is in memory", async () => (await ask(backend, cookie)).fromMemory);

/** Signs out at the replica that nobody polls; gives after how many milliseconds the backend last let them in. */
async function signOut(backend: ClientProgram, cookie: string): Promise<number> {
  expect((await send(replica(1), "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
  const ended = performance.now();
  for (let last = ended; ; ) {
    const asked = performance.now();
    const { status, who } = await ask(backend, cookie);
    if (status === 200 && who === null) return last - ended;
    if (who !== null) last = asked;
    expect(last - ended).toBeLessThan(promisedMilliseconds);
  }
}

for (const way of ways)
  for (const language of languages)
    test(`D14 a sign-out holds for a backend in ${language} that asks ${way}`, async () => {
      const backend = backendOf(language, way);
      const delays: number[] = [];
      for (let round = 0; round < rounds(5, 200); round++) {
        const cookie = await newCookie();
        // Where each poll is told to forget everything there is nothing in memory.
        if (way !== ways[2]) await untilKept(backend, cookie);
        else for (let asked = 0; asked < 20; asked++) expect((await ask(backend, cookie)).who).not.toBeNull();
        delays.push(await signOut(backend, cookie));
      }
      delays.sort((a, b) => a - b);
      const [middle = 0, slowest = 0] = [delays[delays.length >> 1], delays.at(-1)];
      console.log(`${language}, ${way}: ${middle.toFixed(1)} ms (median), ${slowest.toFixed(1)} ms at the most`);
    }, 300_000);

for (const way of [ways[0], ways[1]])
  for (const language of languages)
    test(`D14 memory of a backend in ${language} that asks ${way} ends when Gatehouse freezes`, async () => {
      const backend = backendOf(language, way);
      const cookie = await newCookie();
      await untilKept(backend, cookie);
      replica(0).process.kill("SIGSTOP");
      const frozen = performance.now();
      let [last, answer] = [frozen, await ask(backend, cookie)];
      for (; answer.fromMemory; answer = await ask(backend, cookie)) last = performance.now();
      expect(last - frozen).toBeLessThan(promisedMilliseconds + 100); // and what the question took
      expect([answer.status, answer.who]).toEqual([503, null]); // neither let in nor called signed out
      const { status } = await send(replica(1), "POST /sign-out", { cookie, fields: {} });
      expect(status).toBe(303);
      replica(0).process.kill("SIGCONT");
      await until("it knows", async () => {
        const { status: now, who } = await ask(backend, cookie);
        expect(who).toBeNull();
        return now === 200;
      });
    }, 60_000);

test("D14 a thousand others that poll keep no backend from hearing of a sign-out", async () => {
  const others = startManyPollers(replica(0), 1000);
  await until("each has its first answer", () => others.counted.answered >= 1000);
  for (const language of languages) {
    const backend = backendOf(language, "directly");
    const cookie = await newCookie();
    await untilKept(backend, cookie);
    const delay = await signOut(backend, cookie);
    console.log(`${language}, beside a thousand: ${delay.toFixed(1)} ms`);
  }
  const began = performance.now();
  expect((await send(replica(0), "GET /api/session", { cookie: await newCookie() })).status).toBe(200);
  console.log(`somebody new was served within ${Math.round(performance.now() - began)} ms`);
  await until("everybody was told", () => others.counted.told >= 2000); // the reset, and of the sign-outs
  others.stop();
}, 120_000);
