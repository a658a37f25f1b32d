import { afterEach, beforeEach, expect, setSystemTime, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Stage, startChild, Trouble } from "../../examples/demo/child";
import { until } from "../support/until";
import { smallDemo, type SmallDemo } from "./small-demo";

/** How `bun run demo` starts beside what is there already, and that nothing of it is left, however it ends. */

let demo: SmallDemo;
beforeEach(async () => {
  demo = await smallDemo();
});
afterEach(() => demo.remove());

/** What it said when it would not start. */
async function refusal(child: ReturnType<SmallDemo["spawn"]>): Promise<string> {
  const words = await new Response(child.stderr).text();
  expect(await child.exited).toBe(1);
  expect(words).not.toContain(" at "); // no stack
  return words;
}

const untilThere = (path: string) => until(`${path} is there`, () => existsSync(path));

test("a demo beside the .env of a Gatehouse that is used takes nothing of it", async () => {
  const real = join(demo.checkout, "real");
  const settings = {
    DATABASE_URL: "postgres://127.0.0.1:1/real",
    DATA_DIR: real,
    BETTER_AUTH_URL: "https://login.example.com",
    SMTP_URL: "smtp://127.0.0.1:1",
  };
  writeFileSync(
    join(demo.checkout, ".env"),
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  await demo.start();
  expect((await fetch(`http://localhost:${demo.ports.LOGIN_PORT}/dev/mail`)).status).toBe(200);
  expect([existsSync(real), existsSync(join(demo.checkout, "data/demo/login"))]).toEqual([false, true]);
});

test("a docs site that was built from something else is not taken for this one", async () => {
  const places = new Set([await demo.built()]);
  for (const path of [
    "docs/log.md",
    "docs/decisions/1.md",
    "examples/docs/src/pages/me.tsx",
    "examples/docs/bun.lock",
    "clients/docusaurus/src/index.ts",
    "clients/docusaurus/package.json",
  ]) {
    mkdirSync(join(demo.checkout, path, ".."), { recursive: true });
    writeFileSync(join(demo.checkout, path), "changed");
    places.add(await demo.built());
  }
  expect(places.size).toBe(7);
});

test("Ctrl-C while Gatehouse starts leaves it running no longer than the demo", async () => {
  const child = demo.spawn();
  await untilThere(join(demo.checkout, "data/demo/login.log"));
  process.kill(-child.pid, "SIGINT");
  expect(await new Response(child.stderr).text()).not.toContain("did not start"); // it was told to end
  await child.exited;
  expect(demo.running()).toEqual([]);
});

for (const [what, program] of [
  ["Python is prepared", "bin/python3"],
  ["the API starts", "data/demo/python/bin/python"],
] as const)
  test(`Ctrl-C while ${what} leaves nothing running`, async () => {
    const begun = join(demo.checkout, "begun");
    for (const folder of ["bin", "examples/api", "data/demo/python/bin"])
      mkdirSync(join(demo.checkout, folder), { recursive: true });
    // takes its time
    writeFileSync(join(demo.checkout, program), `#!/bin/sh\necho > ${begun}\nsleep 1000`, { mode: 0o755 });
    if (what === "the API starts") writeFileSync(join(demo.checkout, "data/demo/python/bin/uvicorn"), "");
    const child = demo.spawn({ PATH: `${demo.checkout}/bin:${process.env.PATH}` });
    await untilThere(begun);
    process.kill(-child.pid, "SIGINT");
    expect(await new Response(child.stdout).text()).not.toContain("Ctrl-C stops"); // no demo without the API
    await child.exited;
    expect(demo.running()).toEqual([]);
  });

test("a terminal that is closed takes all of it along", async () => {
  const { press } = await demo.start();
  expect(demo.running().length).toBeGreaterThan(1);
  await press("SIGHUP");
  expect(demo.running()).toEqual([]);
});

test("an error that nobody thought of leaves nothing running", async () => {
  for (const folder of ["examples/api", "data/demo/python/bin/uvicorn", "data/demo/api.log"])
    mkdirSync(join(demo.checkout, folder), { recursive: true }); // a folder in the place of a file
  const child = demo.spawn();
  expect(await new Response(child.stderr).text()).toContain("EISDIR");
  expect([await child.exited, demo.running()]).toEqual([1, []]);
});

test("a program that is not ready within a minute is ended with what it started", async () => {
  const begun = join(demo.checkout, "begun");
  const slow = `trap '' TERM; echo > ${begun}; exec sleep 2`;
  const start = {
    name: "The sleeper",
    command: ["sh", "-c", `(${slow}) & wait`],
    cwd: demo.checkout,
    log: join(demo.checkout, "log"),
    address: "http://localhost:1/",
  };
  const stage: Stage = { say: () => {}, atTheEnd: () => {} };
  const started = startChild(start, stage);
  await untilThere(begun);
  expect(demo.running()).toHaveLength(2);
  setSystemTime(Date.now() + 61_000);
  expect(await started.catch((error) => error).finally(() => setSystemTime())).toEqual(
    new Trouble("The sleeper did not start:\n"),
  );
  expect(demo.running()).toEqual([]);
});

test("a port in use is said in words, with what to write instead", async () => {
  const { LOGIN_PORT } = demo.ports;
  const other = Bun.serve({ port: LOGIN_PORT, hostname: "localhost", fetch: () => new Response() });
  const words = await refusal(demo.spawn()).finally(() => other.stop(true));
  expect(words).toContain(
    `Port ${LOGIN_PORT} is in use. Stop what uses it, or take another: ` +
      `LOGIN_PORT=${Number(LOGIN_PORT) + 100} bun run demo\n`,
  );
});

test("one port for two programs is refused before anything is built", async () => {
  const port = demo.ports.DOCS_PORT;
  const words = await refusal(demo.spawn({ LOGIN_PORT: port }));
  expect(words).toContain(
    `LOGIN_PORT and DOCS_PORT are both ${port}. Take another for one of them: ` +
      `DOCS_PORT=${Number(port) + 100} bun run demo\n`,
  );
});
