import { expect, test } from "bun:test";
import { openDatabase } from "../../db/database";
import type { Database } from "../../db/types";
import type { Finding } from "../../db/existing/server";
import { StartRefused } from "../../db/refusal";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "./harness";
import { startPostgres, type PostgresServer } from "./postgres/server";
import { secret } from "./on-postgres";
import { drizzleApp, makeDrizzleTables } from "./existing-app";

/** What makes a database unfit, by what to call it, and the words of the refusal. */
export type Case = [what: string, statements: string, ...words: string[]];

/** A test for each case: a copy that was changed so is refused with these words each. */
export function refuses(apps: () => ExistingApps, cases: Case[]) {
  for (const [what, statements, ...words] of cases)
    test(what, async () => {
      const refusal = await apps().refusalOn(await apps().copy(statements));
      for (const each of words) expect(refusal).toContain(each);
    });
}

/**
 * Copies of one existing app's database, in which two people live, and what becomes of each when Gatehouse starts on
 * it.
 */
export interface ExistingApps {
  postgres: PostgresServer;
  ada: Person;
  bob: Person;
  /** A copy, changed by statements of its owner; `THIS` in them is its name. */
  copy(statements?: string): Promise<string>;
  /** Runs statements as the superuser. */
  asSuperuser(database: string, statements: string): Promise<void>;
  /** An empty database of the app's role. */
  empty(more?: string): Promise<string>;
  /** The one line with which a start is refused, once it is seen that nothing has changed. */
  refusalOn(database: string): Promise<string>;
  /** What a start told the log. */
  takeOver(database: string): Promise<Finding[]>;
  /** A Gatehouse on it, with these settings. */
  gatehouseOn(database: string, settings?: Record<string, string>): Promise<Gatehouse>;
  remove(): Promise<void>;
}

/** Starts a server with the app's database on it. */
export async function existingApps(): Promise<ExistingApps> {
  const postgres = await startPostgres();
  // many databases are made, and none has to outlive the test
  await postgres.query("postgres", "alter system set fsync = off");
  await postgres.query("postgres", "select pg_reload_conf()");
  const [ada, bob] = [newPerson(), newPerson()];
  const newName = () => `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const create = async (more: string) => {
    const name = newName();
    await postgres.query("postgres", `create database ${name} owner app ${more}`);
    return name;
  };
  const lived = await create("");
  await liveIn({ url: postgres.url(lived), secret }, [ada, bob]);

  const open = (database: string) =>
    openDatabase(
      { driver: "postgres", url: postgres.url(database), directUrl: postgres.url(database), dataDirectory: "" },
      () => undefined,
    );
  const asSuperuser = async (database: string, statements: string) =>
    void (await postgres.query(database, statements.replaceAll("THIS", database)));
  return {
    postgres,
    ada,
    bob,
    asSuperuser,
    empty: (more = "") => create(more),
    copy: async (statements = "") => {
      const name = await create(`template ${lived}`);
      await asSuperuser(name, `set role app; ${statements}`);
      return name;
    },
    refusalOn: (database) => refusalOn(postgres, database, () => open(database)),
    takeOver: async (database) => {
      const opened = await open(database);
      return opened.migrate().finally(() => opened.close());
    },
    gatehouseOn: async (database, settings = {}) => {
      const opened = await open(database);
      const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(database, statement, values);
      const close = () => opened.close();
      return startGatehouse(settings, { database: opened, rows, takeAway: close, remove: close });
    },
    remove: () => postgres.remove(),
  };
}

/** Makes the app's tables, and lets people sign up and in. */
async function liveIn(where: { url: string; secret: string }, people: Person[]) {
  await makeDrizzleTables(where);
  const app = drizzleApp(where);
  for (const person of people) {
    await app.signUp(person);
    await app.signIn(person);
  }
  await app.close();
}

async function refusalOn(postgres: PostgresServer, database: string, open: () => Promise<Database>): Promise<string> {
  const before = await fingerprint(postgres, database);
  const opened = await open();
  const foreseen = await failureOf(opened.audit?.([]));
  const error = await failureOf(opened.migrate());
  await opened.close();
  if (!(error instanceof StartRefused)) throw new Error("The start was not refused in words.", { cause: error });
  expect(await fingerprint(postgres, database)).toEqual(before);
  if (foreseen) expect(foreseen).toEqual(error); // what only the rehearsal meets is not
  expect(error.message).toStartWith("DATABASE_URL: ");
  expect(error.message).not.toContain("\n");
  expect(error.message).not.toContain("undefined");
  return error.message;
}

const failureOf = (work?: Promise<unknown>): Promise<unknown> =>
  Promise.resolve(work).then(
    () => undefined,
    (reason) => reason,
  );

/** Every schema, object and row of a database, as text. */
const fingerprint = (postgres: PostgresServer, database: string) =>
  postgres.query(
    database,
    `select 'schema' as kind, nspname::text as what from pg_namespace where nspname !~ '^pg_(toast|temp)'
     union all select 'column', format('%s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
       attnotnull) from pg_attribute join pg_class on pg_class.oid = attrelid
       where attnum > 0 and relnamespace not in (select oid from pg_namespace
         where nspname ~ '^pg_' or nspname = 'information_schema')
     union all select 'constraint', format('%s %s', conname, pg_get_constraintdef(oid))
       from pg_constraint where conrelid > 16383
     union all select 'trigger', tgname::text from pg_trigger where not tgisinternal
     union all select 'rows', query_to_xml(format('select md5(string_agg(line::text, chr(10) order by line::text))
         from %s as line', oid::regclass), true, false, '')::text
       from pg_class where relkind = 'r' and oid > 16383 order by 1, 2`,
  );
