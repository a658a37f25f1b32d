import { createServer } from "node:http";
import { createGatehouse } from "gatehouse-js";

/** Asks and polls a server for a while, and prints over how many connections it polled, and what else went over them. */

const heard = []; // of each request: its connection, and whether it was a poll
const numbers = new Map();
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const server = createServer(async (request, response) => {
  if (!numbers.has(request.socket)) numbers.set(request.socket, numbers.size);
  const { pathname, searchParams } = new URL(request.url, "http://gatehouse");
  const isPoll = pathname === "/api/session/changes";
  heard.push([numbers.get(request.socket), isPoll]);
  await pause(isPoll ? 40 : Math.random() * 5);
  response.setHeader("content-type", "application/json").end(JSON.stringify(isPoll ? told(searchParams) : somebody));
});
const told = (parameters) => ({
  ...{ cursor: "a.1", now: new Date().toISOString(), longestSeconds: 1_000_000, freshSeconds: 900 },
  ...(parameters.get("after") ? { ids: [] } : { reset: true }),
});
const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 1_000_000).toISOString() };
const somebody = {
  user: { id: "1", email: "ada@example.org", emailVerified: true, name: "Ada", image: null },
  session: { id: "2", ...times, fresh: true },
};

await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const gatehouse = createGatehouse({ url, liveKey: "k".repeat(40), deadlineSeconds: 5, log: () => {} });
const until = Date.now() + 2000;
const visitor = async (_, i) => {
  for (; Date.now() < until; await pause(Math.random() * 20)) await gatehouse.ask(`better-auth.session_token=a.${i}`);
};
await Promise.all(Array.from({ length: 8 }, visitor));
gatehouse.close();
const polls = heard.filter(([, isPoll]) => isPoll);
const own = new Set(polls.map(([connection]) => connection));
const others = heard.filter(([connection, isPoll]) => own.has(connection) && !isPoll).length;
console.log(JSON.stringify({ polls: polls.length, connections: own.size, others }));
(globalThis.Deno ?? process).exit(0);
