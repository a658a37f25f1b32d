import { sql, type SQL } from "drizzle-orm";
import { openDatabase } from "../db/database";
import type { Orm } from "../db/types";
import { capabilities } from "../src/capabilities/index";
import { listPeople, type Wanted } from "../src/capabilities/administration/people/list";
import { searchEvents, type WantedEvents } from "../src/capabilities/administration/people/events";
import { personOf } from "../src/capabilities/administration/people/person";
import { migrationsOf, tablesOf } from "../src/contributions";
import { startPostgres, type PostgresServer } from "../tests/support/postgres/server";
import { table, writeSection } from "./page";

/**
 * `bun bench/people.ts`: how long it takes to list people, to find them, and to show one, among a million in Postgres;
 * with the plans; and events about them. A few minutes and 2 GB of disk. Puts the results into docs/performance.md;
 * `bun bench/people.ts 100000` takes fewer people, and writes nothing.
 */
const most = 1_000_000;
const people = Number(process.argv[2] ?? most);
const each = 300;

/** The number of somebody. */
function some(): number {
  return 1 + Math.floor(Math.random() * people);
}

/** As `fill` makes them. */
function hashOf(number: number): string {
  return new Bun.CryptoHasher("md5").update(String(number)).digest("hex");
}

/** A place in the list, which is by time. */
function placeOf(number: number): string {
  const at = new Date(Date.UTC(2020, 0, 1) + number * 60_000).toISOString();
  return Buffer.from(JSON.stringify([at, `id${number}`])).toString("base64url");
}

const scenarios: [what: string, wanted: () => Wanted][] = [
  ["the newest", () => ({})],
  ["any page", () => ({ after: placeOf(some()), count: 200 })],
  ["an address's first letter", () => ({ search: hashOf(some()).slice(0, 1) })],
  ["its first three", () => ({ search: hashOf(some()).slice(0, 3) })],
  ["a whole address", () => ({ search: `${hashOf(some())}@example.org` })],
  ["a name's beginning, which all have", () => ({ search: "person" })],
  ["a whole name", () => ({ search: `PERSON ${some()}` })],
  ["an id", () => ({ search: `id${some()}` })],
  ["nobody", () => ({ search: "zzz" })],
  ["not confirmed (1 %)", () => ({ isConfirmed: false, after: placeOf(some()) })],
  ["suspended (1,000)", () => ({ isSuspended: true })],
  ["with a second factor (10 %)", () => ({ hasSecondFactor: true, after: placeOf(some()) })],
  ["administrators (3)", () => ({ role: "admin" })],
  ["suspended, and an address's first letter", () => ({ isSuspended: true, search: hashOf(some()).slice(0, 1) })],
  ["not confirmed, and a name that all have", () => ({ isConfirmed: false, search: "person" })],
];

const eventScenarios: [what: string, wanted: () => WantedEvents][] = [
  ["the newest", () => ({ count: 51 })],
  ["of a kind of which there are ten", () => ({ kind: "suspended", count: 51 })],
  ["of the oldest days", () => ({ to: new Date(Date.now() - 24 * 60 * 60 * 1000), count: 51 })],
  ["of one person", () => ({ userId: `id${some()}`, count: 51 })],
];

/** The milliseconds at p50, at p99 and of the slowest, one after the other, once the first have warmed up. */
async function measure(work: () => Promise<unknown>): Promise<string[]> {
  for (let round = 0; round < 20; round++) await work();
  const times: number[] = [];
  for (let round = 0; round < each; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return [0.5, 0.99, 1].map((part) => `${(times[Math.ceil(part * each) - 1] ?? 0).toFixed(1)} ms`);
}

/** Prints the plan of what is asked by `execute`. */
function explaining(orm: Orm): Orm {
  const execute = async (statement: SQL) => {
    // The driver's answer has `rows`; Drizzle's common type does not say so.
    const plan = (await orm.execute(sql`explain (analyze, costs off) ${statement}`)) as unknown as {
      rows: Record<string, string>[];
    };
    console.log(plan.rows.map((row) => row["QUERY PLAN"]).join("\n"));
    return orm.execute(statement);
  };
  return Object.assign(Object.create(orm), { execute });
}

async function fill(server: PostgresServer, name: string) {
  const statements = [
    `insert into "user" (id, name, email, email_verified, created_at, updated_at)
      select 'id' || n, 'Person ' || n, md5(n::text) || '@example.org', n % 100 <> 0, at, at
      from generate_series(1, ${people}) n,
        lateral (select timestamptz '2020-01-01Z' + make_interval(mins => n)) t(at)`,
    `insert into account (id, account_id, provider_id, user_id, password)
      select id, id, 'credential', id, 'x' from "user"`,
    `insert into session (id, token, user_id, expires_at)
      select id, 'token' || id, id, now() + interval '7 days' from "user"`,
    `insert into gatehouse.event (kind, outcome, user_id, at)
      select 'suspended', 'done', 'id' || n, now() - interval '80 days' from generate_series(1, 10) n`,
    `insert into gatehouse.event (kind, outcome, user_id, client_address)
      select 'sign_in', 'done', id, '192.0.2.1' from "user"`,
    `insert into gatehouse.authenticator_app (user_id, secret, recovery_key)
      select 'id' || n, '', '' from generate_series(10, ${people}, 10) n`,
    `insert into gatehouse.suspension (user_id) select 'id' || n
       from generate_series(7, ${people}, ${people / 1000}) n`,
    `insert into gatehouse.outbox (kind, recipient, language, user_id)
       select 'sign_in', email, 'en', id from "user" where id <= 'id2'`,
    `insert into gatehouse.role (user_id, role) select 'id' || n, 'admin' from generate_series(1, 3) n`,
    "vacuum analyze",
  ];
  for (const statement of statements) await server.query(name, statement);
}

const postgres = await startPostgres();
try {
  const name = await postgres.createDatabase();
  const url = postgres.url(name);
  const settings = { driver: "postgres", url, directUrl: url, dataDirectory: "" } as const;
  const database = await openDatabase(settings, () => undefined);
  await database.migrate(migrationsOf(capabilities));
  await fill(postgres, name);
  const tables = tablesOf(capabilities);
  const rows: string[][] = [];
  for (const [what, wanted] of scenarios) {
    const times = await measure(() => listPeople({ orm: database.orm, tables }, wanted()));
    rows.push([what, ...times]);
    console.log(`\n${what}`);
    await listPeople({ orm: explaining(database.orm), tables }, wanted());
  }
  const one = await measure(() => personOf({ database, tables }, `id${some()}`));
  rows.push(["a person: everything on their page", ...one]);
  for (const [what, wanted] of eventScenarios)
    rows.push([`events: ${what}`, ...(await measure(() => searchEvents(database.orm, wanted())))]);
  const results = table([`among ${people.toLocaleString("en")}`, "p50", "p99", "slowest"], rows);
  console.log(`\n${results}`);
  if (people === most) writeSection("people", results);
  await database.close();
} finally {
  await postgres.remove();
}
process.exit(0);
