import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { command, startFolder } from "../../support/command";
import { fixture } from "../../support/importing";
import { manage } from "../../support/manage";
import { secret } from "../../support/on-postgres";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { newFolder } from "../../support/program";
import { until } from "../../support/until";

/** The verb that imports people, as a shell sees it. */

let postgres: PostgresServer;
let name: string;
let settings: Record<string, string>;
const folder = newFolder();
beforeAll(async () => {
  postgres = await startPostgres();
  name = await postgres.createDatabase();
  settings = { DATABASE_URL: postgres.url(name), DATA_DIR: folder, BETTER_AUTH_SECRET: secret };
});
afterAll(() => postgres.remove().finally(() => rmSync(folder, { recursive: true })));

const type = (...words: string[]) => manage(settings, "import", ...words);
const counts = async () => {
  const tables = [`"user"`, "account", "gatehouse.authenticator_app", "gatehouse.suspension"];
  const sums = tables.map((table) => `(select count(*) from ${table})`).join(", ");
  return (await postgres.query<{ all: number[] }>(name, `select array[${sums}]::int[] as all`))[0]?.all;
};

test("slips are told in a sentence, and a dry run makes no tables", async () => {
  expect((await type("dance", "x")).problem).toStartWith('There is no format "dance". These are known: jsonl, better-');
  expect((await type("firebase", fixture("firebase.json"))).problem).toContain("name their file by --hash-parameters");
  const [clerk, parameters] = [fixture("clerk.csv"), fixture("firebase-hash-parameters.txt")];
  expect((await type("clerk", clerk, "--hash-parameters", parameters)).problem).toContain("takes no --hash-parameters");
  expect((await type("firebase", clerk, "--hash-parameters", clerk)).problem).toContain("needs base64_signer_key, ");
  expect((await type("firebase", clerk, "--hash-parameters", "/dev/zero")).problem).toContain(
    "needs base64_signer_key",
  );
  expect((await type("clerk", clerk, "--dry-run")).problem).toContain("start the program once");
  expect(await postgres.query(name, "select 1 from pg_namespace where nspname = 'gatehouse'")).toEqual([]);
});

const people = 2500;
const linesOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => {
    const [id, totpSecret] = [`p${from + at}`, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"];
    return `${JSON.stringify({ id, email: `${id}@example.org`, totpSecret, suspended: true })}\n`;
  }).join("");

test("a run that is killed in the middle leaves nothing half-written, and the next one goes on", async () => {
  const file = join(folder, "people.jsonl");
  writeFileSync(file, linesOf(0, 1));
  expect(await type("jsonl", file)).toMatchObject({ code: 0, problem: "" });
  writeFileSync(file, linesOf(0, people));
  // Somebody in the second batch waits for us, once their user and their account are written.
  await postgres.query(
    name,
    `create function wait() returns trigger language plpgsql
       as 'begin perform pg_advisory_xact_lock(7); return new; end';
     create trigger wait before insert on gatehouse.authenticator_app for each row when (new.user_id = 'p1500')
       execute function wait()`,
  );
  const holder = new Client(postgres.url(name));
  await holder.connect();
  await holder.query("select pg_advisory_lock(7)");
  const child = Bun.spawn([...command, "import", "jsonl", file], {
    cwd: startFolder,
    env: { PATH: process.env.PATH ?? "", ...settings },
    stderr: "ignore",
  });
  const waiting = "select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()";
  await until("the import waits", async () => (await postgres.query(name, waiting)).length > 0);
  child.kill("SIGKILL");
  await child.exited;
  await holder.end();
  await until("its transaction is gone", async () => (await postgres.query(name, waiting)).length === 0);
  expect(await counts()).toEqual([1000, 1000, 1000, 1000]);
  const again = await type("jsonl", file, "--json");
  expect(JSON.parse(again.out)).toMatchObject({ ok: true, imported: people - 1000, alreadyThere: 1000, refused: 0 });
  expect(await counts()).toEqual([people, people, people, people]);
});

test("problems go to standard error, a line each, and the end is no success", async () => {
  const file = join(folder, "some.jsonl");
  writeFileSync(file, `${linesOf(0, 1)}{"email":"nobody"}\n{"email":"x@example.org"`);
  const told = ["line 2: there is no email address that could be used here", "line 3: is not JSON: was it cut off?"];
  for (const words of [["--dry-run"], [], ["--json"]]) {
    const { code, out, problem } = await type("jsonl", file, ...words);
    expect([code, problem]).toEqual([1, `${told.join("\n")}\n`]);
    if (words[0] === "--json") expect(JSON.parse(out)).toMatchObject({ ok: false, alreadyThere: 1, refused: 2 });
    else expect(out).toContain("1 was there already.\n2 entries ");
  }
});

test("the parameters of a Firebase project are read as its console shows them", async () => {
  const parameters = fixture("firebase-hash-parameters.txt");
  const { out } = await type("firebase", fixture("firebase.json"), "--hash-parameters", parameters);
  expect(out).toBe(
    ["2 people are imported.", "1 of them is suspended.", "1 of them has no password here, and chooses one by mail:"]
      .concat("  1: the file has no password of theirs", "")
      .join("\n"),
  );
  const kept = "select password like '$fbscrypt$%' as is from account where user_id = 'hT0qzhsLB2Ta3mvAeWvu7sdDxMS2'";
  expect(await postgres.query(name, kept)).toEqual([{ is: true }]);
});

test("whoever comes without a password where no mail is sent is not said to choose one by mail", async () => {
  const file = join(folder, "without.jsonl");
  writeFileSync(file, `${JSON.stringify({ email: "without@example.org" })}\n`);
  const { out } = await manage({ ...settings, MAIL: "off" }, "import", "jsonl", file);
  expect(out).toContain("1 of them has no password here, and while MAIL=off no way to choose one:\n");
});

test("authenticator apps are taken under the secret of the program alone, not one that the verb makes", async () => {
  const file = join(folder, "apps.jsonl");
  const person = { email: "app@example.org", totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
  writeFileSync(file, `${JSON.stringify({ email: "none@example.org" })}\n`);
  const { BETTER_AUTH_SECRET: _, ...without } = settings;
  expect(await manage(without, "import", "jsonl", file)).toMatchObject({ code: 0, problem: "" });
  writeFileSync(file, `${JSON.stringify(person)}\n`);
  const before = await counts();
  expect(await manage(without, "import", "jsonl", file)).toMatchObject({
    code: 1,
    problem:
      "BETTER_AUTH_SECRET: the file has authenticator apps, which are encrypted under it. " +
      "Set it to the secret of the program that uses this database.\n",
  });
  expect(existsSync(join(folder, "secret"))).toBe(false);
  const other = { ...settings, BETTER_AUTH_SECRET: secret.toLowerCase() };
  expect(await manage(other, "import", "jsonl", file)).toMatchObject({
    code: 78,
    problem: expect.stringMatching(
      /^BETTER_AUTH_SECRET: the second factors of \d+ (person|people) are encrypted under another/,
    ),
  });
  expect(await counts()).toEqual(before);
  expect(await type("jsonl", file)).toMatchObject({ code: 0, problem: "" });
});
