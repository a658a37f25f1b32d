import { expect, test } from "bun:test";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbedded } from "../../../db/embedded";
import { command, startFolder } from "../../support/command";
import { newPerson, type Person } from "../../support/harness";
import { endedAtLast } from "../../support/left";
import { startPostgres } from "../../support/postgres/server";
import { freePort, newFolder, startProgram, type Program } from "../../support/program";
import { until } from "../../support/until";
import { manyClients, newMember, send, signIn, signUp, signUpPatiently, timeUntil } from "../../support/traffic";

const megabytes = 1024 * 1024;

/** A folder on a disk of its own, small enough to fill. */
function smallDisk(size: number) {
  const folder = newFolder();
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${size}m`, "tmpfs", folder]);
  if (mounted.exitCode !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  const remove = () => {
    Bun.spawnSync(["umount", "-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, remove };
}

/** Writes zeros until there is no room for more. */
function fill(path: string) {
  const block = Buffer.alloc(megabytes);
  for (const piece of [megabytes, 64 * 1024, 4096, 512]) {
    try {
      for (;;) writeFileSync(path, block.subarray(0, piece), { flag: "a" });
    } catch {}
  }
}

/** An ordinary user may not mount; where the test command must not skip, this fails instead. */
const cannotMount = process.getuid?.() !== 0 && process.env.CI !== "true";
if (cannotMount) console.log("!! SKIPPED  D7: needs root, to mount a small disk.");

interface Outcome {
  acknowledged: Person[];
  refused: Person[];
}

/** Signs people up until five of them were turned away. */
async function signUpUntilFull(gatehouse: Program): Promise<Outcome> {
  const [acknowledged, refused]: [Person[], Person[]] = [[], []];
  for (let i = 0; i < 400 && refused.length < 5; i++) {
    const person = newPerson();
    const status = await signUp(gatehouse, person);
    expect([303, 503]).toContain(status);
    (status === 303 ? acknowledged : refused).push(person);
  }
  expect(refused.length).toBeGreaterThan(0);
  return { acknowledged, refused };
}

/** Those who cannot sign in now: the acknowledged at once, the refused after signing up again. */
async function lostOrStuck(gatehouse: Program, { acknowledged, refused }: Outcome): Promise<string[]> {
  const lost = [];
  for (const person of acknowledged.slice(-20)) if ((await signIn(gatehouse, person)) === null) lost.push(person.email);
  for (const person of refused) {
    await signUpPatiently(gatehouse, person);
    if ((await signIn(gatehouse, person)) === null) lost.push(person.email);
  }
  return lost;
}

test.skipIf(cannotMount)(
  "D7 the disk is full, embedded: writes are told to try again, session checks go on",
  async () => {
    const disk = smallDisk(160);
    const gatehouse = await startProgram(manyClients, join(disk.folder, "data"));
    try {
      const member = await newMember(gatehouse);
      const filler = join(disk.folder, "filler");
      fill(filler);
      const outcome = await signUpUntilFull(gatehouse);
      const check = await send(gatehouse, "GET /api/session", { cookie: member.cookie });
      rmSync(filler);
      const lost = await lostOrStuck(gatehouse, outcome);
      console.log(
        `D7 embedded: ${outcome.acknowledged.length} sign-ups fitted; a check meanwhile ${check.status}; ` +
          `${lost.length} lost or stuck, no restart`,
      );
      expect([check.status, lost]).toEqual([200, []]);
    } finally {
      await gatehouse.remove().catch(() => undefined);
      disk.remove();
    }
  },
  180_000,
);

test.skipIf(cannotMount)("D7 the disk is full at a start, embedded: it says so, and nothing of damage", async () => {
  const disk = smallDisk(90);
  const [data, filler] = ["data", "filler"].map((name) => join(disk.folder, name)) as [string, string];
  try {
    await (await openEmbedded(data)).close();
    fill(filler);
    await expect(openEmbedded(data)).rejects.toThrow("cannot be opened (ENOSPC). Make room on its disk.");
    rmSync(filler);
    await (await openEmbedded(data)).close();
  } finally {
    disk.remove();
  }
});

test.skipIf(cannotMount)(
  "D7 the disk is full, Postgres: people are told to try again, also when it gives up, and all is well when it is back",
  async () => {
    const disk = smallDisk(90);
    const home = join(disk.folder, "postgres");
    mkdirSync(home);
    const postgres = await startPostgres(home);
    const gatehouse = await startProgram({
      ...manyClients,
      DATABASE_URL: postgres.url(await postgres.createDatabase()),
    });
    try {
      expect(await timeUntil(gatehouse, "GET /readyz", 200)).toBeLessThan(60_000);
      await newMember(gatehouse);
      const filler = join(disk.folder, "filler");
      fill(filler);
      const outcome = await signUpUntilFull(gatehouse);
      rmSync(filler);
      // it may have given up altogether, and is started by whoever runs it
      await postgres.start().catch(() => undefined);
      expect(await timeUntil(gatehouse, "GET /readyz", 200)).toBeLessThan(60_000);
      const lost = await lostOrStuck(gatehouse, outcome);
      console.log(
        `D7 Postgres: ${outcome.acknowledged.length} sign-ups fitted; ${lost.length} lost or stuck, no restart of ours`,
      );
      expect([lost, gatehouse.process.exitCode]).toEqual([[], null]);
    } finally {
      await gatehouse.remove().catch(() => undefined);
      await postgres.remove();
      disk.remove();
    }
  },
  180_000,
);

test.skipIf(cannotMount)(
  "D7 the disk is full, the log is a file on it: it goes on, whole and counted, after",
  async () => {
    const disk = smallDisk(1);
    const [file, filler] = [join(disk.folder, "log"), join(disk.folder, "filler")];
    const [port, dataDirectory] = [freePort(), newFolder()];
    const child = endedAtLast(
      Bun.spawn([...command], {
        cwd: startFolder,
        env: { PATH: process.env.PATH ?? "", PORT: String(port), DATA_DIR: dataDirectory },
        stdio: ["ignore", openSync(file, "a"), "ignore"],
      }),
    );
    const origin = `http://localhost:${port}`;
    const ask = async (path: string) => expect((await send({ origin }, `GET ${path}`)).status).toBe(404);
    try {
      expect(await timeUntil({ origin }, "GET /readyz", 200)).toBeLessThan(60_000);
      // What its first line took on the disk has room for some more lines, and for a part of one.
      await until("the log has begun", () => readFileSync(file, "utf8").includes("started"), { every: 25 });
      fill(filler);
      for (let count = 0; count < 40; count++) await ask(`/nowhere/${count}`);
      rmSync(filler);
      for (const path of ["/nowhere/after", "/nowhere/last"]) await ask(path);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      const events = lines.map((line): { event: string; path?: string; lines?: number } => JSON.parse(line));
      const kept = events.filter(({ event, path }) => event === "started" || /\d$/.test(path ?? ""));
      expect(kept.length).toBeLessThan(41);
      expect(events.slice(-3)).toMatchObject([
        { event: "log.dropped", lines: 41 - kept.length },
        { event: "request", path: "/nowhere/after" },
        { event: "request", path: "/nowhere/last" },
      ]);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(dataDirectory, { recursive: true });
      disk.remove();
    }
  },
);
