import { afterAll, expect, test } from "bun:test";
import { secret } from "../../support/on-postgres";
import { listenAsSystemd, type NotifySocket } from "../../support/notify-socket";
import { startPostgres } from "../../support/postgres/server";
import { freePort, spawnProgram, startProgram } from "../../support/program";
import { until } from "../../support/until";

/** What systemd hears from a unit with `Type=notify` and `WatchdogSec`: a real socket, the real program. */

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function listen(kind: "path" | "abstract"): Promise<NotifySocket> {
  const socket = await listenAsSystemd(kind);
  ends.push(socket.remove);
  return socket;
}

const signsOfLife = ({ heard }: NotifySocket) => heard.filter((said) => said === "WATCHDOG=1").length;

test("a service manager hears when visitors may come, that the program lives, and that it ends", async () => {
  const socket = await listen("path");
  const program = await startProgram({ NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "200000" });
  ends.push(program.remove);
  await until("it is told to be ready", () => socket.heard.length > 0);
  expect(socket.heard[0]).toBe("READY=1");
  expect((await fetch(`${program.origin}/readyz`)).status).toBe(200);
  await until("there are signs of life", () => signsOfLife(socket) >= 3);
  program.process.kill("SIGSTOP");
  await until("it stands still", () => Bun.file(`/proc/${program.process.pid}/stat`).text().then(isStopped));
  const last = signsOfLife(socket);
  await Bun.sleep(1000); // five times what the service manager waits for
  expect(signsOfLife(socket) - last).toBeLessThanOrEqual(1); // what was said already and not read yet
  program.process.kill("SIGCONT");
  await until("it lives again", () => signsOfLife(socket) > last + 1);
  expect(await program.stop("SIGTERM")).toBe(0);
  await until("it is told to be ending", () => socket.heard.includes("STOPPING=1"));
  expect(socket.heard.filter((said) => said !== "WATCHDOG=1")).toEqual(["READY=1", "STOPPING=1"]);
});

const isStopped = (stat: string) => / T /.test(stat);

test("one that waits for its database is not ready, and without a watchdog gives no signs of life", async () => {
  const socket = await listen("abstract");
  const server = await startPostgres();
  ends.push(server.remove);
  const database = await server.createDatabase();
  await server.stop("fast");
  const DATABASE_URL = server.url(database);
  const port = String(freePort());
  const child = spawnProgram({ NOTIFY_SOCKET: socket.path, DATABASE_URL, BETTER_AUTH_SECRET: secret, PORT: port });
  ends.push(() => child.kill("SIGKILL"));
  await until("it lives", () => answers(port, "/livez"), { every: 25 });
  expect(socket.heard).toEqual([]);
  await server.start();
  await until("it is told to be ready", () => socket.heard.length > 0);
  expect(await answers(port, "/readyz")).toBe(true);
  expect(socket.heard).toEqual(["READY=1"]);
});

const answers = (port: string, path: string) =>
  fetch(`http://localhost:${port}${path}`).then(
    ({ ok }) => ok,
    () => false,
  );

test("of several workers the first that can serve makes the program ready, once", async () => {
  const socket = await listen("path");
  const server = await startPostgres();
  ends.push(server.remove);
  const program = await startProgram({
    ...{ NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "200000", GATEHOUSE_WORKERS: "2" },
    ...{ DATABASE_URL: server.url(await server.createDatabase()), BETTER_AUTH_SECRET: secret },
  });
  ends.push(program.remove);
  await until("there are signs of life", () => signsOfLife(socket) >= 3);
  expect(await program.stop("SIGTERM")).toBe(0);
  await until("it is told to be ending", () => socket.heard.includes("STOPPING=1"));
  expect(socket.heard.filter((said) => said !== "WATCHDOG=1")).toEqual(["READY=1", "STOPPING=1"]);
});

test("a socket that is not there keeps nobody from signing in", async () => {
  const program = await startProgram({ NOTIFY_SOCKET: "/nowhere/notify", WATCHDOG_USEC: "100000" });
  ends.push(program.remove);
  await until("it is ready", () => answers(new URL(program.origin).port, "/readyz"));
  expect(await program.stop("SIGTERM")).toBe(0);
});
