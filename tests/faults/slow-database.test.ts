import { afterAll, beforeAll, expect, test } from "bun:test";
import { Client } from "pg";
import type { PostgresServer } from "../support/postgres/server";
import { startWire } from "../support/tcp-proxy";
import {
  askEverything,
  expectHonest,
  newMember,
  send,
  signIn,
  signUp,
  timeUntil,
  type Answer,
} from "../support/traffic";
import { newPerson } from "../support/harness";
import { startBothWays, ways, type BothWays } from "../support/on-postgres";

/**
 * A database that is slow, frozen or locked, on a real Postgres: D3 and D4 of docs/reliability.md. Every figure is
 * printed.
 */

let servers: BothWays;
let postgres: PostgresServer;
beforeAll(async () => {
  servers = await startBothWays();
  postgres = servers.postgres;
});
afterAll(() => servers.remove());

/**
 * The milliseconds that the slowest of some questions takes at its quickest try: a busy machine makes some answer slow
 * now and then, a slow path is slow each time.
 */
const slowestOf = ([first = [], ...others]: Answer[][]) =>
  Math.round(
    Math.max(
      ...first.map((answer, i) =>
        Math.min(...[answer, ...others.flatMap((tries) => tries[i] ?? [])].map(({ milliseconds }) => milliseconds)),
      ),
    ),
  );

test.each(ways)(
  "%s: D3 the database is frozen: an honest answer within two seconds, and full service within one of its return",
  async (way) => {
    const { program } = await servers.startOn(way);
    const member = await newMember(program);
    await postgres.signal("SIGSTOP");
    const tries: Answer[][] = [];
    try {
      for (let i = 0; i < 3; i++) tries.push(await askEverything(program, member));
      tries.forEach(expectHonest);
      expect((await send(program, "GET /livez")).status).toBe(200);
      expect((await send(program, "GET /readyz")).status).toBe(503);
    } finally {
      await postgres.signal("SIGCONT");
    }
    const recovery = await timeUntil(program, "GET /api/session", 200, member.cookie);
    const writes = await timeUntil(program, "GET /account", 200, member.cookie);
    const slowest = slowestOf(tries);
    console.log(`D3 frozen, ${way}: slowest refusal ${slowest} ms, checks back after ${recovery} ms,`);
    console.log(`pages after ${writes} ms more`);
    expect(slowest).toBeLessThan(2000);
    expect(recovery).toBeLessThan(1000);
    expect(await signIn(program, member.person)).not.toBeNull();
  },
);

test("D3 the database has a locked table: writes are told to try again, and session checks go on", async () => {
  const { program, name } = await servers.startOn();
  const member = await newMember(program);
  const inTheWay = new Client({ connectionString: postgres.url(name) });
  await inTheWay.connect();
  await inTheWay.query("begin; lock table account in access exclusive mode");
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
  await inTheWay.query("rollback");
  await inTheWay.end();
  expect(await signIn(program, member.person)).not.toBeNull();
});

test("D4 the database drops every packet: honest answers, no half-dead connection afterwards", async () => {
  const wire = await startWire(postgres.port);
  const { program } = await servers.startOn("Postgres", wire.port);
  const member = await newMember(program);
  wire.stall();
  const tries = [await askEverything(program, member), await askEverything(program, member)];
  wire.flow();
  tries.forEach(expectHonest);
  const slowest = slowestOf(tries);
  const recovery = await timeUntil(program, "GET /account", 200, member.cookie);

  // Three times, because now and then work in the background has used a connection in the second before.
  const firsts: number[] = [];
  for (let round = 0; round < 3; round++) {
    await Bun.sleep(1100); // idle; then the wire forgets its connections without telling anybody
    wire.stall();
    const first = send(program, "GET /account", { cookie: member.cookie });
    await Bun.sleep(100); // the request is on the wire
    wire.cut();
    wire.flow();
    firsts.push((await first).status);
  }
  console.log(`D4: slowest refusal ${slowest} ms, recovered after ${recovery} ms;`);
  console.log(`first requests after a lost connection: ${firsts.join(", ")}`);
  expect(slowest).toBeLessThan(2000);
  expect(recovery).toBeLessThan(1000);
  expect(firsts.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(firsts).toContain(200);
  wire.close();
});

test("the database freezes while many are signing up: pages are back within a second too", async () => {
  const { program } = await servers.startOn();
  const member = await newMember(program);
  const flood = Promise.all(Array.from({ length: 14 }, () => signUp(program, newPerson())));
  await Bun.sleep(60); // some of them are being hashed, others written
  await postgres.signal("SIGSTOP");
  await Bun.sleep(2500); // longer than the program waits for any statement
  await postgres.signal("SIGCONT");
  const recovery = await timeUntil(program, "GET /account", 200, member.cookie);
  console.log(
    `frozen during sign-ups: pages back after ${recovery} ms, sign-ups answered ${[...new Set(await flood)]}`,
  );
  expect(recovery).toBeLessThan(1000);
});

test("the database is far away and slow: every answer comes within two seconds, whatever it is", async () => {
  const wire = await startWire(postgres.port);
  const { program } = await servers.startOn("Postgres", wire.port);
  const tries: Answer[][] = [];
  for (let round = 0; round < 3; round++) {
    const member = await newMember(program); // the questions sign out whoever asks them
    wire.delay(700);
    tries.push(await askEverything(program, member));
    wire.delay(0);
  }
  const slowest = slowestOf(tries);
  console.log(`700 ms away: slowest answer ${slowest} ms`);
  expect(slowest).toBeLessThan(2200);
  wire.close();
});
