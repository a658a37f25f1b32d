import { expect } from "bun:test";
import { join } from "node:path";
import { newPerson, type Person } from "../../support/harness";
import { drizzleApp, makeDrizzleTables } from "../../support/existing-app";
import { secret } from "../../support/on-postgres";
import { postgresPrograms, startPostgres, type PostgresServer } from "../../support/postgres/server";

/** A server far from UTC, and on it the database of an app with Drizzle in which two people live, both signed in. */
export interface LivedIn {
  postgres: PostgresServer;
  /** The name of the app's database. */
  lived: string;
  ada: Person;
  /** Somebody whose email has capitals in the table. */
  bob: Person;
  /** The cookie of Ada's browser. */
  cookie: string;
  at(database: string): { url: string; secret: string };
  /** Runs statements as the app's role. */
  asApp(database: string, statements: string): Promise<unknown>;
  /** A new database in a time zone far from UTC. */
  farFromUtc(template?: string): Promise<string>;
  /** All there is in a database, as text, but for the word that each dump makes up against psql. */
  dumpOf(database: string): Promise<string>;
}

/** Starts the server and lets the two people sign up and in at the app. */
export async function startLivedIn(): Promise<LivedIn> {
  const postgres = await startPostgres();
  const at = (database: string) => ({ url: postgres.url(database), secret });
  const asApp = (database: string, statements: string) => postgres.query(database, `set role app; ${statements}`);
  const farFromUtc = async (template = "template1") => {
    const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
    await postgres.query("postgres", `create database ${name} owner app template ${template}`);
    await postgres.query("postgres", `alter database ${name} set timezone = 'Asia/Tokyo'`);
    return name;
  };
  const lived = await farFromUtc();
  await makeDrizzleTables(at(lived));
  const app = drizzleApp(at(lived));
  const [ada, bob] = [newPerson(), newPerson()];
  for (const person of [ada, bob]) await app.signUp(person);
  const cookie = await app.signIn(ada);
  await app.signIn(bob);
  await app.close();
  await asApp(lived, `update "user" set email = upper(email) where email = '${bob.email}'`);
  await asApp(
    lived,
    `insert into verification (id, identifier, value, expires_at) values ('v', 'i', 'x', now() at time zone 'UTC')`,
  );
  return { postgres, lived, ada, bob, cookie, at, asApp, farFromUtc, dumpOf: (database) => dumpOf(postgres, database) };
}

async function dumpOf({ port }: PostgresServer, database: string): Promise<string> {
  const program = join(postgresPrograms() ?? "", "pg_dump");
  const where = ["-U", "owner", "-h", "127.0.0.1", "-p", String(port), database];
  const dump = Bun.spawn([program, ...where], { stdout: "pipe" });
  const text = await new Response(dump.stdout).text();
  expect([await dump.exited, text.includes("CREATE TABLE")]).toEqual([0, true]);
  return text.replace(/^\\(un)?restrict .*$/gm, "");
}
