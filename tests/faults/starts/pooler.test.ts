import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { Client } from "pg";
import { poolerRefusal } from "../../../db/server-refusals";
import { withFile } from "../../support/importing";
import { manage } from "../../support/manage";
import { secret, startReady } from "../../support/on-postgres";
import { startPooler } from "../../support/postgres/pooler";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram, startProgram } from "../../support/program";
import { manyClients, newMember, send, timeUntil } from "../../support/traffic";

let postgres: PostgresServer;
let pooler: Awaited<ReturnType<typeof startPooler>>;
beforeAll(async () => {
  postgres = await startPostgres();
  pooler = await startPooler(postgres.port);
});
afterAll(async () => {
  await pooler.remove();
  await postgres.remove();
});

describe("through a pooler in transaction mode", () => {
  test("a start without the direct address is refused, in one line that names the setting", async () => {
    const database = await postgres.createDatabase();
    const folder = newFolder();
    const child = spawnProgram({
      PORT: String(freePort()),
      DATA_DIR: folder,
      DATABASE_URL: postgres.url(database, pooler.port),
    });
    const problem = await new Response(child.stderr).text();
    expect(await child.exited).toBe(78);
    expect(problem.trim().split("\n")).toHaveLength(1);
    expect(problem).toStartWith("DATABASE_URL_DIRECT: ");
    rmSync(folder, { recursive: true });
  });

  test("a verb without the direct address says so too, and so does a check", async () => {
    const DATABASE_URL = postgres.url(await postgres.createDatabase(), pooler.port);
    const settings = { BETTER_AUTH_SECRET: secret, DATABASE_URL };
    const word = `${poolerRefusal}\n`;
    const verbs = [["import", "jsonl", import.meta.path, "--dry-run"], ["held-up"], ["check", "--online"]];
    for (const words of verbs) expect(await manage(settings, ...words)).toMatchObject({ code: 78, problem: word });
  });

  test("with the direct address everything works", async () => {
    const database = await postgres.createDatabase();
    const program = await startProgram({
      ...manyClients,
      DATABASE_URL: postgres.url(database, pooler.port),
      DATABASE_URL_DIRECT: postgres.url(database),
    });
    expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(60_000);
    const { cookie } = await newMember(program);
    const answers = await Promise.all(Array.from({ length: 200 }, () => send(program, "GET /api/session", { cookie })));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await send(program, "POST /sign-out", { cookie, fields: {} })).status).toBe(303);
    await program.remove();
  });
});

test("an option that the pooler does not take, and a database that it does not know, are told", async () => {
  const DATABASE_URL_DIRECT = postgres.url(await postgres.createDatabase());
  const settings = { BETTER_AUTH_SECRET: secret, DATABASE_URL_DIRECT };
  const through = (url: string) => manage({ ...settings, DATABASE_URL: url }, "check", "--online");
  const withOption = new URL(DATABASE_URL_DIRECT);
  withOption.port = String(pooler.port);
  withOption.searchParams.set("options", "-c geqo=off");
  expect((await through(withOption.href)).problem).toStartWith(
    "DATABASE_URL: it leads through a pooler, which takes no `options`. Leave that out of the address",
  );
  expect([
    "DATABASE_URL: the database cannot be reached (pooler). See docs/log.md.\n", // PgBouncer 1.18
    "DATABASE_URL: the server has no database of this name. Make it, or name another.\n", // 1.24: the server's
  ]).toContain((await through(postgres.url("nowhere", pooler.port))).problem);
});

test("a check finds a pooler that takes deadlines, as a start does", async () => {
  const database = await postgres.createDatabase();
  const through = await startPooler(postgres.port, lenient);
  const DATABASE_URL = postgres.url(database, through.port);
  const check = (more: object) => manage({ BETTER_AUTH_SECRET: secret, DATABASE_URL, ...more }, "check", "--online");
  expect((await check({})).problem).toStartWith("DATABASE_URL_DIRECT: the database is reached through a pooler");
  expect((await check({ DATABASE_URL_DIRECT: postgres.url(database) })).code).toBe(0);
  await through.remove();
});

test("a dry run of an import through a pooler needs no direct address, whoever else is served meanwhile", async () => {
  const database = await postgres.createDatabase();
  await (await startReady({ BETTER_AUTH_SECRET: secret, DATABASE_URL: postgres.url(database) })).remove();
  const through = await startPooler(postgres.port, lenient);
  const others = await serveOthers(postgres.url(database, through.port));
  const DATABASE_URL = postgres.url(database, through.port);
  const settings = { BETTER_AUTH_SECRET: secret, DATABASE_URL };
  const tried = await withFile(people, (file) => manage(settings, "import", "jsonl", file, "--dry-run"));
  expect(tried).toMatchObject({ problem: "", out: expect.stringContaining("5000 people would be imported") });
  await others.end();
  await through.remove();
});

/** It passes over the deadlines with which a program connects to a server that it takes for one. */
const deadlines = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"];
const lenient = `ignore_startup_parameters = options,extra_float_digits,${deadlines.join()}`;

/** Enough for several transactions. */
const people = Array.from({ length: 5000 }, (_, at) => `{"email":"p${at}@example.org"}`).join("\n");

/** Keeps connections changing hands. */
async function serveOthers(connectionString: string) {
  let goesOn = true;
  const serve = async () => {
    const client = new Client({ connectionString });
    await client.connect();
    while (goesOn) {
      await client.query("select pg_sleep(0.003)");
      await Bun.sleep(Math.random() * 5); // milliseconds
    }
    await client.end();
  };
  const served = Promise.all(Array.from({ length: 6 }, serve));
  return { end: () => ((goesOn = false), served) };
}
