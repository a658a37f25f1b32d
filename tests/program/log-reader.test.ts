import { expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { freePort, newFolder } from "../support/program";
import { until } from "../support/until";

const asked = 4000; // lines of some 700 characters: more than twice what is kept, and what the pipe holds

test("the program keeps a bounded part of its log for a reader who stands still, and counts the rest", async () => {
  const fifo = join(newFolder(), "log");
  expect(Bun.spawnSync(["mkfifo", fifo]).success).toBe(true);
  // Keeps the other end open, and does not read.
  const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const port = String(freePort());
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts"], {
    cwd: join(import.meta.dir, "../.."),
    env: { PATH: process.env.PATH ?? "", PORT: port, DATA_DIR: newFolder() },
    stdio: ["ignore", reader, "ignore"],
  });
  try {
    await askWithoutReading(port);
    const readUntil = reading(reader);
    await readUntil("log.dropped");
    expect(await ask(port, "/nowhere/afterwards")).toBe(404);
    expectCounted(await readUntil("/nowhere/afterwards"));
  } finally {
    child.kill("SIGKILL");
    closeSync(reader);
  }
});

const ask = (port: string, path: string) =>
  fetch(`http://localhost:${port}${path}`).then(
    ({ status }) => status,
    () => 0,
  );

async function askWithoutReading(port: string) {
  await until("the program is ready", async () => (await ask(port, "/readyz")) === 200, { every: 50 });
  for (let i = 0; i < asked; i += 50) {
    const paths = Array.from({ length: 50 }, (_, n) => `/nowhere/${i + n}/${"x".repeat(400)}`);
    expect(new Set(await Promise.all(paths.map((path) => ask(port, path))))).toEqual(new Set([404]));
  }
}

/** Reads on until a text has come, twenty seconds at most; gives all that was read. */
function reading(reader: number) {
  let text = "";
  const readSome = () => {
    const bytes = Buffer.alloc(65536);
    try {
      text += bytes.toString("utf8", 0, readSync(reader, bytes));
    } catch {} // nothing there just now
  };
  return async (awaited: string) => {
    const isRead = () => {
      readSome();
      return text.includes(awaited);
    };
    await until(`the log says ${awaited}`, isRead, { longest: 20_000 });
    return text;
  };
}

/** Holds the log to it: every line is whole, and those that are missing are counted. */
function expectCounted(text: string) {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const kept = lines.filter(({ path }) => /^\/nowhere\/\d/.test(path ?? ""));
  const dropped = lines.filter(({ event }) => event === "log.dropped");
  expect(dropped).toHaveLength(1);
  expect(kept.length + dropped[0].lines).toBe(asked);
  expect(kept.length).toBeLessThan(asked / 1.5);
  expect(lines.at(-1).path).toBe("/nowhere/afterwards");
}
