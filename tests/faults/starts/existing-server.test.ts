import { afterAll, beforeAll, expect, test } from "bun:test";
import { Client } from "pg";
import { newPerson } from "../../support/harness";
import { existingApps, type ExistingApps } from "../../support/existing-cases";

/** The server, the database and what is set for its role: what an answer could go wrong by is refused at any start. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

for (const encoding of ["LATIN1", "LATIN9", "WIN1252", "SQL_ASCII"])
  test(`a server with a database in ${encoding}`, async () => {
    const database = await apps.empty(`encoding '${encoding}' template template0`);
    const refusal = await apps.refusalOn(database);
    expect(refusal).toContain(`the encoding of the database "${database}" is ${encoding}`);
    expect(refusal).toContain("encoding 'UTF8' template template0");
  });

test("the database that new ones are copied from is refused", async () => {
  await apps.postgres.query("postgres", "grant create on database template1 to app");
  expect(await apps.refusalOn("template1")).toContain(`every new database of the server is copied from "template1"`);
});

const settings: [setting: string, value: string, words: string][] = [
  ["default_transaction_read_only", "on", "nothing can be written"],
  ["default_transaction_isolation", "'repeatable read'", "would not see what it did"],
  ["default_transaction_isolation", "serializable", "would not see what it did"],
  ["session_replication_role", "replica", "foreign keys and triggers are asleep"],
  ["DateStyle", "'German, DMY'", "times would be misread"],
  ["standard_conforming_strings", "off", "would be read in another way"],
];
for (const [setting, value, words] of settings)
  test(`${setting} = ${value} is refused, until it is changed as the refusal says`, async () => {
    const [fresh, running] = [await apps.copy(), await apps.copy()];
    await apps.takeOver(running);
    for (const database of [fresh, running]) {
      await apps.postgres.query("postgres", `alter database ${database} set ${setting} = ${value}`);
      const refusal = await apps.refusalOn(database);
      expect(refusal).toContain(words);
      await apps.postgres.query("postgres", refusal.slice(refusal.indexOf("alter role")));
      await apps.takeOver(database);
    }
  });

test("a setting that changes nothing is not refused: zone, intervals, short deadlines", async () => {
  const database = await apps.copy();
  for (const setting of [
    "TimeZone = 'Asia/Kathmandu'",
    "client_encoding = 'LATIN1'",
    "IntervalStyle = 'sql_standard'",
    "bytea_output = 'escape'",
    "extra_float_digits = 0",
    "statement_timeout = '500ms'",
    "lock_timeout = '100ms'",
    "idle_in_transaction_session_timeout = '1s'",
    "lc_messages = 'C'",
    "row_security = off",
  ])
    await apps.postgres.query("postgres", `alter database ${database} set ${setting}`);
  await apps.takeOver(database);
});

test("a setting with which what was acknowledged may be lost is said in the log", async () => {
  const database = await apps.empty();
  await apps.postgres.query("postgres", `alter database ${database} set synchronous_commit = off`);
  for (const _ of ["first", "second"])
    expect(await apps.takeOver(database)).toEqual([
      { event: "database.unsafe_setting", facts: { setting: "synchronous_commit", value: "off" } },
    ]);
});

test("tables that somebody holds are waited for, and not while others queue behind", async () => {
  const database = await apps.copy();
  const holder = new Client({ connectionString: apps.postgres.url(database) });
  await holder.connect();
  await holder.query(`begin; select * from "user"`);
  const error: unknown = await apps.takeOver(database).catch((reason) => reason);
  expect(error).toMatchObject({ code: "55P03" }); // the start tries again, and says `database.waiting` meanwhile
  expect(await holder.query("select to_regnamespace('gatehouse')::text as trace")).toMatchObject({
    rows: [{ trace: null }],
  });
  await holder.query("rollback");
  await holder.end();
  await apps.takeOver(database);
  const gatehouse = await apps.gatehouseOn(database);
  expect((await gatehouse.visitor().signUp(newPerson())).status).toBe(303);
  await gatehouse.close();
});
