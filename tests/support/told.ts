import { createServer, type AddressInfo, type Socket } from "node:net";

/** A part of an answer: bytes, or a pause in milliseconds. */
export type Piece = string | Uint8Array | number;
/** Everything that is sent for a request; `null` hangs up without a word, "reset" in the rudest way. */
export type Reply = readonly Piece[] | null | "reset";

/** A server whose answers are the bytes that a test gives it. */
export interface Told {
  origin: string;
  /** The head of each request that it read. */
  heard: string[];
  /** How many connections were made to it. */
  connections: number;
  /** What the nth request is answered with. */
  answer(n: number): Reply;
  close(): void;
}

/** Starts one. */
export async function startTold(answer: (n: number) => Reply): Promise<Told> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    told.connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    converse(socket, told);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a server that listens on a port has no other kind of address
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const told: Told = { origin: `http://127.0.0.1:${port}`, heard: [], connections: 0, answer, close };
  return told;
}

function converse(socket: Socket, told: Told) {
  let read = "";
  let before = Promise.resolve();
  socket.setNoDelay(true).on("data", (bytes) => {
    read += bytes.toString("latin1");
    for (let end = read.indexOf("\r\n\r\n"); end >= 0; end = read.indexOf("\r\n\r\n")) {
      told.heard.push(read.slice(0, end));
      read = read.slice(end + 4);
      const reply = told.answer(told.heard.length);
      before = before.then(() => send(socket, reply));
    }
  });
}

async function send(socket: Socket, reply: Reply) {
  if (reply === null) return void socket.destroy();
  if (reply === "reset") return void socket.resetAndDestroy();
  for (const piece of reply) {
    if (socket.destroyed) return;
    if (typeof piece === "number") await Bun.sleep(piece);
    else socket.write(piece);
  }
}

/** A whole answer in one piece; bodies are in UTF-8, or bytes. */
export function reply(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Uint8Array[] {
  const content = Buffer.from(body);
  const all = { "content-type": "application/json", "content-length": String(content.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return [Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`, "latin1"), content])];
}

/** Sends a request byte for byte, each character one byte; gives the status, or 0 when it was hung up on. */
export function sendRaw(origin: string, request: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { hostname, port } = new URL(origin);
  let answer = "";
  void Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(Buffer.from(request, "latin1")),
      data(socket, bytes) {
        answer += bytes.toString("latin1");
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
        if (status) resolve(Number(status));
        if (status) socket.end();
      },
      close: () => resolve(0),
      error: (_, error) => reject(error),
    },
  }).catch(reject);
  return promise;
}
