import { afterAll, describe, expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPerson } from "../support/harness";
import { freePort, newFolder, spawnProgram, startProgram, type Program } from "../support/program";

const programs: Program[] = [];
const start = async (...given: Parameters<typeof startProgram>) => {
  const program = await startProgram(...given);
  programs.push(program);
  return program;
};
afterAll(() => Promise.all(programs.map((program) => program.remove())));

/** How a start ends that should not succeed: its code, what it printed, and how long it took. */
async function refusedStart(settings: Record<string, string>) {
  const started = performance.now();
  const child = spawnProgram(settings);
  const [code, out, problem] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, problem, milliseconds: performance.now() - started };
}

const form = (origin: string, fields: Record<string, string>, cookie = "") => ({
  method: "POST",
  redirect: "manual" as const,
  headers: { origin, cookie },
  body: new URLSearchParams(fields),
});

describe("the program", () => {
  test("lets a second program sign in through the form, ask who it is, sign out and ask again", async () => {
    const { origin } = await start();
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

  test("refuses a second process on the same data at once, naming the first", async () => {
    const { dataDirectory, process: first } = await start();
    const second = await refusedStart({ DATA_DIR: dataDirectory, PORT: "1" });
    expect(second.code).toBe(1);
    expect(second.problem).toContain(`in use by process ${first.pid}`);
    expect(second.milliseconds).toBeLessThan(5000);
    expect(second.out).toBe("");
  });

  test("refuses a port that is taken, naming the setting", async () => {
    const { origin } = await start();
    const elsewhere = newFolder();
    const second = await refusedStart({ DATA_DIR: elsewhere, PORT: new URL(origin).port });
    rmSync(elsewhere, { recursive: true });
    expect(second.code).toBe(1);
    expect(second.problem).toStartWith("PORT, GATEHOUSE_HOST: cannot listen on");
  });

  test("refuses a damaged secret rather than signing with a known one", async () => {
    const data = newFolder();
    writeFileSync(join(data, "secret"), "");
    const { code, problem } = await refusedStart({ DATA_DIR: data, PORT: String(freePort()) });
    rmSync(data, { recursive: true });
    expect(code).toBe(1);
    expect(problem).toStartWith("DATA_DIR: the file `secret`");
  });

  test("goes on serving when nobody reads its output any more", async () => {
    const { origin, process: child } = await start();
    await child.stdout.cancel();
    for (let i = 0; i < 20; i++) expect((await fetch(`${origin}/nowhere`)).status).toBe(404);
    expect(child.exitCode).toBeNull();
  });

  test("keeps a bounded part of its log for a reader who stands still, and counts what it drops", async () => {
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
      const ask = (path: string) =>
        fetch(`http://localhost:${port}${path}`).then(
          ({ status }) => status,
          () => 0,
        );
      while ((await ask("/readyz")) !== 200) await Bun.sleep(50);
      const asked = 4000; // lines of some 700 characters: more than twice what is kept, and what the pipe holds
      for (let i = 0; i < asked; i += 50)
        expect(
          new Set(await Promise.all(Array.from({ length: 50 }, (_, n) => ask(`/nowhere/${i + n}/${"x".repeat(400)}`)))),
        ).toEqual(new Set([404]));
      let text = "";
      const read = () => {
        const bytes = Buffer.alloc(65536);
        try {
          text += bytes.toString("utf8", 0, readSync(reader, bytes));
        } catch {} // nothing there just now
      };
      for (
        const deadline = Date.now() + 20_000;
        Date.now() < deadline && !text.includes("log.dropped");
        await Bun.sleep(5)
      )
        read();
      expect(await ask("/nowhere/afterwards")).toBe(404);
      for (
        const deadline = Date.now() + 20_000;
        Date.now() < deadline && !text.includes("/nowhere/afterwards");
        await Bun.sleep(5)
      )
        read();
      const lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)); // each is whole
      const kept = lines.filter(({ path }) => /^\/nowhere\/\d/.test(path ?? ""));
      const dropped = lines.filter(({ event }) => event === "log.dropped");
      expect(dropped).toHaveLength(1);
      expect(kept.length + dropped[0].lines).toBe(asked);
      expect(kept.length).toBeLessThan(asked / 1.5);
      expect(lines.at(-1).path).toBe("/nowhere/afterwards");
    } finally {
      child.kill("SIGKILL");
      closeSync(reader);
    }
  });

  test("refuses wrong settings with a line for each and no stack", async () => {
    const { code, problem } = await refusedStart({
      BETTER_AUTH_URL: "https://login.example.com",
      TEST: "1",
      PORT: "x",
    });
    expect(code).toBe(1);
    const lines = problem.trim().split("\n");
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(["BETTER_AUTH_SECRET", "PORT", "SMTP_URL", "TEST"]);
  });

  test("answers raw nonsense on the wire without falling over", async () => {
    const { origin } = await start();
    const port = Number(new URL(origin).port);
    const host = new URL(origin).host;
    const requests: [what: string, raw: string, status: RegExp][] = [
      [
        "two hosts",
        `GET /sign-in HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
        /^4\d\d/,
      ],
      ["no host", `GET /sign-in HTTP/1.1\r\nConnection: close\r\n\r\n`, /^4\d\d/],
      ["another host", `GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, /^421/],
      [
        "an unknown method, which Bun drops",
        `FOO /sign-in HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        /^$/,
      ],
      ...["[", "a b", "%zz", "", "localhost:99999", `x@${host}`].map((bad): [string, string, RegExp] => [
        `the host ${bad}`,
        `GET /sign-in HTTP/1.1\r\nHost: ${bad}\r\nConnection: close\r\n\r\n`,
        /^4(00|21)/,
      ]),
      ["no host in HTTP/1.0", `GET /sign-in HTTP/1.0\r\n\r\n`, /^4(00|21)/],
      ["TRACE", `TRACE /sign-in HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, /^4\d\d/],
      [
        "two lengths",
        `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nx`,
        /^400/,
      ],
      [
        "a length and chunks",
        `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
        /^4\d\d/,
      ],
      [
        "a negative length",
        `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\nConnection: close\r\n\r\n`,
        /^4\d\d/,
      ],
      [
        "huge headers",
        `GET /sign-in HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(40_000)}\r\nConnection: close\r\n\r\n`,
        /^431/,
      ],
      [
        "a cookie with raw bytes",
        `GET /api/session HTTP/1.1\r\nHost: ${host}\r\nCookie: better-auth.session_token=\xff\xfe\x01\r\nConnection: close\r\n\r\n`,
        /^40[01]/,
      ],
      [
        "two cookie headers",
        `GET /api/session HTTP/1.1\r\nHost: ${host}\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n`,
        /^401/,
      ],
      [
        "1 MB of body",
        `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\nemail=`,
        /^413[^]*That’s too long/,
      ],
      [
        "100 MB of body",
        `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100000000\r\nConnection: close\r\n\r\n`,
        /^413/,
      ],
    ];
    for (const [what, raw, status] of requests) {
      const answer = await exchange(port, raw);
      expect([what, answer.replace(/^HTTP\/1\.[01] /, "")]).toEqual([what, expect.stringMatching(status)]);
      expect(answer).not.toMatch(/evil|edge\.ts|node_modules/);
    }
    expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
  });

  test("does not call a client that hangs up half-way its own fault", async () => {
    const { origin, process: child, stop } = await start();
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"email":`;
    await exchange(Number(new URL(origin).port), head("/api/auth/sign-in/email"));
    expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
    await stop();
    const log = await new Response(child.stdout).text();
    // Before it was ready, other lines may say 503.
    const about = log.split("\n").filter((line) => line.includes("/api/auth/sign-in/email"));
    expect(about).not.toEqual([]);
    expect(log).not.toMatch(/"level":"error"/);
    expect(about.join("\n")).not.toMatch(/"status":5/);
  });
});

/** Sends bytes to the port and gives what comes back before the connection closes, or two seconds pass. */
function exchange(port: number, raw: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const finish = () => resolve(received);
    void Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        open: (socket) => void socket.write(Buffer.from(raw, "latin1")),
        data: (_, bytes) => void (received += bytes.toString("latin1")),
        close: finish,
        error: finish,
      },
    }).then((socket) => setTimeout(() => socket.end(), 2000), reject);
  });
}
