/** A `fetch` with a connection of its own: each process of Gatehouse knows its own cursors alone. */

import type { IncomingMessage } from "node:http";
import { Unavailable } from "./caller.js";
import type { Options } from "./options.js";

type Fetch = NonNullable<Options["fetch"]>;

/** There wherever a program lives on between requests; not imported, which Workers and bundlers would refuse. */
export const builtIn: typeof process.getBuiltinModule | undefined = globalThis.process?.getBuiltinModule;

/**
 * Asks over one connection, which is kept and which nothing else is asked over. The global `fetch` takes any that is
 * free, and so another one each time. It knows what polls need of `fetch`, and no more.
 */
export function fetchOverOne(url: string): Fetch {
  const stream = builtIn?.("node:stream");
  const http = url.startsWith("https:") ? builtIn?.("node:https") : builtIn?.("node:http");
  if (!http || !stream) throw new TypeError("There is no node:http here.");
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  async function answerOf(incoming: IncomingMessage): Promise<Response> {
    try {
      const { statusCode: status = 0, headers } = incoming;
      const body = [204, 205, 304].includes(status) ? null : stream?.Readable.toWeb(incoming);
      if (!body) incoming.resume(); // the connection is free once its answer is read
      return new Response(body as BodyInit | null, {
        status,
        headers: { "content-type": headers["content-type"] ?? "" },
      });
    } catch (error) {
      incoming.destroy(); // such as a status that there is not: the connection would wait for a reader
      throw error;
    }
  }

  return (address, { headers, signal }) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const options = { agent, headers: Object.fromEntries(new Headers(headers)), ...(signal && { signal }) };
      const request = http.request(address, options, resolve).on("error", reject);
      request.on("upgrade", ({ statusCode }, socket) => {
        socket.destroy(); // it would be taken for busy from here on
        reject(new Unavailable(`answered with status ${statusCode}`));
      });
      request.end();
    }).then(answerOf);
}
