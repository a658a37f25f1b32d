/** A load balancer in front of programs, as `docs/operate.md` asks for one. */
export interface Balancer {
  /** The address that people type. */
  origin: string;
  stop(): Promise<void>;
}

const askedEveryMilliseconds = 100;

/** Starts one in front of these origins: it asks `/readyz`, and hands each request to the next that said yes. */
export function startBalancer(replicas: readonly string[]): Balancer {
  let ready: string[] = [];
  let turn = 0;
  const ask = async () => {
    const asked = await Promise.all(replicas.map(async (origin) => ((await isReady(origin)) ? [origin] : [])));
    ready = asked.flat();
  };
  const asking = setInterval(() => void ask(), askedEveryMilliseconds);
  const server = Bun.serve({
    port: 0,
    hostname: "localhost",
    async fetch(request) {
      const body = request.body === null ? undefined : await request.arrayBuffer();
      for (let tries = 0; tries < replicas.length; tries++) {
        const origin = ready[turn++ % Math.max(ready.length, 1)];
        const answer = origin && (await handOn(request, origin, body));
        if (answer) return answer;
        await Bun.sleep(askedEveryMilliseconds); // nobody listens there any more
      }
      return new Response("no replica is ready\n", { status: 502 });
    },
  });
  const stop = () => {
    clearInterval(asking);
    return server.stop(true);
  };
  return { origin: server.url.origin, stop };
}

const isReady = async (origin: string) => (await fetch(`${origin}/readyz`).catch(() => undefined))?.ok === true;

/** The answer of a replica; undefined when it took no connection, and so nothing was done. */
async function handOn(request: Request, origin: string, body?: ArrayBuffer): Promise<Response | undefined> {
  const { pathname, search } = new URL(request.url);
  const { method, headers } = request;
  try {
    const sent = { method, headers, body, redirect: "manual", keepalive: false, decompress: false } as const;
    const { status, headers: given, body: content } = await fetch(origin + pathname + search, sent);
    return new Response(content, { status, headers: given });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ConnectionRefused") return undefined;
    throw error;
  }
}
