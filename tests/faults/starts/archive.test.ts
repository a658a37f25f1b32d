import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbedded } from "../../../db/embedded";
import { rowsOf } from "../../../db/transaction";
import { housekeepingLock } from "../../../src/process/housekeeping";
import { makeDrizzleTables } from "../../support/existing-app";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { newPerson } from "../../support/harness";
import { newFolder, startProgram } from "../../support/program";
import { manage } from "../../support/manage";
import { manyClients, newMember, send, signIn, timeUntil } from "../../support/traffic";

/** Backup, restore and the move to a server, by the commands an operator types. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

test("the embedded data is backed up, restored and moved to Postgres, with everybody still signed in", async () => {
  const folder = newFolder();
  const file = join(folder, "backup.tar.gz");
  const first = await startProgram(manyClients);
  const member = await newMember(first);
  const other = await newMember(first);
  const BETTER_AUTH_SECRET = readFileSync(join(first.dataDirectory, "secret"), "utf8");

  const DATA_DIR = first.dataDirectory;
  await first.stop();
  writeFileSync(`${file}.part`, ""); // as somebody may have put it there, who would own the backup
  chmodSync(`${file}.part`, 0o666);
  expect((await manage({ DATA_DIR }, "backup", file)).code).toBe(0);
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect((await manage({ DATA_DIR }, "backup", file)).code).toBe(1);
  expect((await manage({ DATA_DIR }, "restore", file)).said).toContain("already");

  const elsewhere = newFolder();
  expect(await manage({ DATA_DIR: elsewhere }, "restore", file)).toMatchObject({
    code: 0,
    said: expect.stringContaining("in place"),
  });
  const second = await startProgram({ ...manyClients, BETTER_AUTH_SECRET }, elsewhere);
  expect((await send(second, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  expect(await signIn(second, other.person)).not.toBeNull();
  await second.stop();

  const database = await postgres.createDatabase();
  const DATABASE_URL = postgres.url(database);
  const moved = await manage({ DATA_DIR: elsewhere, DATABASE_URL }, "move");
  expect([moved.code, moved.said]).toEqual([0, expect.stringMatching(/^\d+ rows are in the new database/)]);
  expect((await manage({ DATA_DIR: elsewhere, DATABASE_URL }, "move")).said).toContain("already");
  const third = await startProgram({ ...manyClients, BETTER_AUTH_SECRET, DATABASE_URL });
  expect(await timeUntil(third, "GET /readyz", 200)).toBeLessThan(60_000);
  expect((await send(third, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  expect(await signIn(third, other.person)).not.toBeNull();
  for (const program of [first, second, third]) await program.remove();
  rmSync(folder, { recursive: true });
});

test("the embedded data arrives in Postgres whole, in memory that does not grow with it", async () => {
  const few = await moved({ people: 10, eventsEach: 1 });
  const many = await moved({ people: 5000, eventsEach: 10 });
  for (const { rows, seconds, peakMegabytes } of [few, many])
    console.log(`moved ${rows} rows in ${seconds} s with ${peakMegabytes} MB`);
  expect(many.rows).toBeGreaterThan(70_000);
  expect(many.peakMegabytes - few.peakMegabytes).toBeLessThan(300); // all at once it is 650
}, 120_000);

test("the embedded data is not moved to a database that has been used", async () => {
  const source = await folderWith({ people: 1, eventsEach: 1 });
  const database = await postgres.createDatabase();
  const program = await startProgram({
    ...manyClients,
    BETTER_AUTH_SECRET: crypto.randomUUID(),
    DATABASE_URL: postgres.url(database),
  });
  await timeUntil(program, "GET /readyz", 200);
  await signIn(program, newPerson());
  await program.remove();
  const before = await contentOf((statement) => postgres.query(database, statement));
  const { code, said } = await manage({ DATA_DIR: source, DATABASE_URL: postgres.url(database) }, "move");
  expect([code, said]).toEqual([
    1,
    "DATABASE_URL: this database has been used for sign-ins already. Name an empty one.\n",
  ]);
  expect(await contentOf((statement) => postgres.query(database, statement))).toEqual(before);
  rmSync(source, { recursive: true });
});

test("a refused move leaves the database of another app as it was", async () => {
  const source = await folderWith({ people: 1, eventsEach: 1 });
  const database = await postgres.createDatabase();
  const at = { url: postgres.url(database), secret: crypto.randomUUID() };
  await makeDrizzleTables(at);
  await postgres.query(
    database,
    `insert into "user" (id, name, email, updated_at) values ('1', 'Ada', 'A@B.C', now())`,
  );
  const all = () =>
    postgres.query(
      database,
      `select (select json_agg(one) from "user" one) as people, json_agg(distinct nspname || relname) as objects,
         json_agg(distinct relname || attname || atttypid) as columns
       from pg_attribute join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace`,
    );
  const before = await all();
  expect((await manage({ DATA_DIR: source, DATABASE_URL: at.url }, "move")).said).toBe(
    "DATABASE_URL: there are people in this database already. Name an empty one.\n",
  );
  expect(await all()).toEqual(before);
  rmSync(source, { recursive: true });
});

test("of two folders that are moved to one database at once, one arrives, and the other is refused", async () => {
  const folders = [await folderWith({ people: 300, eventsEach: 2 }), await folderWith({ people: 500, eventsEach: 2 })];
  const database = await postgres.createDatabase();
  const DATABASE_URL = postgres.url(database);
  const ended = await Promise.all(folders.map((DATA_DIR) => manage({ DATA_DIR, DATABASE_URL }, "move")));
  const [done, refused] = ended.toSorted((one, other) => one.code - other.code);
  expect(done).toMatchObject({ code: 0, said: expect.stringContaining("are in the new database") });
  expect([refused?.code, refused?.said]).toEqual([
    1,
    "DATABASE_URL: there are people in this database already. Name an empty one.\n",
  ]);
  for (const one of folders) rmSync(one, { recursive: true });
});

test("commands without what they need say what that is", async () => {
  for (const words of [["restore", "/nowhere/at/all"], ["move"], ["backup", "/tmp/gatehouse-backup-of-nothing"]]) {
    const { code, said } = await manage({ DATA_DIR: newFolder() }, ...words);
    expect([words, code, said.trim().split("\n").length]).toEqual([words, 1, 1]);
  }
});

/** Moves a folder with that much in it, compares every row, and gives the figures. */
async function moved(amount: { people: number; eventsEach: number }) {
  const source = await folderWith(amount);
  const database = await postgres.createDatabase();
  // as it is in the folder, where times become text
  await postgres.query("postgres", `alter database ${database} set timezone = 'UTC'`);
  const started = performance.now();
  const { code, said, peakMegabytes } = await manage(
    { DATA_DIR: source, DATABASE_URL: postgres.url(database) },
    "move",
  );
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const embedded = await openEmbedded(source);
  const there = await contentOf((statement) => rowsOf(embedded.orm, sql.raw(statement)));
  await embedded.close();
  const here = await contentOf((statement) => postgres.query(database, statement));
  const rows = here.reduce((sum, { count }) => sum + count, 0);
  expect(here).toEqual(there);
  expect([code, said]).toEqual([0, expect.stringContaining(`${rows} rows`)]);
  const [next] = await postgres.query<{ id: string; last: string }>(
    database,
    `insert into gatehouse.event (kind, outcome) values ('sign_in', 'refused')
      returning id, (select max(id) from gatehouse.event) as last`,
  );
  expect(Number(next?.id)).toBe(Number(next?.last) + 1);
  rmSync(source, { recursive: true });
  return { rows, seconds, peakMegabytes };
}

