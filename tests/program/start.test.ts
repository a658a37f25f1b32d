import { afterAll, describe, expect, test } from "bun:test";
import { rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPerson } from "../support/harness";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../support/program";

const programs: Program[] = [];
const start = async (...given: Parameters<typeof startProgram>) => {
  const program = await startProgram(...given);
  programs.push(program);
  return program;
};
let running: Promise<Program> | undefined;
/** One that runs, for those who change nothing about it. */
const anyProgram = () => (running ??= start());
afterAll(() => Promise.all(programs.map((program) => program.remove())));

/** How a start ends that should not succeed: its code, and what it printed. */
async function refusedStart(settings: Record<string, string>) {
  const child = spawnProgram(settings);
  const [code, out, problem] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, problem };
}

const form = (origin: string, fields: Record<string, string>, cookie = "") => ({
  method: "POST",
  redirect: "manual" as const,
  headers: { origin, cookie },
  body: new URLSearchParams(fields),
});

describe("the program", () => {
  test("lets a second program sign in through the form, ask who it is, sign out and ask again", async () => {
    const { origin } = await anyProgram();
    const person = newPerson();
    expect((await fetch(`${origin}/sign-up`, form(origin, { ...person }))).status).toBe(303);
    const signedIn = await fetch(`${origin}/sign-in`, form(origin, { ...person, remember: "on" }));
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const first = await fetch(`${origin}/api/session`, { headers: { cookie } });
    expect(first.status).toBe(200);
    expect((await first.json()).user.email).toBe(person.email);
    expect((await fetch(`${origin}/sign-out`, form(origin, {}, cookie))).status).toBe(303);
    expect((await fetch(`${origin}/api/session`, { headers: { cookie } })).status).toBe(401);
  });

  test("keeps accounts and sessions over a restart, and its secret for its owner alone", async () => {
    const first = await start();
    const person = newPerson();
    await fetch(`${first.origin}/sign-up`, form(first.origin, { ...person }));
    const signedIn = await fetch(`${first.origin}/sign-in`, form(first.origin, { ...person, remember: "on" }));
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    expect((statSync(join(first.dataDirectory, "secret")).mode & 0o777).toString(8)).toBe("600");
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await start({}, first.dataDirectory);
    expect((await fetch(`${second.origin}/api/session`, { headers: { cookie } })).status).toBe(200);
  });
});

describe("the program", () => {
  test("refuses a second process on the same data at once, naming the first", async () => {
    const { dataDirectory, process: first } = await anyProgram();
    const second = await refusedStart({ DATA_DIR: dataDirectory, PORT: "1" });
    expect(second.code).toBe(1);
    expect(second.problem).toContain(`in use by process ${first.pid}`);
    expect(first.exitCode).toBeNull(); // for whose end it does not wait
    expect(second.out).toBe("");
  });

  test("refuses a port that is taken, naming the setting", async () => {
    const { origin } = await anyProgram();
    const elsewhere = newFolder();
    const second = await refusedStart({ DATA_DIR: elsewhere, PORT: new URL(origin).port });
    rmSync(elsewhere, { recursive: true });
    expect(second.code).toBe(1);
    expect(second.problem).toStartWith("PORT, GATEHOUSE_HOST: cannot listen on");
    expect(second.problem).toContain("Stop what listens there, or set others.");
  });

  test("refuses a damaged secret rather than signing with a known one", async () => {
    const data = newFolder();
    writeFileSync(join(data, "secret"), "");
    const { code, problem } = await refusedStart({ DATA_DIR: data, PORT: String(freePort()) });
    rmSync(data, { recursive: true });
    expect(code).toBe(78);
    expect(problem).toStartWith("DATA_DIR: the file `secret`");
  });
});

test("an address that this machine does not have is refused, with nobody to be stopped there", async () => {
  const data = newFolder();
  const elsewhere = { BETTER_AUTH_URL: "https://login.example.com", GATEHOUSE_HOST: "192.0.2.1" };
  const rest = {
    GATEHOUSE_DB_DRIVER: "embedded",
    BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
    MAIL: "off",
  };
  const { code, problem } = await refusedStart({ ...elsewhere, ...rest, DATA_DIR: data, PORT: String(freePort()) });
  rmSync(data, { recursive: true });
  expect([code, problem]).toEqual([1, expect.stringContaining("Set others, which this machine has and this user may")]);
});

describe("the program", () => {
  test("goes on serving when nobody reads its output any more", async () => {
    const { origin, process: child } = await start();
    await child.stdout.cancel();
    for (let i = 0; i < 20; i++) expect((await fetch(`${origin}/nowhere`)).status).toBe(404);
    expect(child.exitCode).toBeNull();
  });

  test("refuses wrong settings with a line for each and no stack", async () => {
    const { code, problem } = await refusedStart({
      BETTER_AUTH_URL: "https://login.example.com",
      TEST: "1",
      PORT: "x",
    });
    expect(code).toBe(78);
    const lines = problem.trim().split("\n");
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual([
      "BETTER_AUTH_SECRET",
      "DATABASE_URL",
      "PORT",
      "SMTP_URL",
      "TEST",
    ]);
  });
});

test("the program says in words why the secret of local mode can be neither kept nor read", async () => {
  const [unreadable, file] = [newFolder(), join(newFolder(), "a-file")];
  symlinkSync("/nowhere/at/all", join(unreadable, "secret"));
  writeFileSync(file, "");
  const DATABASE_URL = `postgres://somebody@localhost:${freePort()}/gatehouse`; // nothing else needs the folder
  for (const [DATA_DIR, code] of [
    [unreadable, "ENOENT"],
    [file, "EEXIST"],
    ["/proc/nowhere", "ENOENT"],
  ] as const)
    expect(await refusedStart({ DATA_DIR, DATABASE_URL, PORT: String(freePort()) })).toMatchObject({
      code: 78,
      problem: expect.stringContaining(`DATA_DIR: the file \`secret\` in it can be neither read nor made (${code}).`),
    });
});
