import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { Client } from "pg";
import { lockNumber } from "../../../db/migrate";
import { migrations } from "../../../db/migration-records";
import { inMilliseconds, minutes } from "../../../src/time";
import { newPerson } from "../../support/harness";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram } from "../../support/program";
import { settingsOn, startReady } from "../../support/on-postgres";
import { rounds } from "../../support/rounds";
import { newMember, send, signUp } from "../../support/traffic";
import { until } from "../../support/until";

/** Starting and migrating, alone and in company: M1 to M3 of docs/reliability.md. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

const applied = (database: string) =>
  postgres.query<{ hash: string }>(database, "select hash from gatehouse.migration order by id");

const migrationCount = readdirSync(migrations.migrationsFolder).filter((name) => name.endsWith(".sql")).length;

test(
  "M1 six replicas at once on an empty database: every one starts, each migration is applied once",
  async () => {
    for (let round = 0; round < rounds(2, 100); round++) {
      const database = await postgres.createDatabase();
      const programs = await Promise.all(Array.from({ length: 6 }, () => startReady(settingsOn(postgres, database))));
      const journal = await applied(database);
      expect(journal.length).toBeGreaterThan(0);
      expect(new Set(journal.map(({ hash }) => hash)).size).toBe(journal.length);
      for (const program of programs.slice(0, 1)) expect(await signUp(program, newPerson())).toBe(303);
      await Promise.all(programs.map((program) => program.remove()));
    }
    console.log(`M1: ${rounds(2, 100)} × 6 replicas started`);
  },
  inMilliseconds(20 * minutes),
);

test("M2 an older replica serves on the schema of a newer one", async () => {
  const database = await postgres.createDatabase();
  await (await startReady(settingsOn(postgres, database))).remove();
  await postgres.query(
    database,
    "insert into gatehouse.migration (hash, created_at) values ('of a later version', 99999999999999)",
  );
  await postgres.query(
    database,
    `alter table "user" add column later text; alter table session add column later int default 1;
     create table gatehouse.later (id int)`,
  );
  const older = await startReady(settingsOn(postgres, database));
  const { cookie } = await newMember(older);
  expect((await send(older, "GET /api/session", { cookie })).status).toBe(200);
  expect((await send(older, "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
  await older.remove();
});

test("a start with nothing to migrate waits for no replica that migrates; one with a migration does", async () => {
  const database = await postgres.createDatabase();
  await (await startReady(settingsOn(postgres, database))).remove();
  const migrating = new Client({ connectionString: postgres.url(database) });
  await migrating.connect();
  await migrating.query("select pg_advisory_lock($1)", [lockNumber]);
  await (await startReady(settingsOn(postgres, database))).remove();
  const [kept] = await postgres.query<{ hash: string; created_at: string }>(
    database,
    "delete from gatehouse.migration_webhook where id = (select max(id) from gatehouse.migration_webhook) returning *",
  );
  const waiting = startReady(settingsOn(postgres, database));
  expect(await Promise.race([waiting, Bun.sleep(3000)])).toBeUndefined();
  await postgres.query(database, "insert into gatehouse.migration_webhook (hash, created_at) values ($1, $2)", [
    kept?.hash,
    kept?.created_at,
  ]);
  await migrating.end();
  await (await waiting).remove();
});

test("a start that waits for a program that migrates, or hangs in it, says so", async () => {
  const database = await postgres.createDatabase();
  const migrating = new Client({ connectionString: postgres.url(database) });
  await migrating.connect();
  await migrating.query("select pg_advisory_lock($1)", [lockNumber]);
  const folder = newFolder();
  const child = spawnProgram({ ...settingsOn(postgres, database), PORT: String(freePort()), DATA_DIR: folder });
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  expect(JSON.parse(String(value).split("\n")[0] ?? "")).toMatchObject({
    event: "database.waiting",
    reason: "migrating",
  });
  child.kill("SIGKILL");
  await child.exited;
  await migrating.end();
  rmSync(folder, { recursive: true });
});

test("a start that cannot work is refused with one line that names the setting, and no secret", async () => {
  const database = await postgres.createDatabase();
  await postgres.query("postgres", "create role stranger nologin");
  await postgres.query("postgres", "create role guest login");
  await postgres.query(
    database,
    "revoke create on schema public from public; revoke all on database " +
      database +
      " from public; grant connect on database " +
      database +
      " to guest",
  );
  const urls = [
    postgres.url("no_such_database"),
    postgres.url(database).replace("app@", "stranger:pass-word@"),
    postgres.url(database).replace("app@", "guest:pass-word@"),
  ];
  for (const DATABASE_URL of urls) {
    const folder = newFolder();
    const child = spawnProgram({
      ...settingsOn(postgres, database),
      DATABASE_URL,
      PORT: String(freePort()),
      DATA_DIR: folder,
    });
    const [code, problem, log] = await Promise.all([
      child.exited,
      new Response(child.stderr).text(),
      new Response(child.stdout).text(),
    ]);
    expect([code, problem.trim().split("\n").length]).toEqual([78, 1]);
    expect(problem).toStartWith("DATABASE_URL: ");
    expect(problem + log).not.toContain("pass-word");
    rmSync(folder, { recursive: true });
  }
});

test("M3 a migration killed between two statements leaves nothing behind, and the next start completes", async () => {
  const database = await postgres.createDatabase();
  const inTheWay = new Client({ connectionString: postgres.url(database) });
  await inTheWay.connect();
  await inTheWay.query(`begin; create table "user" (id int)`); // the migration makes two tables, then has to wait here
  const folder = newFolder();
  const child = spawnProgram({ ...settingsOn(postgres, database), PORT: String(freePort()), DATA_DIR: folder });
  const waiting = () =>
    postgres.query(
      database,
      `select pid from pg_stat_activity
        where wait_event_type = 'Lock' and query like '%CREATE TABLE IF NOT EXISTS "user"%'`,
    );
  await until("the migration waits for the table", async () => (await waiting()).length > 0, { every: 20 });
  child.kill("SIGKILL");
  await child.exited;
  await inTheWay.query("rollback");
  await inTheWay.end();
  rmSync(folder, { recursive: true });
  const next = await startReady(settingsOn(postgres, database));
  expect((await applied(database)).length).toBe(migrationCount);
  expect(await signUp(next, newPerson())).toBe(303);
  await next.remove();
});