/** How many rows each table has that must not be lost, and a digest of all of them. */
async function contentOf(ask: (statement: string) => Promise<Record<string, unknown>[]>) {
  const tables = [
    `"user"`,
    "session",
    "account",
    "verification",
    ...["event", "device", "deletion", "mail_token", "outbox"].map((name) => `gatehouse.${name}`),
  ];
  return Promise.all(
    tables.map(async (table) => {
      const [content] = await ask(
        `select count(*)::int as count,
             md5(string_agg(to_jsonb(line)::text, ',' order by to_jsonb(line)::text collate "C")) as digest
           from ${table} as line`,
      );
      return { table, count: Number(content?.count), digest: content?.digest };
    }),
  );
}

/**
 * A folder whose embedded database has that many people, with something in every table for each or for some of them.
 */
async function folderWith({ people, eventsEach }: { people: number; eventsEach: number }): Promise<string> {
  const folder = newFolder();
  const embedded = await openEmbedded(folder);
  await embedded.migrate();
  const everybody = `from generate_series(1, ${people}) as n`;
  const statements = [
    `insert into "user" (id, name, email)
       select 'u' || n, 'Person "' || n || E'", \\\\ 人', n || '@example.org' ${everybody}`,
    `insert into account (id, account_id, provider_id, user_id, password)
       select 'a' || n, 'u' || n, 'credential', 'u' || n, repeat('x', 97) ${everybody}`,
    `insert into session (id, expires_at, token, user_id)
       select 's' || n, clock_timestamp() + interval '7 days', 't' || n, 'u' || n ${everybody}`,
    `insert into verification (id, identifier, value, expires_at)
       select 'v' || n, 'i' || n, 'x', clock_timestamp() ${everybody}`,
    `insert into gatehouse.event (at, kind, outcome, user_id, client_address, user_agent)
       select clock_timestamp(), 'sign_in', 'done', case when n % 7 > 0 then 'u' || n end, '::1',
         repeat('agent ', 300) ${everybody}, generate_series(1, ${eventsEach})`,
    `select pg_advisory_lock(${housekeepingLock})`, // as housekeeping leaves it
    `delete from gatehouse.event where id % 5 = 0`,
    `insert into gatehouse.device (user_id, hash)
       select 'u' || n, 'h' || (n / 2) ${everybody}`,
    `insert into gatehouse.deletion (user_id, due_at)
       select 'u' || n, clock_timestamp() ${everybody} where n % 3 = 0`,
    `insert into gatehouse.mail_token (hash, purpose, user_id, email, expires_at)
       select 'h' || n, 'verify', 'u' || n, n || '@example.org', clock_timestamp() ${everybody}`,
    `insert into gatehouse.outbox (kind, recipient, language, user_id, facts)
       select 'new_device', n || '@example.org', 'en', 'u' || n,
         jsonb_build_object('device', 'Firefox "' || n) ${everybody} where n % 2 = 0`,
  ];
  for (const statement of statements) await rowsOf(embedded.orm, sql.raw(statement));
  await embedded.close();
  return folder;
}
