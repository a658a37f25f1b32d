import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { childrenOf } from "../../support/processes";
import { freePort, newFolder } from "../../support/program";

/** What starts the program, and goes away: npx, a container, a shell, a service manager. */

const root = join(import.meta.dir, "../../..");
const seconds = 1000;
const folders: string[] = [];
const started: Started[] = [];
afterAll(() => {
  for (const { port } of started) for (const pid of serversOn(port)) process.kill(pid, "SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Started {
  port: string;
  starter: Bun.Subprocess<"ignore", "pipe", "pipe">;
}

/**
 * Runs a command that starts the program, as a terminal would: with the environment of this one but for the settings.
 */
function startBy(...command: string[]): Started {
  const [port, folder] = [String(freePort()), newFolder()];
  folders.push(folder);
  const { PATH = "", HOME = "" } = process.env;
  // The port is a mark too: by it all that was started is found again.
  const env = { PATH: `${join(process.execPath, "..")}:${PATH}`, HOME, PORT: port, DATA_DIR: folder };
  const starter = Bun.spawn(command, { cwd: root, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  started.push({ port, starter });
  return { port, starter };
}

/** Every living process that was started for this port. */
function serversOn(port: string): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      return (
        !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8")) &&
        readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`PORT=${port}`)
      );
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

async function until(is: () => boolean | Promise<boolean>, longest = 180 * seconds): Promise<boolean> {
  for (const deadline = Date.now() + longest; Date.now() < deadline; await Bun.sleep(50)) if (await is()) return true;
  return false;
}

const answers = (port: string) =>
  fetch(`http://localhost:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Says loudly what this machine lacks for a test; where nothing may be skipped, that is a failure. */
function lacks(what: string | undefined): boolean {
  if (what && process.env.CI === "true") throw new Error(`With CI=true no test may be skipped: ${what}`);
  if (what) console.warn(`!! SKIPPED: ${what}`);
  return what !== undefined;
}

const canRun = (...command: string[]) =>
  Bun.which(command[0] ?? "") !== null &&
  Bun.spawnSync(command, { cwd: root, stdout: "ignore", stderr: "ignore" }).success;
const npx = ["npx", "-y", "bun@1.4.5"];
const lacksNpx = lacks(canRun(...npx, "--version") ? undefined : "npx that can fetch bun@1.4.5.");
const asProcessOne = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
const lacksNamespaces = lacks(
  canRun(...asProcessOne, "true") ? undefined : "the right to make process namespaces (unshare --pid, as root).",
);

describe("started by npx", () => {
  for (const [what, ...command] of [
    ["as the README says", ...npx, "run", "start"],
    ["without a script", ...npx, "--no-env-file", "src/main.ts"],
  ])
    for (const signal of ["SIGTERM", "SIGKILL"] as const)
      test.skipIf(lacksNpx)(
        `${what}: ${signal} to npx leaves no orphan, and the port is free`,
        async () => {
          const { port, starter } = startBy(...command);
          expect(await until(() => answers(port))).toBe(true);
          starter.kill(signal);
          await starter.exited;
          expect(await until(() => serversOn(port).length === 0, 60 * seconds)).toBe(true);
          expect(await answers(port)).toBe(false);
        },
        300 * seconds,
      );

  test.skipIf(lacksNpx)(
    "it outlives the shell that put npx into the background",
    async () => {
      const { port, starter } = startBy("sh", "-c", `${npx.join(" ")} run start > /dev/null 2>&1 & sleep 0.2`);
      await starter.exited;
      expect(await until(() => answers(port))).toBe(true);
      await Bun.sleep(2 * seconds); // several looks
      expect(await answers(port)).toBe(true);
    },
    300 * seconds,
  );
});

describe("goes on when its starter ends by design:", () => {
  const away = "> /dev/null 2>&1 &";
  const ways: [what: string, script: string][] = [
    ["nohup", `nohup bun --no-env-file src/main.ts ${away}`],
    ["a session of its own", `setsid bun --no-env-file src/main.ts ${away}`],
    ["`bun run start` in the background", `bun run start ${away}`],
    ["nohup within npx", `npx -y bun@1.4.5 --version; npm exec -c "nohup bun --no-env-file src/main.ts ${away}"`],
  ];
  for (const [what, script] of ways)
    test.skipIf(lacksNpx)(
      what,
      async () => {
        const { port, starter } = startBy("sh", "-c", script);
        await starter.exited;
        expect(await until(() => answers(port))).toBe(true);
        await Bun.sleep(2 * seconds);
        expect(await answers(port)).toBe(true);
      },
      300 * seconds,
    );
});

/** Whether a process has a handler for SIGTERM: to the first of a container, the signal is nothing without. */
const hearsSigterm = (pid: number) => {
  const caught = /^SigCgt:\t(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return (BigInt(`0x${caught}`) & (1n << 14n)) !== 0n;
};

describe("as process 1 of a container", () => {
  for (const after of [200, 1500])
    test.skipIf(lacksNamespaces)(
      `SIGTERM ${after} ms after it can hear one ends the first start`,
      async () => {
        const { port, starter } = startBy(...asProcessOne, process.execPath, "--no-env-file", "src/main.ts");
        const first = () => childrenOf(starter.pid).find(hearsSigterm);
        expect(await until(() => first() !== undefined)).toBe(true);
        await Bun.sleep(after);
        process.kill(first() ?? Number.NaN, "SIGTERM");
        // at the latest when the embedded database has been made, which holds the only thread
        expect(await starter.exited).toBe(0);
        expect(serversOn(port)).toEqual([]);
      },
      300 * seconds,
    );
});
