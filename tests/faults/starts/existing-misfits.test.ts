import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { newPerson, type Person } from "../../support/harness";
import { settingsOn, startReady } from "../../support/on-postgres";
import type { PostgresServer } from "../../support/postgres/server";
import { freePort, newFolder, spawnProgram } from "../../support/program";
import { kyselyApp } from "../../support/existing-app";
import { send, signIn } from "../../support/traffic";
import { startLivedIn, type LivedIn } from "./lived-in";

/**
 * The database of an app with Better Auth in which something cannot fit: the program says so in one line, and changes
 * nothing.
 */

let home: LivedIn;
let postgres: PostgresServer;
beforeAll(async () => {
  home = await startLivedIn();
  postgres = home.postgres;
});
afterAll(() => postgres.remove());

/** Starts it where it should not start: the one line it says, once it is seen that nothing has changed. */
async function refusalOn(database: string): Promise<string> {
  const before = await home.versionsIn(database);
  const folder = newFolder();
  const child = spawnProgram({ ...settingsOn(postgres, database), PORT: String(freePort()), DATA_DIR: folder });
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [code, problem] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  clearTimeout(late);
  rmSync(folder, { recursive: true });
  expect([code, problem.trim().split("\n").length]).toEqual([78, 1]);
  expect(problem).toStartWith("DATABASE_URL: the tables in this database do not fit: ");
  expect(await home.versionsIn(database)).toEqual(before);
  return problem.trim();
}

const copyOf = (table: string, changed: string) =>
  `create temp table copy as select * from ${table}; update copy set ${changed};
   insert into ${table} select * from copy`;
const misfits: [what: string, statements: string, words: string][] = [
  [
    "two users whose addresses differ in case only",
    copyOf(`"user"`, "id = id || 'x', email = initcap(email)"),
    `: 2 addresses belong to several users`,
  ],
  [
    "one password twice",
    copyOf("account", "id = id || 'x'"),
    `: 2 pairs of provider_id and account_id are in "account" several times`,
  ],
  [
    "one token twice",
    `alter table session drop constraint session_token_unique; ${copyOf("session", "id = id || 'x'")}`,
    `: 4 tokens are in "session" several times`,
  ],
  [
    "sessions of nobody",
    `alter table session drop constraint session_user_id_user_id_fk; update session set user_id = 'nobody'`,
    `: 4 rows of "session" belong to nobody`,
  ],
  [
    "accounts that cannot be deleted",
    `alter table session drop constraint session_user_id_user_id_fk, add foreign key (user_id) references "user" (id)`,
    ": 1 foreign key would keep an account from being deleted",
  ],
  ["a missing column", "alter table account drop id_token", `: "account" has no column id_token.`],
  [
    "ids that are numbers",
    `alter table verification alter id type int using 1`,
    `: "verification".id is of type integer, not text.`,
  ],
  [
    "a column that Gatehouse would leave empty",
    `alter table "user" add role text; update "user" set role = 'x'; alter table "user" alter role set not null`,
    `: "user"."role" must be filled in and has no default.`,
  ],
  [
    "another schema",
    `create schema auth; alter table "user" set schema auth;
     alter role app in database THIS set search_path = auth, public`,
    `: this user works in the schema "auth"`,
  ],
  [
    "a schema of its own",
    `drop table verification; create schema auth; alter role app in database THIS set search_path = auth`,
    `: this user works in the schema "auth"`,
  ],
];

describe("a database that cannot fit is refused in words, and nothing in it changes:", () => {
  test("names in camel case, until they are changed as the refusal says", async () => {
    const database = await home.farFromUtc();
    const app = await kyselyApp(home.at(database));
    const person: Person = newPerson();
    await app.signUp(person);
    const theirs = await app.signIn(person);
    await app.close();
    const refusal = await refusalOn(database);
    expect(refusal).toContain(`names like "emailVerified", as Better Auth's own migrator gives them`);
    await home.asApp(database, refusal.slice(refusal.indexOf("alter table")));
    const program = await startReady(settingsOn(postgres, database));
    expect((await send(program, "GET /api/session", { cookie: theirs })).status).toBe(200);
    expect(await signIn(program, person)).not.toBeNull();
    await program.remove();
  });

  for (const [what, statements, words] of misfits)
    test(what, async () => {
      const database = await home.farFromUtc(home.lived);
      await home.asApp(database, statements.replace("THIS", database));
      expect(await refusalOn(database)).toContain(words);
    });
});
