import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { manage } from "../../support/manage";
import { command, startFolder } from "../../support/command";
import { freePort, newFolder, startProgram, type Program } from "../../support/program";
import { manyClients, newMember, send } from "../../support/traffic";
import { until } from "../../support/until";

/** What an operator does while the program runs on its embedded database, through its control socket. */

let program: Program;
let socket: string;
beforeAll(async () => {
  program = await startProgram(manyClients);
  socket = join(program.dataDirectory, "embedded", "control.sock");
});
afterAll(() => program.remove());

const type = (...words: string[]) => manage({ DATA_DIR: program.dataDirectory }, ...words);
const check = async (at: Program, { cookie }: { cookie: string }) =>
  (await send(at, "GET /api/session", { cookie })).status;

test("a backup of a program that runs holds what was acknowledged, and the program goes on", async () => {
  const folder = newFolder();
  const file = join(folder, "backup.tar.gz");
  const member = await newMember(program);
  expect(await type("backup", file)).toMatchObject({ code: 0, said: expect.stringContaining("holds the database") });
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect((await type("backup", file)).said).toContain("is there already");
  expect(await check(program, member)).toBe(200);
  expect(readdirSync(join(program.dataDirectory, "embedded")).filter((name) => name.startsWith("copy-"))).toEqual([]);

  const DATA_DIR = newFolder();
  expect(await manage({ DATA_DIR }, "restore", file)).toMatchObject({ code: 0 });
  const BETTER_AUTH_SECRET = await Bun.file(join(program.dataDirectory, "secret")).text();
  const second = await startProgram({ ...manyClients, BETTER_AUTH_SECRET }, DATA_DIR);
  expect(await check(second, member)).toBe(200);
  await second.remove();
  rmSync(folder, { recursive: true });
});

