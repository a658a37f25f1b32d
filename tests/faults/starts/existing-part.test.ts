import { afterAll, beforeAll, expect, test } from "bun:test";
import { openPostgres } from "../../../db/postgres";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";

/** A database of Gatehouse that was restored in part, or as another user: nothing is made anew in place of the rest. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

const part = "DATABASE_URL: a part of what Gatehouse kept in this database is missing: ";
const cases: [what: string, statements: string, words: string][] = [
  ["the schema of its own is missing", "drop schema gatehouse cascade", `${part}the schema gatehouse. Restore all`],
  ["the four tables are missing", `drop table "user", account, session, verification cascade`, `${part}the table "acc`],
  [
    "it belongs to another role",
    "alter schema gatehouse owner to owner; alter table gatehouse.migration owner to owner",
    "another role, owner. Name that one, or restore the database as this one: pg_restore --no-owner --role=app.",
  ],
];

for (const [what, statements, words] of cases)
  test(`a database of Gatehouse is refused where ${what}, and left as it is`, async () => {
    const name = await postgres.createDatabase();
    const url = postgres.url(name);
    const database = openPostgres({ driver: "postgres", dataDirectory: "", url, directUrl: url }, () => undefined);
    await database.migrate();
    await postgres.query(name, statements);
    const tables = () => postgres.query(name, "select oid from pg_class where relkind = 'r' order by oid");
    const before = await tables();
    await expect(database.migrate()).rejects.toThrow(words);
    expect(await tables()).toEqual(before);
    await database.close();
  });
