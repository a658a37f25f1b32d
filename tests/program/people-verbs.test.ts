import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { newPerson } from "../support/harness";
import { command, startFolder } from "../support/command";
import { mailTo } from "../support/mails";
import { manage } from "../support/manage";
import { secret } from "../support/on-postgres";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { until } from "../support/until";
import { manyClients, newMember, send } from "../support/traffic";

/** The verbs about people as they are typed while the program runs: it hears at once, whoever has the database open. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

const settingsOf = {
  "the embedded database": async () => ({}),
  "a server": async () => ({
    BETTER_AUTH_SECRET: secret,
    DATABASE_URL: postgres.url(await postgres.createDatabase()),
  }),
};

for (const [name, makeSettings] of Object.entries(settingsOf))
  describe(`on ${name}`, () => {
    const typist = startTypist(makeSettings);
    testSuspension(typist);
    testMail(typist);
    testFollowing(typist);
  });

describe("a database that a verb cannot use is told in words", () => {
  const verbs = [["users", "list"], ["end-sessions", "all"], ["webhooks", "list"], ["mails", "--retry"], ["held-up"]];
  const typed = async (url: string, words: readonly string[]) => {
    const { code, out, problem } = await manage({ BETTER_AUTH_SECRET: secret, DATABASE_URL: url }, ...words);
    return [code, out, problem];
  };
  const unreached = "The database cannot be reached (nobody_listens). See docs/log.md.";

  test("nobody listens", async () => {
    const nowhere = `postgres://somebody@localhost:${freePort()}/gatehouse`;
    for (const words of [...verbs, ["import", "jsonl", "/dev/null"]])
      expect(await typed(nowhere, words)).toEqual([1, "", `${unreached}\n`]);
    const json = JSON.stringify({ ok: false, problems: [unreached] });
    expect(await typed(nowhere, ["users", "list", "--json"])).toEqual([1, `${json}\n`, ""]);
  });

  test("it is empty, or not there", async () => {
    const empty = postgres.url(await postgres.createDatabase());
    const words = "The database has no tables of this version yet: start the program once.\n";
    for (const verb of verbs) expect(await typed(empty, verb)).toEqual([1, "", words]);
    const [code, , problem] = await typed(postgres.url("nowhere"), ["users", "list"]);
    expect([code, problem]).toEqual([78, expect.stringContaining("has no database of this name")]);
  });

  test("its user may not do it, and no statement is told", async () => {
    const name = await postgres.createDatabase();
    await postgres.query(name, "create schema gatehouse");
    await postgres.query(name, "create role onlooker login");
    const url = postgres.url(name).replace("//app@", "//onlooker@");
    const may = "DATABASE_URL: this user may not do in the database what Gatehouse needs";
    const words = `${may} (permission denied for schema gatehouse). Make it the owner.\n`;
    expect(await typed(url, ["webhooks", "list"])).toEqual([78, "", words]);
  });
});

test("who must wait is told by nobody who lacks the program's secret, and none is made", async () => {
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  const program = await startProgram({ DATABASE_URL, BETTER_AUTH_SECRET: secret });
  const DATA_DIR = newFolder();
  const words = "BETTER_AUTH_SECRET: set it to the secret of the program that uses this database.\n";
  for (const verb of [["held-up"], ["held-up", "--of", "ada@example.org"], ["let-go", "192.0.2.7"]])
    expect(await manage({ DATABASE_URL, DATA_DIR }, ...verb)).toMatchObject({ code: 1, out: "", problem: words });
  expect(readdirSync(DATA_DIR)).toEqual([]);
  expect(await manage({ DATABASE_URL, BETTER_AUTH_SECRET: secret }, "held-up")).toMatchObject({ code: 0 });
  rmSync(DATA_DIR, { recursive: true });
  await program.remove();
});

test("nothing is followed that no program could do: the next start finds its embedded database free", async () => {
  const program = await startProgram();
  const DATA_DIR = program.dataDirectory;
  await program.stop();
  const words = "No program runs with this database. Ask again when one does.\n";
  expect(await manage({ DATA_DIR }, "events", "--follow")).toMatchObject({ code: 1, out: "", problem: words });
  await program.remove();
});

test("events are followed over a restart of the program with an embedded database, and of a server", async () => {
  const embedded = await startProgram();
  const served = { BETTER_AUTH_SECRET: secret, DATABASE_URL: postgres.url(await postgres.createDatabase()) };
  const beside = await startProgram(served);
  const DATA_DIR = embedded.dataDirectory;
  const followers = [{ DATA_DIR }, served].map(startFollower);
  const arrive = (email: string) =>
    Promise.all([{ DATA_DIR }, served].map((own) => manage(own, "users", "add", email)));
  await until("both have begun", async () => {
    await arrive(newPerson().email);
    return followers.every(({ out }) => out.text !== "");
  });
  await Promise.all([embedded.stop(), postgres.stop("fast")]);
  await until("both say that nobody answers", async () =>
    followers.every(({ problem }) => problem.text.endsWith("This verb goes on asking.\n")),
  );
  await postgres.start();
  const again = await startProgram({}, DATA_DIR);
  const { email } = newPerson();
  await arrive(email);
  await until("both go on", async () => followers.every(({ out }) => out.text.includes(email)));
  for (const { child } of followers) child.kill();
  for (const program of [embedded, beside, again]) await program.remove();
}, 60_000);

/** Follows the events, with what it has said so far. */
function startFollower(settings: Record<string, string>) {
  const child = Bun.spawn([...command, "events", "--follow"], {
    cwd: startFolder,
    env: { PATH: process.env.PATH ?? "", ...settings },
    stdout: "pipe",
    stderr: "pipe",
  });
  return { child, out: gathered(child.stdout), problem: gathered(child.stderr) };
}

