import { connect, type Socket } from "node:net";
import { backendKey } from "./polls";

/** Backends that poll a program over a socket each, until they are stopped: as many as a `fetch` does not take. */
export interface ManyPollers {
  /** How many polls were answered, and how many of these answers told of changes or of a reset. */
  counted: { answered: number; told: number };
  stop(): void;
}

/** Starts so many of them. */
export function startManyPollers({ origin }: { origin: string }, count: number): ManyPollers {
  const counted = { answered: 0, told: 0 };
  const { hostname, port } = new URL(origin);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => undefined); // cut, when it is enough
    socket.on("connect", () => pollOver(socket, hostname, counted));
    return socket;
  });
  const stop = () => sockets.forEach((socket) => socket.destroy());
  return { counted, stop };
}

/** Polls one time after the other; what is answered comes with its length, and in good order. */
function pollOver(socket: Socket, host: string, counted: ManyPollers["counted"]) {
  const headers = `Host: ${host}\r\nAuthorization: Bearer ${backendKey}\r\n`;
  const ask = (cursor: string) => socket.write(`GET /api/session/changes?after=${cursor} HTTP/1.1\r\n${headers}\r\n`);
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    const [head = "", body] = text.split("\r\n\r\n");
    if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1])) return;
    text = "";
    counted.answered += 1;
    if (!body.includes('"ids":[]')) counted.told += 1;
    ask(/"cursor":"([^"]+)"/.exec(body)?.[1] ?? "");
  });
  ask("");
}
