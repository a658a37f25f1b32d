import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, newFolder, startProgram } from "../support/program";
import { newMember, send } from "../support/traffic";
import { until } from "../support/until";

/** The container image, made and run. Its processes are run in its root file system, as its user. */

const root = join(import.meta.dir, "../..");
const seconds = 1000;
const user = 65532;
let folder: string;
let container: string;
/** The root file system of the image. */
let inside: string;

/** Images and containers are kept in the test's own folder, on any file system. */
const environment = () => ({ ...process.env, CONTAINERS_STORAGE_CONF: join(folder, "storage.conf") });

function run(...command: string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd: root, env: environment() });
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}${stdout.toString()}`);
  return stdout.toString().trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-image-"));
  const [kept, live] = [join(folder, "storage"), join(folder, "run")];
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = "${kept}"\nrunroot = "${live}"\n`;
  writeFileSync(join(folder, "storage.conf"), storage);
  const program = join(folder, "gatehouse");
  run(process.execPath, "scripts/build.ts", "bun-linux-x64", program);
  run(process.execPath, "scripts/image.ts", program);
  container = run("buildah", "from", `docker-archive:${program}-image.tar`);
  inside = run("buildah", "mount", container);
}, 300 * seconds);
afterAll(() => {
  if (container) run("buildah", "rm", container);
  rmSync(folder, { recursive: true, force: true });
});

const production = {
  BETTER_AUTH_URL: "https://login.example.org",
  BETTER_AUTH_SECRET: "a secret of the test that is long enough",
  GATEHOUSE_DB_DRIVER: "embedded",
  MAIL: "off",
};
/** Local mode, which listens on this machine alone: so the test may speak http. */
const local = { GATEHOUSE_HOST: "localhost" };

/** A folder for `/data`, as the image has it. */
function newData(): string {
  const data = join(newFolder(), "data");
  mkdirSync(data);
  chownSync(data, user, user);
  return data;
}

/** Runs a program of the image by buildah, with the image's own settings but for these. */
function inContainer(settings: Record<string, string>, ...more: string[]): string[] {
  const env = Object.entries(settings).flatMap(([key, value]) => ["-e", `${key}=${value}`]);
  return ["buildah", "run", "--isolation", "chroot", "--network", "host", ...env, ...more];
}

/** Runs the image's entry point on a folder for its data. */
function start(data: string) {
  const PORT = String(freePort());
  // Not at /data, where buildah puts a volume of its own.
  const settings = { ...local, PORT, DATA_DIR: "/kept" };
  const command = inContainer(settings, "-v", `${data}:/kept`, container, "--", "/tini", "-s", "--");
  const child = Bun.spawn([...command, "/gatehouse"], { env: environment(), stdout: "ignore", stderr: "inherit" });
  return { origin: `http://localhost:${PORT}`, PORT, child };
}

/** The process of the program that was started for this port. */
function pidOf(port: string): number {
  const isIt = (pid: string) =>
    readFileSync(`/proc/${pid}/cmdline`, "latin1") === "/gatehouse\0" &&
    readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`PORT=${port}`);
  return Number(readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && isIt(pid)));
}

const isReady = (origin: string) =>
  fetch(`${origin}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

test("says in its own words who may run it and how it is", () => {
  const { Docker: image } = JSON.parse(run("buildah", "inspect", container)) as {
    Docker: { config: Record<string, unknown> & { Labels: Record<string, string> } };
  };
  expect(image.config).toMatchObject({
    User: "65532:65532",
    Entrypoint: ["/tini", "--", "/gatehouse"],
    StopSignal: "SIGTERM",
    Volumes: { "/data": {} },
    ExposedPorts: { "3000/tcp": {} },
    Healthcheck: { Test: ["CMD", "/gatehouse", "healthcheck"] },
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(image.config.Labels["org.opencontainers.image.version"]).toBe(version);
  const data = statSync(join(inside, "data"));
  expect([data.uid, data.gid]).toEqual([user, user]);
  for (const licensed of ["gatehouse", "libc6", "tini", "ca-certificates"])
    expect(existsSync(join(inside, "usr/share/doc", licensed, "copyright"))).toBe(true);
  expect([existsSync(join(inside, "bin/sh")), existsSync(join(inside, "tmp"))]).toEqual([false, false]);
});

test("serves, tells its health, ends, and goes on with what it kept", async () => {
  const data = newData();
  const first = start(data);
  await until("the image is ready", () => isReady(first.origin));
  const { PORT } = first;
  expect(run(...inContainer({ ...local, PORT }, container, "--", "/gatehouse", "healthcheck"))).toBe("alive");
  const member = await newMember(first);
  expect(statSync(`/proc/${pidOf(PORT)}`).uid).toBe(user);
  process.kill(pidOf(PORT), "SIGTERM");
  expect(await first.child.exited).toBe(0);

  const second = start(data);
  await until("the image is ready again", () => isReady(second.origin));
  expect((await send(second, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  process.kill(pidOf(second.PORT), "SIGKILL");
  await second.child.exited;

  // Rolled over to another build of the program and back, after a kill, on the same data.
  const source = await startProgram({}, data);
  expect((await send(source, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  await source.stop();
  run("chown", "-R", `${user}:${user}`, data);
  const third = start(data);
  await until("the image is ready once more", () => isReady(third.origin));
  expect((await send(third, "GET /api/session", { cookie: member.cookie })).status).toBe(200);
  process.kill(pidOf(third.PORT), "SIGTERM");
  expect(await third.child.exited).toBe(0);
  rmSync(data, { recursive: true });
}, 120_000);

test("says what it needs, where nothing is set", () => {
  const check = (settings: Record<string, string>) => {
    const { exitCode, stderr, stdout } = Bun.spawnSync(inContainer(settings, container, "--", "/gatehouse", "check"), {
      env: environment(),
    });
    return { exitCode, said: stderr.toString() + stdout.toString() };
  };
  expect(check(production)).toMatchObject({ exitCode: 0, said: expect.stringContaining("in order") });
  expect(check({})).toMatchObject({ exitCode: 78, said: expect.stringContaining("BETTER_AUTH_URL") });
});

test("as process 1 it ends when it is told to, whenever that is", async () => {
  for (const milliseconds of [0, 20, 60, 150, 400]) {
    const PORT = String(freePort());
    const prepare = `mkdir -p ${inside}/proc && mount -t proc proc ${inside}/proc`;
    const enter = `${prepare} && exec chroot --userspec=${user}:${user}`;
    const child = Bun.spawn(
      ["unshare", "--pid", "--fork", "--mount", "sh", "-c", `${enter} ${inside} /tini -- /gatehouse`],
      { env: { PATH: process.env.PATH ?? "", ...local, PORT, DATA_DIR: "/data" }, stdout: "ignore", stderr: "ignore" },
    );
    const first = await untilTini(child.pid);
    await Bun.sleep(milliseconds);
    process.kill(first, "SIGTERM");
    // By itself, or by the signal where it had not set its handlers yet.
    expect([0, 143]).toContain(await child.exited);
  }
}, 60_000);

/** The process that is process 1 of its own world, once it is tini and has begun the program. */
async function untilTini(parent: number): Promise<number> {
  const childOf = (pid: string) => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0] ?? "";
  let first = "";
  await until("tini has begun the program", () => {
    try {
      first = childOf(String(parent));
      return readlinkSync(`/proc/${first}/exe`).endsWith("/tini") && childOf(first) !== "";
    } catch {
      return false; // it is not there yet
    }
  });
  return Number(first);
}
