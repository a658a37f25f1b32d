import { join } from "node:path";
import type { SQL } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, setSystemTime, test } from "bun:test";
import { clockDifference } from "../../db/clock";
import { openDatabase } from "../../db/database";
import { examine } from "../../db/examine";
import type { Database, DatabaseSettings } from "../../db/types";
import type { Statements } from "../../db/transaction";
import { compareClocks } from "../../src/process/clocks";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { newFolder, startProgram } from "../support/program";

/** D17: the clock of this machine and that of the database are apart. */

const hour = 60 * 60 * 1000; // milliseconds
const minute = 60 * 1000; // milliseconds

let postgres: PostgresServer;
let settings: DatabaseSettings;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = postgres.url(await postgres.createDatabase());
  settings = { driver: "postgres", url, directUrl: url, dataDirectory: "" };
  database = await openDatabase(settings, () => undefined);
});
afterEach(() => setSystemTime());
afterAll(async () => {
  await database.close();
  await postgres.remove();
});

/** What the log says while this machine's clock is so far ahead of the database's. */
async function told(aheadMilliseconds: number) {
  setSystemTime(Date.now() + aheadMilliseconds);
  const lines: unknown[] = [];
  await compareClocks(database, (...line) => void lines.push(line));
  setSystemTime();
  return lines;
}

test("D17 the log says by how much they are apart, and in which direction", async () => {
  for (const ahead of [hour, -hour])
    expect(await told(ahead)).toEqual([["warn", "database.clock", { seconds: expect.closeTo(-ahead / 1000, -1) }]]);
});

test("D17 a program that starts says so", async () => {
  const folder = newFolder();
  const ahead = join(folder, "ahead.ts");
  await Bun.write(ahead, `const now = Date.now; Date.now = () => now() + ${hour};`);
  const program = await startProgram({ DATABASE_URL: settings.url ?? "", BUN_OPTIONS: `--preload ${ahead}` }, folder);
  let said = "";
  const reader = program.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!said.includes('"event":"database.clock"')) {
    const { value = "", done } = await reader.read();
    if (done) break;
    said += value;
  }
  expect(said).toMatch(/"level":"warn","event":"database.clock","seconds":-(3599|360[01])\b/);
  await program.remove();
});

test("D17 the log says nothing of clocks that agree", async () => {
  expect(await told(0)).toEqual([]);
});

test("D17 `check --online` says so too, and what to do", async () => {
  setSystemTime(Date.now() + hour);
  expect(await examine(settings)).toEqual([
    expect.stringMatching(/^DATABASE_URL: its clock and the one of this machine are 3(599|600|601) seconds apart\./),
  ]);
});

test("D17 an answer that takes long is no difference, wherever the time goes", async () => {
  for (const [before, after] of [
    [-minute, 0], // on the way there
    [0, minute], // on the way back
  ] as const) {
    const now = Date.now();
    setSystemTime(now + before);
    const execute = (question: SQL) => {
      setSystemTime(now + after);
      return database.orm.execute(question);
    };
    const difference = await clockDifference({ execute } as Statements);
    expect([before, after, difference]).toEqual([before, after, expect.closeTo(0, 0)]);
    setSystemTime();
  }
});