test("a first start and a backup keep few files open at a time", async () => {
  const [PORT, DATA_DIR] = [String(freePort()), newFolder()];
  const few = (...words: string[]) => withFiles(256, ...words);
  const env = { PATH: process.env.PATH ?? "", PORT, DATA_DIR };
  const child = Bun.spawn(few(), { cwd: startFolder, env, stdout: "ignore", stderr: "inherit" });
  const isReady = () =>
    fetch(`http://localhost:${PORT}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until("the program is ready", isReady);
  const backup = Bun.spawn(few("backup", join(DATA_DIR, "backup")), { cwd: startFolder, env, stderr: "inherit" });
  expect(await backup.exited).toBe(0);
  child.kill();
  expect(await child.exited).toBe(0);
  rmSync(DATA_DIR, { recursive: true });
});

test("a start that may have too few files open is refused, and says which limit to raise", async () => {
  const DATA_DIR = newFolder();
  const env = { PATH: process.env.PATH ?? "", PORT: String(freePort()), DATA_DIR };
  const child = Bun.spawn(withFiles(64), { cwd: startFolder, env, stdout: "ignore", stderr: "pipe" });
  expect(await child.exited).toBe(78);
  expect(await new Response(child.stderr).text()).toContain(
    "may have 64 files open, and the embedded database needs 256. Raise",
  );
  expect(readdirSync(DATA_DIR)).toEqual([]);
  rmSync(DATA_DIR, { recursive: true });
});

/** The program, which may have so many files open. */
const withFiles = (most: number, ...words: string[]) => [
  "sh",
  "-c",
  `ulimit -n ${most}; exec "$@"`,
  "sh",
  ...command,
  ...words,
];

test("a backup that cannot be written leaves no copy of the database behind", async () => {
  const refused = await type("backup", join(program.dataDirectory, "no such folder", "backup.tar.gz"));
  expect(refused.code).toBe(1);
  expect(readdirSync(join(program.dataDirectory, "embedded")).filter((name) => name.startsWith("copy-"))).toEqual([]);
});

test("Ctrl-C leaves no copy of the database behind, of a backup or of a restore", async () => {
  const [folder, DATA_DIR] = [newFolder(), newFolder()];
  const file = join(folder, "backup.tar.gz");
  const home = join(program.dataDirectory, "embedded");
  const isCopy = (name: string) => name.startsWith("copy-");
  await interrupted({ DATA_DIR: program.dataDirectory }, ["backup", file], () => readdirSync(home).some(isCopy));
  await until("the copy is gone", async () => !readdirSync(home).some(isCopy));
  expect(readdirSync(folder)).toEqual([]);

  expect((await type("backup", file)).code).toBe(0);
  const draft = join(DATA_DIR, "embedded", "cluster.part");
  await interrupted({ DATA_DIR }, ["restore", file], () => existsSync(draft));
  expect(existsSync(draft)).toBe(false);
  expect((await manage({ DATA_DIR }, "restore", file)).code).toBe(0);
  for (const one of [folder, DATA_DIR]) rmSync(one, { recursive: true });
});

/** Types a verb, and Ctrl-C as soon as it has begun. */
async function interrupted(settings: Record<string, string>, words: string[], hasBegun: () => boolean) {
  const env = { PATH: process.env.PATH ?? "", ...settings };
  const child = Bun.spawn([...command, ...words], { cwd: startFolder, env, stdout: "ignore", stderr: "ignore" });
  while (!hasBegun() && child.exitCode === null) await Bun.sleep(2);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
}

test("sessions are ended at once, and a slip in the address is a failure", async () => {
  const [one, other] = [await newMember(program), await newMember(program)];
  expect(await check(program, one)).toBe(200); // and is in memory from now on
  expect(await type("end-sessions", one.person.email)).toMatchObject({ code: 0, said: "1 session is ended.\n" });
  expect([await check(program, one), await check(program, other)]).toEqual([401, 200]);
  expect(await type("end-sessions", "nobody@example.org")).toMatchObject({
    code: 1,
    said: "Nobody has this email address.\n",
  });
  expect(await check(program, other)).toBe(200);
});

test("every verb on an open database reaches the program", async () => {
  expect((await type("mails", "--json")).out).toContain('"mails":[');
  expect((await type("mails", "--retry")).code).toBe(0);
  for (const verb of ["passkeys", "second-factor"])
    expect((await type(verb, "off", "nobody@example.org")).said).toContain("Nobody has this email address or id.");
  const moved = await manage({ DATA_DIR: program.dataDirectory, DATABASE_URL: "postgres://127.0.0.1:1/x" }, "move");
  expect(moved.said).toContain(`in use by process ${program.process.pid}`); // what is written meanwhile would be lost
  const imported = await type("import", "rails", "/dev/null");
  expect(imported.said).toContain(`in use by process ${program.process.pid}`); // nobody is kept waiting by 100,000 rows
});

test("the socket is for the program's own user, and understands nothing but verbs", async () => {
  expect((statSync(socket).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(join(socket, "..")).mode & 0o777).toString(8)).toBe("700");
  for (const body of ["", "{", "[]", '{"verb":"serve","values":[]}', '{"verb":"__proto__","values":[]}'])
    expect((await fetch("http://localhost/", { unix: socket, method: "POST", body })).status).toBe(404);
});

test("after a kill the verbs work by themselves, and the next start listens again", async () => {
  const killed = await startProgram(manyClients);
  await killed.stop("SIGKILL");
  const home = join(killed.dataDirectory, "embedded");
  expect(existsSync(join(home, "control.sock"))).toBe(true);
  const left = join(home, `copy-${crypto.randomUUID()}`);
  mkdirSync(left);
  expect(await manage({ DATA_DIR: killed.dataDirectory }, "mails")).toMatchObject({ code: 0 });
  const again = await startProgram(manyClients, killed.dataDirectory);
  expect(existsSync(left)).toBe(false);
  expect(await manage({ DATA_DIR: killed.dataDirectory }, "end-sessions", "all")).toMatchObject({ code: 0 });
  await again.stop();
  expect(existsSync(join(home, "control.sock"))).toBe(false);
  await again.remove();
});

test("where no socket can be made the program starts, says so, and verbs wait for its end", async () => {
  const folder = join(newFolder(), "a".repeat(100)); // longer than the system's own name for a socket may be
  mkdirSync(join(folder, "embedded", "control.sock"), { recursive: true });
  const started = await startProgram(manyClients, folder);
  for (const words of [["mails"], ["backup", join(folder, "backup.tar.gz")]])
    expect(await manage({ DATA_DIR: folder }, ...words)).toMatchObject({
      code: 1,
      problem: expect.stringContaining(`in use by process ${started.process.pid}, which cannot be asked now`),
    });
  await started.stop();
  expect(await new Response(started.process.stdout).text()).toContain("operator.no_socket");
  rmSync(join(folder, "embedded", "control.sock"), { recursive: true });
  const again = await startProgram(manyClients, folder);
  expect(await manage({ DATA_DIR: folder }, "mails")).toMatchObject({ code: 0 });
  await again.remove();
});

test("of a program that ends in the middle of its answer a verb tells in words, and so it is in JSON", async () => {
  const DATA_DIR = newFolder();
  mkdirSync(join(DATA_DIR, "embedded"));
  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"said":"';
  const broken = Bun.listen({
    unix: join(DATA_DIR, "embedded", "control.sock"),
    socket: { data: (connection) => void (connection.write(half), connection.end()) },
  });
  const words = "The program that runs ended before it had answered. See whether it was done before you ask again.";
  expect(await manage({ DATA_DIR }, "users", "list")).toMatchObject({ code: 1, out: "", problem: `${words}\n` });
  const json = await manage({ DATA_DIR }, "backup", join(DATA_DIR, "backup"), "--json");
  expect([json.code, JSON.parse(json.out)]).toEqual([1, { ok: false, problems: [words] }]);
  broken.stop();
  rmSync(DATA_DIR, { recursive: true });
});
