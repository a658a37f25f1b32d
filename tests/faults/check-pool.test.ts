import { afterAll, beforeAll, expect, test } from "bun:test";
import { Client } from "pg";
import { createCheckPool } from "../../db/checks/pool";
import { openDatabase } from "../../db/database";
import { sessionQuestion } from "../../db/checks/row";
import type { Checks, Database } from "../../db/types";
import type { PostgresServer } from "../support/postgres/server";
import { startPostgres } from "../support/postgres/server";
import { startWire } from "../support/tcp-proxy";
import { until } from "../support/until";

/** D13: the connections of session checks on a real server, many questions at a time, while something breaks. */

const sessions = 50;
let postgres: PostgresServer;
let name: string;
beforeAll(async () => {
  postgres = await startPostgres();
  name = await postgres.createDatabase();
  const database = await open();
  await database.migrate();
  await database.close();
  await postgres.query(
    name,
    `insert into "user" (id, name, email) select 'user' || i, 'Ada', i || '@example.org' from generate_series(1, $1) i`,
    [sessions],
  );
  await postgres.query(
    name,
    `insert into session (id, token, user_id, expires_at)
      select 'session' || i, 'token' || i, 'user' || i, now() + interval '1 day' from generate_series(1, $1) i`,
    [sessions],
  );
});
afterAll(() => postgres.remove());

const open = (port = postgres.port): Promise<Database> => {
  const url = postgres.url(name, port);
  return openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
};

/** Does something with the checks of a database of its own. */
async function withChecks(act: (checks: Checks, database: Database) => Promise<void>, port?: number) {
  const database = await open(port);
  await act(database.checks, database).finally(() => database.close());
}

/** Asks for each session so many times, and as often for one that is none; every answer must be that of its token. */
async function askMany(checks: Checks, times = 4): Promise<Error[]> {
  const numbers = Array.from({ length: sessions * times }, (_, i) => (i % sessions) + 1);
  const outcomes = await Promise.allSettled(
    numbers.flatMap((i) => [checks.sessionByToken(`token${i}`), checks.sessionByToken(`nobody${i}`)]),
  );
  const wrong = outcomes.filter((outcome, at) => {
    const id = at % 2 === 0 ? `session${numbers[at / 2]}` : undefined;
    return outcome.status === "fulfilled" && outcome.value?.session.id !== id;
  });
  expect(wrong).toEqual([]);
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}

const backends = () =>
  postgres.query<{ pid: number }>(
    "postgres",
    "select pid from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
    [name],
  );
const killAll = () =>
  postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);

test("of many questions at once each has its own answer, and a few connections do for all of them", () =>
  withChecks(async (checks) => {
    const pings = Promise.all(Array.from({ length: 20 }, () => checks.ping()));
    expect(await askMany(checks)).toEqual([]);
    await pings;
    expect((await backends()).length).toBeLessThanOrEqual(4);
  }));

test("connections that are killed while they are asked cost no check an error", () =>
  withChecks(async (checks) => {
    for (let round = 0; round < 10; round++) {
      const asking = askMany(checks);
      await Bun.sleep(1);
      await killAll();
      expect(await asking).toEqual([]);
    }
  }));

test("an idle connection that died unheard is asked first, so that no question waits on it", async () => {
  const wire = await startWire(postgres.port);
  await withChecks(async (checks) => {
    await checks.sessionByToken("token1");
    await Bun.sleep(1100);
    wire.forget();
    const began = performance.now();
    expect((await checks.sessionByToken("token2"))?.session.id).toBe("session2");
    expect(performance.now() - began).toBeLessThan(1400);
  }, wire.port);
  wire.close();
});

test("a frozen server: every check is refused in time, and no late answer is taken for another one's", () =>
  withChecks(async (checks) => {
    expect(await askMany(checks)).toEqual([]);
    await postgres.signal("SIGSTOP");
    const began = performance.now();
    const refused = await askMany(checks).finally(() => postgres.signal("SIGCONT"));
    expect(performance.now() - began).toBeLessThan(2000);
    expect(refused).toHaveLength(8 * sessions);
    await until("checks are answered again", async () => (await askMany(checks)).length === 0);
  }));

test("a locked table: checks are refused in time, and answered once it is free", () =>
  withChecks(async (checks) => {
    const inTheWay = new Client({ connectionString: postgres.url(name) });
    await inTheWay.connect();
    await inTheWay.query("begin; lock table session in access exclusive mode");
    const began = performance.now();
    const refused = await askMany(checks);
    expect([refused.length, performance.now() - began < 2000]).toEqual([8 * sessions, true]);
    await inTheWay.query("rollback");
    await inTheWay.end();
    expect(await askMany(checks)).toEqual([]);
  }));

