import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createStatementNames } from "../../db/asked-often";
import { openDatabase } from "../../db/database";
import { isUnavailable } from "../../db/failure";
import { rowsOf } from "../../db/transaction";
import type { Database } from "../../db/types";
import { createThrottle } from "../../src/guard/throttle";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { logStatements, statementsDuring } from "../support/postgres/statements";

/** D15: what pages ask of a real server: how many statements, and which of them it has prepared. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

/** A database of its own; as if through a pooler, if its pages are told another address than its migrations. */
async function openNew(isPooled = false): Promise<Database> {
  const directUrl = postgres.url(await postgres.createDatabase());
  const url = isPooled ? `${directUrl}?application_name=pages` : directUrl;
  return openDatabase({ driver: "postgres", url, directUrl, dataDirectory: "" }, () => undefined);
}

const ask = (on: Pick<Database, "orm">["orm"], value: number) =>
  rowsOf<{ v: unknown }>(on, sql`select v from kept where v = ${value}`);
const askOften = async ({ orm }: Database) => {
  for (let i = 0; i < 30; i++) await ask(orm, i);
};
/** Of the one connection that is in use. */
const prepared = async ({ orm }: Database) =>
  (await rowsOf<{ statement: string }>(orm, sql`select statement from pg_prepared_statements`)).map(
    ({ statement }) => statement,
  );

test("a statement that is asked often is prepared on its connection, and one that is not is not", async () => {
  const database = await openNew();
  await database.orm.execute(sql`create table kept (v integer)`);
  for (let i = 0; i < 30; i++) await rowsOf(database.orm, sql.raw(`select v from kept where v = ${i}`));
  await rowsOf(database.orm, sql`select v from kept where v > ${1}`);
  await askOften(database);
  expect(await prepared(database)).toEqual(["select v from kept where v = $1"]);
  await database.close();
});

test("through a pooler nothing of the pages is prepared", async () => {
  const database = await openNew(true);
  await database.orm.execute(sql`create table kept (v integer)`);
  await askOften(database);
  expect(await prepared(database)).toEqual([]);
  await database.close();
});

test("a table that changes under a prepared statement costs one try again, and no more", async () => {
  for (const within of ["no transaction", "a transaction"]) {
    const database = await openNew();
    const { orm } = database;
    await orm.execute(sql`create table kept (v integer)`);
    await askOften(database);
    await orm.execute(sql`alter table kept alter column v type bigint`);
    const once = () => (within === "a transaction" ? orm.transaction((inner) => ask(inner, 1)) : ask(orm, 1));
    const refused = await once().catch((error: unknown) => error);
    expect(isUnavailable(refused)).toBe(true);
    expect(await once()).toEqual([]);
    await database.close();
  }
});

test("only what is asked often within a minute has a name, and no more than a connection should keep", () => {
  let now = 0;
  const { nameOf } = createStatementNames(() => now);
  const asked = (text: string, times: number) => Array.from({ length: times }, () => nameOf(text)).at(-1);
  expect([asked("a", 19), asked("a", 1), asked("a", 1)]).toEqual([undefined, "gatehouse_often_0", "gatehouse_often_0"]);
  expect(asked("b", 19)).toBeUndefined();
  now = 61_000;
  expect(asked("b", 19)).toBeUndefined();
  for (let i = 0; i < 100; i++) asked(`other ${i}`, 20);
  expect([asked("one more", 40), asked("a", 1)]).toEqual([undefined, "gatehouse_often_0"]);
  const fresh = createStatementNames();
  for (let i = 0; i < 990; i++) fresh.nameOf(`once ${i}`);
  for (let i = 0; i < 19; i++) fresh.nameOf("c");
  for (let i = 0; i < 20; i++) fresh.nameOf(`once more ${i}`);
  expect(fresh.nameOf("c")).toBeUndefined(); // what was counted of it was forgotten
});

test("replicas that begin with different secrets count tries without waiting for each other in a circle", async () => {
  const database = await openNew();
  await database.migrate();
  const log = () => undefined;
  const keys = [["one", "two", "three", "four", "five"] as const, ["five", "four", "three", "two", "one"] as const];
  const throttles = keys.map((ring) => createThrottle(database, { keys: ring, log, moreTries: () => 1000 }));
  const limits = [
    { kind: "client" as const, key: "192.0.2.1" },
    { kind: "signIn" as const, key: "ada@example.org" },
  ];
  for (let round = 0; round < 20; round++) {
    const all = throttles.flatMap((throttle) =>
      Array.from({ length: 4 }, async () => {
        const { ok } = await throttle.take(limits);
        await throttle.forgive(limits.slice(1));
        return ok;
      }),
    );
    expect(await Promise.all(all)).toEqual(Array<boolean>(8).fill(true));
  }
  const counted = await rowsOf<{ tries: number }>(
    database.orm,
    sql`select tries from gatehouse.throttle order by tries`,
  );
  expect(counted.map(({ tries }) => tries)).toEqual([...Array<number>(5).fill(0), ...Array<number>(5).fill(160)]);
  await database.close();
});

describe("the statements of a sign-in", () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    const database = await openNew();
    const without = { rows: async () => [], takeAway: async () => undefined };
    gatehouse = await startGatehouse({}, { ...without, database, remove: database.close });
    await logStatements(postgres, "all");
  });
  afterAll(() => gatehouse.close());

  test("are eighteen at the most in a known browser", async () => {
    const [person, visitor] = [newPerson(), gatehouse.visitor()];
    await visitor.join(person);
    for (let i = 0; i < 3; i++) {
      for (const name of visitor.cookies.keys()) if (name.includes("session")) visitor.cookies.delete(name);
      const asked = await askedBy(() => visitor.post("/sign-in", { ...person }));
      expect(asked.length).toBeGreaterThan(10);
      expect(asked.length).toBeLessThanOrEqual(18);
    }
  });

  test("are the same ones for a wrong password, where there is none, and for an address that nobody has", async () => {
    const [person, without] = [newPerson(), newPerson()];
    for (const each of [person, without]) await gatehouse.visitor().join(each);
    const { orm } = gatehouse.database;
    await orm.execute(sql`delete from account where user_id in (select id from "user" where email = ${without.email})`);
    const wrong = async (email: string) =>
      (await askedBy(() => gatehouse.visitor().post("/sign-in", { email, password: "not the password" }))).sort();
    const ofKnown = await wrong(person.email);
    expect(ofKnown.length).toBeGreaterThan(4);
    expect(await wrong(without.email)).toEqual(ofKnown);
    expect(await wrong(newPerson().email)).toEqual(ofKnown);
  });
});

/** What a visitor asks of Postgres by some work; the outbox asks by itself. */
const askedBy = async (work: () => Promise<unknown>) =>
  (await statementsDuring(postgres, work)).filter((text) => !text.includes("outbox"));
