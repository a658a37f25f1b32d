import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "../../scripts/release/build";
import { startPostgres } from "../support/postgres/server";
import { stripes } from "../support/pictures";
import { freePort, newFolder } from "../support/program";
import { newPerson } from "../support/harness";
import { send } from "../support/traffic";
import { until } from "../support/until";

/** The program as one file, in a folder with nothing else in it. */

const root = join(import.meta.dir, "../..");
let folder: string;
let program: string;
beforeAll(async () => {
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts"], { cwd: root });
  if (!built.success) throw new Error(built.stderr.toString());
  folder = mkdtempSync(join(tmpdir(), "gatehouse-one-file-"));
  program = join(folder, "gatehouse");
  copyFileSync(join(root, "dist/gatehouse"), program);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running: Bun.Subprocess[] = [];
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ exited }) => exited));
});

/** Starts it on a free port, and waits until it is ready. */
async function start(settings: Record<string, string>, { command, cwd } = { command: [program], cwd: folder }) {
  const PORT = String(freePort());
  const env = { PATH: process.env.PATH ?? "", PORT, ...settings };
  const child = Bun.spawn(command, { cwd, env, stdout: "pipe", stderr: "inherit" });
  running.push(child);
  const origin = `http://localhost:${PORT}`;
  await until("the program is ready", () =>
    fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { origin, child };
}

async function run(...words: string[]) {
  const child = Bun.spawn([program, ...words], { cwd: folder, env: {}, stdout: "pipe", stderr: "pipe" });
  const [out, problem] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, problem };
}

/** Somebody signs up and in, and gives a picture: hashes, strength and pictures have a thread each. */
async function visit({ origin }: { origin: string }) {
  const person = newPerson();
  expect((await send({ origin }, "POST /sign-up", { fields: { ...person } })).status).toBe(303);
  const { email, password } = person;
  const { cookies, status } = await send({ origin }, "POST /sign-in", { fields: { email, password } });
  expect(status).toBe(303);
  const cookie = cookies.map((line) => line.split(";")[0]).join("; ");
  expect((await send({ origin }, "GET /api/session", { cookie })).status).toBe(200);
  const form = new FormData();
  form.set("picture", new File([stripes()], "me.png", { type: "image/png" }));
  const saved = await fetch(`${origin}/account/picture/upload`, {
    method: "POST",
    body: form,
    headers: { cookie, origin },
    redirect: "manual",
  });
  expect([saved.status, saved.headers.get("location")]).toEqual([303, "/account/profile?notice=picture_saved"]);
}

const assetsOf = async ({ origin }: { origin: string }) => {
  const text = await (await fetch(`${origin}/sign-in`)).text();
  return [...new Set(text.match(/\/assets\/[\w.-]+/g))].sort();
};

describe("the program as one file", () => {
  test("serves on the embedded database, and its files are those of the source, byte for byte", async () => {
    const DATA_DIR = newFolder();
    const one = await start({ DATA_DIR });
    await visit(one);
    const addresses = await assetsOf(one);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect((await fetch(one.origin + address)).status).toBe(200);
    one.child.kill("SIGTERM");
    expect(await one.child.exited).toBe(0);
    const backup = join(folder, "backup.tar.gz");
    const made = Bun.spawn([program, "backup", backup], { cwd: folder, env: { DATA_DIR }, stderr: "inherit" });
    expect([await made.exited, (await Bun.file(backup).stat()).size > 1_000_000]).toEqual([0, true]);
    rmSync(DATA_DIR, { recursive: true });
    const ofSource = { command: [process.execPath, "--no-env-file", "src/main.ts"], cwd: root };
    const source = await start({ DATA_DIR: newFolder() }, ofSource);
    expect(await assetsOf(source)).toEqual(addresses); // an address is made of what is in the file
  }, 60_000);

  test("serves on Postgres by two processes, and ends with both", async () => {
    const postgres = await startPostgres();
    try {
      const DATABASE_URL = postgres.url(await postgres.createDatabase());
      const one = await start({ DATABASE_URL, GATEHOUSE_WORKERS: "2" });
      await visit(one);
      one.child.kill("SIGTERM");
      expect(await one.child.exited).toBe(0);
    } finally {
      await postgres.remove();
    }
  }, 60_000);

  test("says its version and what can be typed, and tells of wrong settings", async () => {
    const { version } = await Bun.file(join(root, "package.json")).json();
    expect((await run("version")).out).toBe(`gatehouse ${version}\n`);
    expect((await run("help")).out).toStartWith("Usage:");
    expect(await run("check")).toMatchObject({ code: 0, out: "The settings are in order.\n" });
  });
});

test("the program as one file is the same when it is built again, byte for byte", async () => {
  const again = await buildProgram(folder);
  const sumOf = async (path: string) => Bun.SHA256.hash(await Bun.file(path).bytes(), "hex");
  expect(await sumOf(again)).toBe(await sumOf(program));
  rmSync(again); // the folder has nothing else in it
});
