import { afterAll, beforeAll, expect, test } from "bun:test";
import { getTableConfig } from "drizzle-orm/pg-core";
import { openDatabase } from "../../db/database";
import type { OwnTable } from "../../db/kept";
import type { Database } from "../../db/types";
import { capabilities } from "../../src/capabilities/index";
import { takeNext } from "../../src/capabilities/webhooks/queue";
import { migrationsOf, tablesOf } from "../../src/contributions";
import { removeExpired } from "../../src/process/housekeeping";
import { shortenSessions } from "../../src/process/shorten-sessions";
import { days } from "../../src/time";
import { startReady, settingsOn } from "../support/on-postgres";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { until } from "../support/until";

/** Many rows on a real Postgres whose statistics know nothing of them: no table is read as a whole. */

let postgres: PostgresServer;
const opened: Database[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.query("postgres", "alter system set autovacuum = off");
  await postgres.query("postgres", "select pg_reload_conf()");
});
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await postgres.remove();
});

const tables = tablesOf(capabilities);
const nameOf = ({ table }: OwnTable) => getTableConfig(table).name;

/** A database with the tables of this version. */
async function newDatabase() {
  const name = await postgres.createDatabase();
  const url = postgres.url(name);
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  opened.push(database);
  await database.migrate(migrationsOf(capabilities));
  return { name, database, query: (statement: string) => postgres.query<{ name: string }>(name, statement) };
}

/** When each row is over, by its number `n`: one in eight was a minute ago. */
const end = "now() + (n % 8 * 4 - 1) * interval '1 minute'";

/** Rows of every table from which some go by themselves, without the work of triggers and foreign keys. */
const filling = `
  set session_replication_role = replica;
  insert into "user" (id, name, email) select 'u' || n, '', n || '@example.org' from generate_series(1, 10000) n;
  insert into session (id, token, user_id, expires_at)
    select md5(n::text), n, 'u' || n % 10000 + 1, ${end} from generate_series(1, 200000) n;
  insert into verification (id, identifier, value, expires_at)
    select md5(n::text), '', '', ${end} from generate_series(1, 10000) n;
  insert into gatehouse.event (kind, outcome, user_id, at)
    select 'sign_in', 'done', 'u' || n % 10000 + 1, ${end} - interval '90 days' from generate_series(1, 100000) n;
  insert into gatehouse.device (user_id, hash, last_seen_at)
    select 'u' || n, md5(n::text), ${end} - interval '400 days' from generate_series(1, 10000) n;
  insert into gatehouse.session_factor (id, user_id, factors, methods)
    select md5(n::text), 'u' || n % 10000 + 1, 2, 'password totp' from generate_series(190000, 201000) n;
  insert into gatehouse.mail_token (hash, purpose, user_id, email, expires_at)
    select md5(n::text), 'not_me', 'u' || n, '', ${end} from generate_series(1, 10000) n;
  insert into gatehouse.given_up_mail (id, kind, recipient, language, facts, tries, given_up_at)
    select gen_random_uuid(), 'new_device', '', 'en', '{}', 1, ${end} - interval '7 days'
      from generate_series(1, 10000) n;
  insert into gatehouse.webhook (type, created_at)
    select 'user.created', ${end} - interval '10 days' from generate_series(1, 10000) n;
  insert into gatehouse.suspension (user_id, until) select 'u' || n, ${end} from generate_series(1, 10000) n;
  insert into gatehouse.invitation (email, language, by, expires_at)
    select n || '@example.org', 'en', 'operator', ${end} - interval '30 days' from generate_series(1, 10000) n;
  insert into gatehouse.throttle (key, tries, open_at, changed_at)
    select md5(n::text), 1, now(), ${end} - interval '1 day' from generate_series(1, 10000) n;
  insert into gatehouse.second_step (hash, user_id, kind, methods, remember, password_mark, expires_at)
    select md5(n::text), 'u' || n, 'code', 'password', true, 'm', ${end} from generate_series(1, 10000) n;
  insert into gatehouse.trusted_browser (user_id, device_hash, password_mark, until)
    select 'u' || n, md5(n::text), 'm', ${end} from generate_series(1, 10000) n;
  insert into gatehouse.passkey_answered (challenge, expires_at)
    select md5(n::text), ${end} from generate_series(1, 10000) n;
  insert into gatehouse.passkey (user_id, credential_id, public_key, counter, name, is_backed_up)
    select id, id, 'k', 0, 'Laptop', true from "user";
  insert into gatehouse.deletion (user_id, due_at) select 'u' || n, ${end} from generate_series(1, 10000, 49) n`;

