import type { Replica, Truth } from "./model";
import { backendKey } from "./polls";
import { freePort } from "./program";
import { pythonForClient } from "./python";
import { until } from "./until";

/** A backend that answers from memory, a real process of Python, and what a test can do to its way to Gatehouse. */
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

/** Starts so many of them. */
export async function startMemoryBackends(replicas: readonly Replica[], random: () => number) {
  const { python, sources, tests } = await pythonForClient();
  return Promise.all(
    replicas.map(async (_, own): Promise<MemoryBackend> => {
      const way: Way = { lateMilliseconds: 0, failing: false, turned: false };
      const front = startFront(way, (isPoll) => {
        const at = isPoll ? own + Number(way.turned) : Math.floor(random() * replicas.length);
        return replicas[at % replicas.length];
      });
      const port = freePort();
      const command = [
        python,
        "-m",
        "uvicorn",
        "memory_app:app",
        "--port",
        String(port),
        "--no-access-log",
        "--log-level",
        "warning",
      ];
      const child = Bun.spawn(command, {
        cwd: tests,
        env: { ...process.env, PYTHONPATH: sources, GATEHOUSE_URL: front.url.origin, LIVE_KEY: backendKey },
        stdio: ["ignore", "ignore", "inherit"],
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
