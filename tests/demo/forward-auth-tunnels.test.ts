import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { freePort } from "../support/program";
import { kinds, startProxied, type Proxied } from "./proxied";
import { startProxy, type Kind, type Protected, type Proxy } from "./proxies";

/**
 * The recipes of docs/forward-auth.md before a backend that speaks another protocol whenever it is asked to, as many
 * speak HTTP/2. What comes through such a connection no proxy reads: with names of its own it would be somebody else's.
 */

let proxied: Proxied;
let backend: Awaited<ReturnType<typeof startWilling>>;
const proxies: Proxy[] = [];
beforeAll(async () => {
  [proxied, backend] = [await startProxied(), await startWilling()];
});
afterAll(async () => {
  for (const { stop } of proxies) await stop();
  backend.stop(true);
  await proxied.remove();
});

const others = [["h2c"], ["H2C"], ["h2c, websocket"], ["websocket, h2c"], ["websocket", "h2c"], ["h2c", "websocket"]];

test.each(kinds)("behind %s: no request becomes a tunnel to the backend, past whoever asks who it is", async (kind) => {
  const port = await guarding(kind, { backend: backend.port });
  for (const upgrades of others)
    expect([upgrades, await outcomeOf(port, { method: "GET", upgrades })]).toEqual([upgrades, "200"]);
});

test.each(kinds)("behind %s: a preflight, which nobody is asked about, becomes no tunnel either", async (kind) => {
  const port = await guarding(kind, { backend: backend.port, preflights: true });
  for (const upgrades of others)
    expect([upgrades, await outcomeOf(port, { method: "OPTIONS", upgrades })]).toEqual([upgrades, "200"]);
});

test.each(kinds)(
  "behind %s: a WebSocket of whoever is signed in reaches the backend, and nothing else",
  async (kind) => {
    const port = await guarding(kind, { backend: backend.port, sockets: true });
    for (const upgrades of others)
      expect([upgrades, await outcomeOf(port, { method: "GET", upgrades })]).toEqual([
        upgrades,
        expect.stringMatching(/^(200|101 websocket)$/),
      ]);
    for (const name of ["websocket", "WebSocket"]) {
      const socket = { method: "GET", upgrades: [name] };
      expect([name, await outcomeOf(port, socket)]).toEqual([name, expect.stringMatching(/^101 websocket$/i)]);
      expect([name, await outcomeOf(port, { ...socket, cookie: "" })]).toEqual([name, "401"]);
    }
  },
);

async function guarding(kind: Kind, behind: Protected): Promise<number> {
  const own = freePort();
  const { port } = new URL(proxied.gatehouse.origin);
  proxies.push(await startProxy(kind, { own, gatehouse: Number(port), behind }));
  return own;
}

/** A backend that speaks whatever it is asked to speak. */
function startWilling() {
  return Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data(socket, received) {
        const asked = /^upgrade: *(.*)\r$/im.exec(received.toString())?.[1];
        const head = asked
          ? `101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${asked}`
          : "200 OK\r\nContent-Length: 0";
        socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
      },
    },
  });
}

interface Asked {
  method: string;
  upgrades: readonly string[];
  cookie?: string;
}

/** The status of a request that asks for other protocols, and to which the backend has changed over, if it has. */
function outcomeOf(port: number, { method, upgrades, cookie = proxied.cookie }: Asked): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "localhost");
  socket.once("data", (received) => {
    const [, status] = received.toString().split(" ");
    const protocol = /^upgrade: *(.*)\r$/im.exec(received.toString())?.[1];
    resolve([status, ...(protocol ? [protocol] : [])].join(" "));
    socket.destroy();
  });
  socket.on("error", reject);
  const isPreflight = method === "OPTIONS";
  const lines = [
    `${method} / HTTP/1.1`,
    `Host: localhost:${port}`,
    isPreflight ? "Origin: https://docs.example.com\r\nAccess-Control-Request-Method: PUT" : `Cookie: ${cookie}`,
    "Connection: Upgrade",
    ...upgrades.map((upgrade) => `Upgrade: ${upgrade}`),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return promise;
}