test("while the server takes no more connections, the one that is open serves everybody", () =>
  withChecks(async (checks) => {
    await checks.sessionByToken("token1");
    await postgres.query("postgres", "alter role app connection limit 0");
    const refused = await askMany(checks).finally(() =>
      postgres.query("postgres", "alter role app connection limit -1"),
    );
    expect(refused).toEqual([]);
  }));

test("nobody can be reached: every check is refused in time, also those that came later", async () => {
  const wire = await startWire(postgres.port);
  await withChecks(async (checks) => {
    wire.close();
    const began = performance.now();
    const first = askMany(checks);
    await Bun.sleep(300);
    const second = askMany(checks);
    expect([(await first).length, (await second).length]).toEqual([8 * sessions, 8 * sessions]);
    expect(performance.now() - began).toBeLessThan(2300);
  }, wire.port);
});

test("when it is closed, whoever waits is refused, and every connection ends", async () => {
  const database = await open();
  const asking = askMany(database.checks);
  await database.close();
  expect((await asking).length).toBeGreaterThan(0);
  expect(database.checks.sessionByToken("token1")).rejects.toThrow("The pool is closed.");
  await until("no connection is left", async () => (await backends()).length === 0);
});

const statement = { text: sessionQuestion().text, isNamed: () => true };
const client = () => new Client({ connectionString: postgres.url(name) });
const needs = { open: client, statement, loseName: () => undefined, notice: () => undefined };
const limits = { connections: 4, atOnce: 1, longestIdle: 500, longestLife: 3000, round: 100 };

test("the row of somebody else is nobody's answer, wherever it was mixed up", async () => {
  const mixed = { ...statement, text: statement.text.replace('"token" = $1', `"token" = 'token1' and $1 <> ''`) };
  expect(mixed.text).not.toBe(statement.text);
  const pool = createCheckPool({ ...needs, statement: mixed }, limits);
  expect((await pool.rowOf("token1"))?.at(-1)).toBe("token1");
  await expect(pool.rowOf("token2")).rejects.toThrow("No answer came.");
  await pool.end();
});

test("a client that cannot send has the check refused, and nothing else ends", async () => {
  const open = () => {
    const mute = client();
    mute.once("connect", () => {
      const { stream } = mute.connection;
      const write = stream.write.bind(stream);
      stream.write = (bytes: string | Uint8Array, then?: unknown) => {
        if (Buffer.from(bytes as Uint8Array).includes("token1")) throw new Error("It cannot send.");
        return write(bytes, then as () => void); // pg gives a callback, or nothing
      };
    });
    return mute;
  };
  const pool = createCheckPool({ ...needs, open }, limits);
  await expect(pool.rowOf("token1")).rejects.toThrow("No answer came.");
  await pool.end();
});

test("while no other connection can be opened, whoever waits is served by the one that is busy", async () => {
  const slow = { ...statement, text: `${statement.text} and pg_sleep(0.05) is not null` };
  let opened = 0;
  const open = () => (opened++ === 0 ? client() : new Client({ connectionString: postgres.url("nowhere") }));
  const pool = createCheckPool({ ...needs, open, statement: slow }, limits);
  await pool.rowOf("token1");
  const rows = await Promise.all(Array.from({ length: 5 }, () => pool.rowOf("token2")));
  expect(rows.map((row) => row?.at(-1))).toEqual(Array(5).fill("token2"));
  expect(opened).toBeGreaterThan(1);
  await pool.end();
});

test("connections that nobody needs are given back but for one", async () => {
  const pool = createCheckPool(needs, limits);
  const many = () => Promise.all(Array.from({ length: 40 }, () => pool.rowOf("token1")));
  await until("all four are open", async () => {
    await many(); // a few may answer all before the others are connected
    return pool.connections().idle === 4;
  });
  await until("all but one are given back", async () => pool.connections().idle === 1);
  await pool.end();
});

const old = { ...limits, longestIdle: 60_000, longestLife: 500 };

test("an old connection is given back where nobody asks", async () => {
  const pool = createCheckPool(needs, old);
  await pool.rowOf("token1");
  await until("none is left", async () => (await backends()).length === 0);
  expect((await pool.rowOf("token2"))?.at(-1)).toBe("token2");
  await pool.end();
});

test("an old connection is replaced where somebody asks all the time", async () => {
  await until("the others are gone", async () => (await backends()).length === 0);
  const pool = createCheckPool(needs, { ...old, round: 60_000 });
  const seen = new Set<number>();
  await until("it is replaced", async () => {
    await pool.rowOf("token1");
    for (const { pid } of await backends()) seen.add(pid);
    return seen.size > 1;
  });
  await pool.end();
});
