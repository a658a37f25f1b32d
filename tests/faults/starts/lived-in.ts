import { expect } from "bun:test";
import { newPerson, type Person } from "../../support/harness";
import { drizzleApp, makeDrizzleTables } from "../../support/existing-app";
import { secret } from "../../support/on-postgres";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";

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
  /** All there is in a database: whatever is written there changes it. */
  versionsIn(database: string): Promise<string[]>;
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
  return {
    ...{ postgres, lived, ada, bob, cookie, at, asApp, farFromUtc },
    versionsIn: (database) => versionsIn(postgres, database),
  };
}

/** The catalogs that hold whatever a program can make in a database, and the settings of the roles in it. */
const catalogs = ["namespace", "class", "attribute", "attrdef", "constraint", "index", "type", "proc", "trigger"];

/**
 * The place and the version of each row in the tables and in the catalogs: Postgres writes a new version whenever
 * anything is written, even if it says the same.
 */
async function versionsIn(postgres: PostgresServer, database: string): Promise<string[]> {
  const tables = await postgres.query<{ name: string }>(
    database,
    "select oid::regclass::text as name from pg_class where relkind = 'r' and oid >= 16384",
  );
  expect(tables.length).toBeGreaterThan(2);
  const all = [...catalogs.map((name) => `pg_${name}`), "pg_db_role_setting", ...tables.map(({ name }) => name)];
  const questions = all.map((name) => `select '${name}' || ' ' || ctid || ' ' || xmin as version from ${name}`);
  const rows = await postgres.query<{ version: string }>(database, `${questions.join(" union all ")} order by 1`);
  return rows.map(({ version }) => version);
}