type Filled = Awaited<ReturnType<typeof newDatabase>>;

/** Does the work; gives what it gives, which tables were read as a whole meanwhile, and from which rows went. */
async function watched({ query }: Filled, work: () => Promise<number>) {
  const others = "pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  await until("nobody tells of earlier scans", async () => (await query(`select from ${others}`)).length === 0);
  await query("select pg_stat_reset()");
  const result = await work();
  const namesWhere = async (condition: string) =>
    (await query(`select relname as name from pg_stat_user_tables where ${condition}`)).map(({ name }) => name);
  await until("the server tells of its scans", async () => (await namesWhere("idx_scan > 0")).length > 0);
  return {
    result,
    read: await namesWhere("seq_scan > 0"),
    readFar: await namesWhere("seq_tup_read > 1000"),
    fetchedMany: await namesWhere("idx_tup_fetch > 1000"),
    emptied: await namesWhere("n_tup_del > 0"),
  };
}

test("what has expired is found by indexes among many rows, whatever the statistics of a table say", async () => {
  const made = await newDatabase();
  const { query, database } = made;
  const remove = () => watched(made, () => removeExpired({ ...database, tables }, 90));
  await query("analyze"); // there is nothing
  await query(filling);
  const first = await remove();
  expect(first.read).toEqual([]);
  const expiring = tables.filter(({ expired, leftOver }) => expired ?? leftOver);
  expect(first.emptied).toEqual(expect.arrayContaining(["session", "user", ...expiring.map(nameOf)]));

  await query("analyze"); // nothing is over
  await query("update session set expires_at = '2020-01-01' where id like '%7'");
  await query("alter table gatehouse.event disable trigger gatehouse_kept");
  await query("update gatehouse.event set at = '2020-01-01' where id % 16 = 1");
  const second = await remove();
  expect(second.read).toEqual([]);
  expect(second.emptied.sort()).toEqual(["event", "session", "session_factor"]);
});

test("the webhook that is due is found by an index among many that wait, whatever the statistics say", async () => {
  const made = await newDatabase();
  const { database } = made;
  const takeOne = async () => database.withoutDeadlines((orm) => takeNext({ ...database, orm }));
  const take = () => watched(made, async () => ((await takeOne()) ? 1 : 0));
  await made.query(`insert into gatehouse.webhook (type) select 'user.created' from generate_series(1, 10000)`);
  expect(await take()).toMatchObject({ result: 1, read: [], fetchedMany: [] });
  await made.query("update gatehouse.webhook set try_at = now() + interval '1 hour'");
  await made.query("analyze"); // nothing is due
  expect(await take()).toMatchObject({ result: 0, read: [], fetchedMany: [] });
  await made.query("update gatehouse.webhook set try_at = now()");
  expect(await take()).toMatchObject({ result: 1, read: [], fetchedMany: [] });
});

test("a start looks neither at every person nor at every session", async () => {
  const made = await newDatabase();
  await shortenSessions(made.database, 30 * days);
  await made.query(filling);
  const { readFar } = await watched(made, async () => {
    const program = await startReady(settingsOn(postgres, made.name));
    return program.stop();
  });
  expect(readFar).toEqual(["passkey"]); // are they for this domain? That is asked without deadlines.
});

test("sessions are shortened by the start of a program whose setting is less than it was", async () => {
  const { name, query } = await newDatabase();
  const program = await startReady(settingsOn(postgres, name));
  const known = () => query("select longest_seconds / 86400 || '' as name from gatehouse.session_length");
  await until("the length is known", async () => (await known())[0]?.name === "30");
  await program.remove();
  const shorter = await startReady({ ...settingsOn(postgres, name), GATEHOUSE_SESSION_LONGEST_DAYS: "20" });
  await until("the sessions are shortened", async () => (await known())[0]?.name === "20");
  await shorter.remove();
});
