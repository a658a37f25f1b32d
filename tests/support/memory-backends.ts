import { join } from "node:path";
import { nodeProgram, pythonProgram, type ClientProgram } from "./client-programs";
import type { Replica, Truth } from "./model";
import { backendKey } from "./polls";
import { startWire, type Wire } from "./tcp-proxy";

/** A backend that answers from memory, a real process, and what a test can do to its way to Gatehouse. */
export interface MemoryBackend extends ClientProgram {
  way: Way;
  /** Everything that it and Gatehouse say goes over this. */
  wire: Wire;
  stop(): Promise<void>;
}

/** The way from a backend to the replicas: its polls go to one of them, its questions to any. */
export interface Way {
  /** How late an answer to a poll arrives, in milliseconds: it was given in time. */
  lateMilliseconds: number;
  /** How late an answer to a question arrives, at the most: what changed meanwhile may be told before. */
  lateAnswersMilliseconds: number;
  /** Whether answers to polls are held back until all is well again. */
  holding: boolean;
  /** Whether polls are answered by something in between. */
  failing: boolean;
  /** Whether the polls go to another replica than before. */
  turned: boolean;
  /** Whether each poll goes to another one than the last. */
  alternating: boolean;
}

/** A way on which nothing is wrong; which replica is polled stays as it is. */
export const wellAgain = {
  ...{ lateMilliseconds: 0, lateAnswersMilliseconds: 0 },
  ...{ holding: false, failing: false, alternating: false },
};

const changesPath = "/api/session/changes";
const root = join(import.meta.dir, "../..");

/** Starts so many of them: one with the client for Python, the next with the one for JavaScript, and so on. */
export async function startMemoryBackends(replicas: readonly Replica[], random: () => number) {
  const withPython = await pythonProgram(join(root, "clients/python/tests"), "memory_app:app");
  const withNode = nodeProgram(join(root, "tests/javascript-client/apps/memory.mjs"));
  return Promise.all(
    replicas.map(async (_, own): Promise<MemoryBackend> => {
      const way: Way = { ...wellAgain, turned: false };
      const front = startFront(way, (isPoll) => {
        if (isPoll && way.alternating) way.turned = !way.turned;
        const at = isPoll ? own + Number(way.turned) : Math.floor(random() * replicas.length);
        return replicas[at % replicas.length];
      });
      const wire = await startWire(Number(front.url.port));
      const environment = { GATEHOUSE_URL: `http://127.0.0.1:${wire.port}`, LIVE_KEY: backendKey };
      const program = await (own % 2 ? withNode : withPython)(environment);
      const stop = async () => {
        program.process.kill("SIGKILL");
        await program.process.exited;
        wire.close();
        await front.stop(true);
      };
      return { ...program, way, wire, stop };
    }),
  );
}

function startFront(way: Way, pick: (isPoll: boolean) => Replica | undefined) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const isPoll = new URL(request.url).pathname === changesPath;
      const replica = pick(isPoll);
      if (!replica || replica.isAway || (isPoll && way.failing))
        return new Response("no replica is ready\n", { status: 502 });
      const answer = await replica.edge(request, server.requestIP(request)?.address ?? "");
      const late = isPoll ? way.lateMilliseconds : Math.random() * way.lateAnswersMilliseconds;
      if (late > 0) await Bun.sleep(late);
      while (isPoll && way.holding) await Bun.sleep(10);
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
