import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { startPostgres, type PostgresServer } from "../postgres/server";
import { newFolder, startProgram } from "../program";
import { manyClients, newMember, send, signIn, timeUntil } from "./traffic";

/** Backup, restore and the move to a server, by the commands an operator types. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

async function manage(settings: Record<string, string>, ...words: string[]) {
  const child = Bun.spawn([process.execPath, "src/manage.ts", ...words], {
    cwd: join(import.meta.dir, "../.."),
    env: { PATH: process.env.PATH ?? "", ...settings },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, problem, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { code, said: said + problem };
}

describe("the data of the embedded database", () => {
  test("is backed up, restored elsewhere, and moved to Postgres, with everybody still signed in", async () => {
    const folder = newFolder();
    const file = join(folder, "backup.tar.gz");
    const first = await startProgram(manyClients);
    const member = await newMember(first);
    const other = await newMember(first);
    const BETTER_AUTH_SECRET = readFileSync(join(first.dataDirectory, "secret"), "utf8");

    const whileRunning = await manage({ DATA_DIR: first.dataDirectory }, "backup", file);
    expect([whileRunning.code, whileRunning.said]).toEqual([1, expect.stringContaining(`in use by process ${first.process.pid}`)]);
    await first.stop();
    expect((await manage({ DATA_DIR: first.dataDirectory }, "backup", file)).code).toBe(0);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect((await manage({ DATA_DIR: first.dataDirectory }, "backup", file)).code).toBe(1);
    expect((await manage({ DATA_DIR: first.dataDirectory }, "restore", file)).said).toContain("already");

    const elsewhere = newFolder();
    expect(await manage({ DATA_DIR: elsewhere }, "restore", file)).toEqual({ code: 0, said: expect.stringContaining("in place") });
    const second = await startProgram({ ...manyClients, BETTER_AUTH_SECRET }, elsewhere);
    expect((await send(second, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
    expect(await signIn(second, other.person)).not.toBeNull();
    await second.stop();

    const database = await postgres.createDatabase();
    const DATABASE_URL = postgres.url(database);
    const moved = await manage({ DATA_DIR: elsewhere, DATABASE_URL }, "move");
    expect([moved.code, moved.said]).toEqual([0, expect.stringMatching(/^7 rows/)]); // two people, two passwords, three sessions
    expect((await manage({ DATA_DIR: elsewhere, DATABASE_URL }, "move")).said).toContain("already");
    const third = await startProgram({ ...manyClients, BETTER_AUTH_SECRET, DATABASE_URL });
    expect(await timeUntil(third, "GET /readyz", 200)).toBeLessThan(10_000);
    expect((await send(third, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
    expect(await signIn(third, other.person)).not.toBeNull();
    for (const program of [first, second, third]) await program.remove();
    rmSync(folder, { recursive: true });
  });

  test("commands without what they need say what that is", async () => {
    for (const words of [[], ["backup"], ["restore"], ["restore", "/nowhere/at/all"], ["move"], ["dance", "x"], ["backup", "/tmp/gatehouse-backup-of-nothing"]]) {
      const { code, said } = await manage({ DATA_DIR: newFolder() }, ...words);
      expect([words, code, said.trim().split("\n").length]).toEqual([words, 1, 1]);
    }
  });
});
