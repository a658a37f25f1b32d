import { createServer } from "node:http";
import { createGatehouse } from "gatehouse-js";

/** Has its second and third poll answered with a status without a body, and prints whether the polls go on after that. */

const [status] = (globalThis.Deno?.args ?? process.argv.slice(2)).map(Number);
const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 1_000_000).toISOString() };
const somebody = {
  user: { id: "1", email: "ada@example.org", emailVerified: true, name: "Ada", image: null },
  session: { id: "2", ...times, fresh: true },
};
const limits = { longestSeconds: 1_000_000, freshSeconds: 900 };
const changes = { cursor: "a.1", ids: [], now: new Date().toISOString(), ...limits };
let polls = 0;
const server = createServer((request, response) => {
  const isPoll = request.url.startsWith("/api/session/changes");
  if (isPoll) polls += 1;
  if (isPoll && [2, 3].includes(polls)) return answerWithoutBody(request.socket, response);
  response.setHeader("content-type", "application/json").end(JSON.stringify(isPoll ? changes : somebody));
});
function answerWithoutBody(socket, response) {
  if (status !== 101) return response.writeHead(status).end();
  socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
}
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const lines = [];
const url = `http://127.0.0.1:${server.address().port}`;
const log = (line) => void lines.push(line);
const gatehouse = createGatehouse({ url, liveKey: "k".repeat(40), deadlineSeconds: 5, log });
await gatehouse.ask("better-auth.session_token=a.b");
const until = performance.now() + 4000;
while (performance.now() < until && polls < 6) await new Promise((resolve) => setTimeout(resolve, 20));
console.log(JSON.stringify({ goesOn: polls >= 6, lines }));
(globalThis.Deno ?? process).exit(0);
