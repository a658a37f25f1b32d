import { Webhook } from "standardwebhooks";

/** A webhook as it arrived. */
export interface Heard {
  id: string;
  type: string;
  userId?: string;
  /** When it happened, as the body says. */
  timestamp: string;
  body: string;
  headers: Headers;
}

/** What a receiver answers with. */
export type Answer = () => Response | Promise<Response>;

/** A program that hears webhooks on this machine, and verifies each as its author would, with the library. */
export interface Receiver {
  url: string;
  heard: Heard[];
  /** What was posted and is signed by nobody it knows. */
  forged: number;
  answer(how: Answer): void;
  stop(): Promise<void>;
}

/** A secret of the tests. */
export const webhookSecret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;

/** Starts one that takes everything. */
export function startReceiver({ secret = webhookSecret("a"), tls, port = 0 }: Started = {}): Receiver {
  let how: Answer = () => new Response(null, { status: 204 });
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    tls,
    idleTimeout: 60,
    async fetch(request) {
      const body = await request.text();
      const headers = request.headers;
      try {
        new Webhook(secret).verify(body, Object.fromEntries(headers));
        const { type, timestamp, data } = JSON.parse(body);
        receiver.heard.push({ id: headers.get("webhook-id") ?? "", type, timestamp, ...data, body, headers });
      } catch {
        receiver.forged += 1;
      }
      return how();
    },
  });
  const receiver: Receiver = {
    url: `http${tls ? "s" : ""}://localhost:${server.port}/hooks?from=gatehouse`,
    heard: [],
    forged: 0,
    answer: (next) => void (how = next),
    stop: () => server.stop(true),
  };
  return receiver;
}

interface Started {
  secret?: string;
  tls?: Bun.TLSOptions;
  port?: number;
}
