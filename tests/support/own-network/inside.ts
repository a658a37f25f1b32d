import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { startReceiver } from "../webhook-receiver";
import { startDns } from "./dns";
import { inFolder, name, type Told } from "./network";

/**
 * What there is in a network of a test's own: whoever tells where the one name leads, and a receiver of webhooks at
 * port 443 of every IP address there is. Run by `startOwnNetwork`, which it obeys over a socket.
 */

const { folder, socket } = inFolder(process.argv[2] ?? "");
const read = (file: string) => readFileSync(join(folder, file), "utf8");

let lookups: string[][] = [];
let reached: string[] = [];
const asked = { IPv4: 0, IPv6: 0, another: 0 };

await startDns(({ name: of, family }) => {
  const addresses = of === name ? (lookups[Math.min(asked[family]++, lookups.length - 1)] ?? []) : [];
  return addresses.filter((address) => address.includes(":") === (family === "IPv6"));
});

const receiver = startReceiver({ tls: { cert: read("other-name.pem"), key: read("server.key") } });
const everywhere = createServer((from) => {
  reached.push((from.localAddress ?? "").replace(/^::ffff:(?=\d+\.)/, ""));
  const to = connect(Number(new URL(receiver.url).port), "127.0.0.1");
  from.on("error", () => to.destroy());
  to.on("error", () => from.destroy());
  from.pipe(to).pipe(from);
});
await new Promise<void>((resolve) => everywhere.listen(443, "::", resolve));

Bun.serve({
  unix: socket,
  async fetch(request) {
    if (request.method === "GET")
      return Response.json({ reached, lookups: asked.IPv4, heard: receiver.heard.length } satisfies Told);
    lookups = await request.json();
    [reached, receiver.heard.length] = [[], 0];
    Object.assign(asked, { IPv4: 0, IPv6: 0 });
    return new Response();
  },
});
