import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../db/database";
import { reasonOf } from "../../db/failure";
import { StartRefused } from "../../db/refusal";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, spawnProgram } from "../support/program";
import { makeCertificates } from "../support/certificates";
import { manage } from "../support/manage";
import { secret } from "../support/on-postgres";
import { until } from "../support/until";

/**
 * What a start says of a server that it cannot reach, and what it does: it ends where no waiting helps, and else it
 * waits.
 */

const folder = mkdtempSync(join(tmpdir(), "gatehouse-reach-"));
let postgres: PostgresServer;
let authority: string;
let name: string;
beforeAll(async () => {
  ({ authority } = await makeCertificates(folder));
  postgres = await startPostgres(folder);
  name = await postgres.createDatabase();
});
afterAll(() => postgres.remove());

/** Lets the server speak TLS with one of the certificates, or not at all. */
async function speakTls(certificate?: string) {
  if (certificate)
    await postgres.query("postgres", `alter system set ssl_cert_file = '${join(folder, certificate)}.pem'`);
  await postgres.query("postgres", `alter system set ssl_key_file = '${join(folder, "server.key")}'`);
  await postgres.query("postgres", `alter system set ssl = ${certificate ? "on" : "off"}`);
  await postgres.stop("fast");
  await postgres.start();
}

const address = (options: string, host = "localhost") => `postgres://app@${host}:${postgres.port}/${name}?${options}`;

/** How a migration ends: `done`, the words of a refusal, or the reason for waiting. */
async function outcome(url: string): Promise<string | undefined> {
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const end = await database.migrate().then(
    () => "done",
    (error: unknown) => (error instanceof StartRefused ? error.message : reasonOf(error)),
  );
  await database.close();
  return end;
}

test("a server that speaks TLS is reached with each way of checking its certificate", async () => {
  await speakTls("right");
  for (const options of [
    "sslmode=require",
    "sslmode=verify-full",
    "sslmode=verify-ca",
    "sslmode=require&channel_binding=require",
  ])
    expect(await outcome(address(`${options}&sslrootcert=${authority}`))).toBe("done");
  expect(await outcome(address("sslmode=no-verify"))).toBe("done");
});

test("a certificate of an unknown authority ends the start in words, unless no check was asked for", async () => {
  await speakTls("right");
  for (const options of [
    "sslmode=require",
    "sslmode=verify-ca",
    "sslmode=verify-full",
    "sslmode=require&sslrootcert=system",
  ])
    expect(await outcome(address(options))).toStartWith(
      "DATABASE_URL: nobody known vouches for the server's certificate.",
    );
  expect(await outcome(address("", "0.0.0.0"))).toStartWith("DATABASE_URL: nobody known vouches");
});

test("a certificate for another host ends the start in words, unless its authority alone is asked for", async () => {
  await speakTls("other-name");
  const trusted = `sslrootcert=${authority}`;
  for (const url of [
    address(`sslmode=require&${trusted}`),
    address(`sslmode=verify-full&${trusted}`),
    address(trusted, "0.0.0.0"),
  ])
    expect(await outcome(url)).toStartWith("DATABASE_URL: the server's certificate is for another host name.");
  expect(await outcome(address(`sslmode=verify-ca&${trusted}`))).toBe("done");
  expect(await outcome(address("sslmode=verify-ca"))).toStartWith("DATABASE_URL: nobody known");
});

test("a file of the authority that cannot be read ends the start, naming the option", async () => {
  expect(outcome(address("sslmode=require&sslrootcert=/nowhere/ca.pem"))).rejects.toThrow(
    "DATABASE_URL: the file that sslrootcert names cannot be read.",
  );
  expect(outcome(address("sslmode=require&sslrootcert=/dev/zero"))).rejects.toThrow(
    "DATABASE_URL: the file that sslrootcert names is larger than any certificates.",
  );
});

