import { cpSync } from "node:fs";
import { join } from "node:path";
import { folderWithClient } from "./javascript";
import type { Replica, Truth } from "./model";
import { backendKey } from "./polls";
import { freePort } from "./program";
import { pythonForClient } from "./python";
import { until } from "./until";

/** A backend that answers from memory, a real process, and what a test can do to its way to Gatehouse. */
export interface MemoryBackend {
  origin: string;
  process: Bun.Subprocess;
  way: Way;
  stop(): Promise<void>;
}

/** The way from a backend to the replicas: its polls go to one of them, its questions to any. */
export interface Way {
  /** How late an answer to a poll arrives, in milliseconds: it was given in time. */
  lateMilliseconds: number;
  /** Whether polls are answered by something in between. */
  failing: boolean;
  /** Whether the polls go to another replica than before. */
  turned: boolean;
}

const changesPath = "/api/session/changes";

/** Starts so many of them: one with the client for Python, the next with the one for JavaScript, and so on. */
export async function startMemoryBackends(replicas: readonly Replica[], random: () => number) {
  const kinds = [await withPython(), withNode()];
  return Promise.all(
    replicas.map(async (_, own): Promise<MemoryBackend> => {
      const way: Way = { lateMilliseconds: 0, failing: false, turned: false };
      const front = startFront(way, (isPoll) => {
        const at = isPoll ? own + Number(way.turned) : Math.floor(random() * replicas.length);
        return replicas[at % replicas.length];
      });
      const port = freePort();
      const child = (kinds[own % kinds.length] ?? withNode())(port, {
        ...process.env,
        ...{ PORT: String(port), GATEHOUSE_URL: front.url.origin, LIVE_KEY: backendKey },
      });
      const origin = `http://127.0.0.1:${port}`;
      await until("the backend answers", async () => (await fetch(`${origin}/who`).catch(() => null))?.status === 200);
      const stop = async () => {
        child.kill("SIGKILL");
        await child.exited;
        await front.stop(true);
      };
      return { origin, process: child, way, stop };
    }),
  );
}

/** Starts a backend at a port, in an environment. */
type Start = (port: number, env: Record<string, string | undefined>) => Bun.Subprocess;

async function withPython(): Promise<Start> {
  const { python, sources, tests } = await pythonForClient();
  const uvicorn = [python, "-m", "uvicorn", "memory_app:app", "--no-access-log", "--log-level", "warning"];
  return (port, env) =>
    Bun.spawn([...uvicorn, "--port", String(port)], {
      ...{ cwd: tests, env: { ...env, PYTHONPATH: sources } },
      stdio: ["ignore", "ignore", "inherit"],
    });
}

function withNode(): Start {
  const cwd = folderWithClient();
  cpSync(join(import.meta.dir, "../javascript-client/apps/memory.mjs"), join(cwd, "memory.mjs"));
  return (_, env) => Bun.spawn(["node", "memory.mjs"], { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
}

function startFront(way: Way, pick: (isPoll: boolean) => Replica | undefined) {
  return Bun.serve({
    port: 0,
    hostname: "localhost",
    async fetch(request, server) {
      const isPoll = new URL(request.url).pathname === changesPath;
      if (isPoll && way.failing) return new Response("no replica is ready\n", { status: 502 });
      const replica = pick(isPoll);
      if (!replica) return new Response(null, { status: 502 });
      const late = isPoll ? way.lateMilliseconds : 0;
      const answer = await replica.edge(request, server.requestIP(request)?.address ?? "");
      if (late > 0) await Bun.sleep(late);
      return answer;
    },
  });
}

/** What a backend says of a browser's cookies. */
export interface Said {
  status: number;
  who: string | null;
  fromMemory: boolean;
}

/** Asks a backend who has a browser's cookies. */
export async function askBackend({ origin }: MemoryBackend, { cookies }: Truth): Promise<Said> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(`${origin}/who`, { headers: { cookie } });
  const { who = null, fromMemory = false } = answer.status === 200 ? await answer.json() : {};
  return { status: answer.status, who, fromMemory };
}
