import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { sealed } from "../../src/session/cookie";
import { settings, startQuietly } from "../stage";

const people = 1000;

/**
 * Adds sessions to a database that the program has made, numbered from 1, spread over a thousand people, as browsers
 * would leave them.
 */
export async function addSessions(
  postgres: PostgresServer,
  database: string,
  { from, to }: { from: number; to: number },
): Promise<void> {
  await postgres.query(
    database,
    `insert into "user" (id, name, email) select 'person' || n, 'Person ' || n, 'person' || n || '@example.org'
      from generate_series(0, $1::int - 1) n on conflict do nothing`,
    [people],
  );
  await postgres.query(
    database,
    `insert into session (id, token, user_id, expires_at, ip_address, user_agent)
     select 'session' || lpad(n::text, 25, '0'), lpad(n::text, 32, 't'), 'person' || n % $3::int,
            now() + interval '7 days', '203.0.113.7',
            'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
     from generate_series($1::int, $2::int) n`,
    [from, to, people],
  );
  await postgres.query(database, "analyze session");
}

/** The cookie of the session with a number. */
export function cookieOf(number: number): string {
  const value = sealed(String(number).padStart(32, "t"), settings.BETTER_AUTH_SECRET);
  return `better-auth.session_token=${encodeURIComponent(value)}`;
}

/** A new database with the program's tables in it. */
export async function newDatabase(postgres: PostgresServer): Promise<string> {
  const database = await postgres.createDatabase();
  const program = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  await program.remove();
  return database;
}

/** A script for wrk that asks with one of the cookies at random. */
export function writeScript(folder: string, cookies: string[]): string {
  const list = join(folder, "cookies");
  const script = join(folder, "cookies.lua");
  writeFileSync(list, cookies.join("\n"));
  writeFileSync(
    script,
    `local cookies = {}
for line in io.lines("${list}") do cookies[#cookies + 1] = line end
function request() return wrk.format("GET", nil, { cookie = cookies[math.random(#cookies)] }) end
`,
  );
  return script;
}