test("a server without TLS ends the start and each command at once, in one line that says what to set", async () => {
  await speakTls();
  const settings = { DATABASE_URL: address("", "0.0.0.0"), PORT: String(freePort()) };
  const line =
    "DATABASE_URL: the server speaks no TLS. Switch it on there (`ssl = on`), or add `?sslmode=disable` " +
    "where only you can listen on the network.\n";
  const child = spawnProgram({
    ...settings,
    DATA_DIR: folder,
    BETTER_AUTH_SECRET: secret,
  });
  expect([await child.exited, await new Response(child.stderr).text()]).toEqual([78, line]);
  expect(await manage(settings, "end-sessions", "all")).toMatchObject({ code: 78, said: line });
  expect(await outcome(address("sslmode=disable", "0.0.0.0"))).toBe("done");
  expect(await outcome(address("sslmode=prefer"))).toBe("done"); // this machine
});

test("a server without TLS to which pages lead through another address ends the start too", async () => {
  await speakTls();
  const database = await openDatabase(
    { driver: "postgres", url: address("", "0.0.0.0"), directUrl: address(""), dataDirectory: "" },
    () => undefined,
  );
  expect(database.migrate()).rejects.toThrow("the server speaks no TLS");
  await database.migrate().catch(() => undefined);
  await database.close();
});

test("a start that waits says why in a word, and goes on when the certificate is renewed", async () => {
  await speakTls("expired");
  const port = String(freePort());
  const child = spawnProgram({
    DATABASE_URL: address(`sslmode=require&sslrootcert=${authority}`).replace("app@", "app:secret-pw@"),
    PORT: port,
    DATA_DIR: folder,
    BETTER_AUTH_SECRET: secret,
  });
  const reader = child.stdout.getReader();
  const log = new TextDecoder().decode((await reader.read()).value);
  reader.releaseLock();
  expect(JSON.parse(log.split("\n")[0] ?? "")).toMatchObject({
    event: "database.waiting",
    reason: "certificate_expired",
  });
  expect(log).not.toContain("secret-pw");
  await speakTls("right");
  const isReady = () =>
    fetch(`http://localhost:${port}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until("the program is ready", isReady, { every: 100, longest: 20_000 });
  child.kill("SIGKILL");
  await child.exited;
});

test("a start tells a name that nobody has, a port nobody listens on, and a server that is stopped", async () => {
  await speakTls();
  expect(await outcome("postgres://app@nowhere.invalid/app?sslmode=disable")).toBe("host_unknown");
  expect(await outcome(`postgres://app@localhost:${freePort()}/app`)).toBe("nobody_listens");
  expect(await outcome("postgres:///app?host=/nowhere")).toBe("nobody_listens");
  await postgres.signal("SIGSTOP");
  expect(await outcome(address(""))).toBe("timeout");
  await postgres.signal("SIGCONT");
});

test("workers have what the file .env sets, as it is written", async () => {
  await speakTls();
  const [place, port] = [newFolder(), String(freePort())];
  writeFileSync(
    join(place, ".env"),
    `GATEHOUSE_WORKERS=2\nDATABASE_URL=${address("")}\nPORT=${port}\nBRAND_NAME=pa$HOME#x\nDATA_DIR='${folder}'\n`,
  );
  // Bun takes the meaning of our JSX from here
  await Bun.write(join(place, "tsconfig.json"), Bun.file(join(import.meta.dir, "../../tsconfig.json")));
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/main.ts")], {
    cwd: place,
    env: { PATH: process.env.PATH ?? "", HOME: "/nowhere" },
    stdout: "ignore",
    stderr: "pipe",
  });
  let page = "";
  const isServed = async () => {
    page = await fetch(`http://localhost:${port}/sign-in`).then(
      (answer) => answer.text(),
      () => "",
    );
    return page !== "";
  };
  await until("the page is served", isServed, { every: 50, longest: 30_000 });
  expect(page).toContain("pa$HOME#x");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
  rmSync(place, { recursive: true });
});

test("that nothing answers is said every half minute, however long a try takes", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const [DATABASE_URL, DATA_DIR] = [`postgres://app@127.0.0.1:${silent.port}/silent`, newFolder()];
  const child = spawnProgram({ DATABASE_URL, DATA_DIR, PORT: String(freePort()), BETTER_AUTH_SECRET: secret });
  await Bun.sleep(40_000);
  child.kill("SIGKILL");
  const log = await new Response(child.stdout).text();
  expect(log.split("\n").filter((line) => line.includes('"database.waiting"'))).toHaveLength(2);
  silent.stop(true);
  rmSync(DATA_DIR, { recursive: true });
}, 60_000);