function gathered(stream: ReadableStream<Uint8Array>) {
  const all = { text: "" };
  const decoder = new TextDecoder();
  const write = (bytes: Uint8Array) => void (all.text += decoder.decode(bytes, { stream: true }));
  void stream.pipeTo(new WritableStream({ write }));
  return all;
}

/** A program that runs, and verbs that are typed beside it. */
function startTypist(makeSettings: () => Promise<Record<string, string>>) {
  let program: Program;
  let settings: Record<string, string>;
  beforeAll(async () => {
    const own = await makeSettings();
    program = await startProgram({ ...manyClients, ...own });
    settings = { DATA_DIR: program.dataDirectory, ...own };
  });
  afterAll(() => program.remove());
  return {
    program: () => program,
    settings: () => settings,
    type: (...words: string[]) => manage(settings, ...words),
    check: async ({ cookie }: { cookie: string }) => (await send(program, "GET /api/session", { cookie })).status,
  };
}

type Typist = ReturnType<typeof startTypist>;

function testSuspension({ program, settings, type, check }: Typist) {
  test("a suspension ends what the program remembers, and a slip in the address is a failure", async () => {
    const [one, other] = [await newMember(program()), await newMember(program())];
    expect([await check(one), await check(other)]).toEqual([200, 200]);
    const done = await type("users", "suspend", one.person.email, "--reason", "spam = twice", "--json");
    expect([done.code, JSON.parse(done.out)]).toMatchObject([0, { ok: true, sessions: 1 }]);
    const longest = settings().DATABASE_URL ? 2000 : 0; // a server tells the program, which else did it itself
    await until("the suspension is heard of", async () => (await check(one)) === 401, { longest });
    expect(await check(other)).toBe(200);
    const found = await type("events", "--person", one.person.email, "--count=1");
    expect(JSON.parse(found.out)).toMatchObject({ kind: "suspended", actor: "operator", reason: "spam = twice" });
    expect((await type("users", "list", "--suspended=yes")).out).toContain(`${one.person.email}  `);
    expect(await type("users", "suspend", "nobody@example.org")).toMatchObject({
      code: 1,
      said: "Nobody has this email address or id.\n",
    });
  });
}

function testMail({ program, type }: Typist) {
  test("a mail that a verb orders is sent soon by the program that runs, its link printed nowhere", async () => {
    const { email } = newPerson();
    const added = await type("users", "add", email, "--name", "Grace Hopper", "--json");
    expect(JSON.parse(added.out)).toMatchObject({ ok: true, id: expect.any(String) });
    const mail = await mailTo(program().origin, email, "your new account");
    expect(mail).toContain("/reset-password?token=");
    expect(added.said).not.toContain("token");
    expect(JSON.parse((await type("users", "export", email)).out)).toMatchObject({
      profile: { name: "Grace Hopper" },
    });
  });
}

function testFollowing({ program, settings }: Typist) {
  test("events are followed as they happen, each once", async () => {
    const child = Bun.spawn([...command, "events", "--follow", "--kind=sign_up"], {
      cwd: startFolder,
      env: { PATH: process.env.PATH ?? "", ...settings() },
      stdout: "pipe",
      stderr: "inherit",
    });
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const first = lines.read();
    const people: string[] = [];
    // Until it has begun, nobody can tell whether somebody came before that.
    const isHeard = async () => {
      people.push((await newMember(program())).person.email);
      return (await Promise.race([first, Bun.sleep(500)])) !== undefined;
    };
    await until("somebody new is told of", isHeard);
    const [line = ""] = ((await first).value ?? "").split("\n");
    expect(people).toContain(JSON.parse(line).email);
    child.kill();
    await child.exited;
  });
}
