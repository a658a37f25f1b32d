import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
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
