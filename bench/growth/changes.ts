import { Client } from "pg";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { settings, startQuietly } from "../stage";
import { wrk } from "../wrk";
import { addSessions, cookieOf, newDatabase } from "./people";

const sessions = 1000;
const atATime = 8;
const seconds = 5;

/**
 * How many changes a second the table takes, with and without the triggers that tell of them, and what is left of the
 * checks meanwhile.
 */
export async function changesWhileChecked(postgres: PostgresServer) {
  const database = await newDatabase(postgres);
  await addSessions(postgres, database, { from: 1, to: sessions });
  const program = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  const url = `${program.origin}/api/session`;
  await wrk(url, { seconds: 1, headers: { cookie: cookieOf(1) } }); // it listens
  const switchTrigger = (what: string) =>
    postgres.query(database, `alter table session ${what} trigger gatehouse_update`);
  const withTriggers = await change(postgres, database);
  const heardAfter = await untilHeard(postgres, database, program.origin);
  await switchTrigger("disable");
  const without = await change(postgres, database);
  await switchTrigger("enable always");
  await Bun.sleep(1500); // it listens again
  const [, { rate: checks }] = await Promise.all([
    change(postgres, database),
    wrk(url, { seconds, headers: { cookie: cookieOf(1) } }),
  ]);
  await program.remove();
  return { with: withTriggers, without, heardAfter, checks };
}

/** Changes a second, each a transaction of its own, of any session but the first. */
async function change(postgres: PostgresServer, database: string): Promise<number> {
  let done = 0;
  const end = performance.now() + seconds * 1000;
  const one = async () => {
    const client = new Client({ connectionString: postgres.url(database) });
    await client.connect();
    while (performance.now() < end) {
      const id = `session${String(2 + Math.floor(Math.random() * (sessions - 1))).padStart(25, "0")}`;
      await client.query({ name: "change", text: "update session set updated_at = now() where id = $1", values: [id] });
      done += 1;
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: atATime }, one));
  return done / seconds;
}

/** After all those changes: how long one more, by hand, is not heard. */
async function untilHeard(postgres: PostgresServer, database: string, origin: string): Promise<number> {
  const status = async () => (await fetch(`${origin}/api/session`, { headers: { cookie: cookieOf(sessions) } })).status;
  for (let asked = 0; asked < 20; asked++) await status();
  await postgres.query(database, "delete from session where token = $1", [String(sessions).padStart(32, "t")]);
  const began = performance.now();
  while ((await status()) !== 401) if (performance.now() - began > 5000) throw new Error("The change was not heard.");
  return performance.now() - began;
}
