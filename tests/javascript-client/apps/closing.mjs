import { createServer } from "node:http";
import process from "node:process";
import { createGatehouse } from "gatehouse-js";

/** Has its polls fail, closes the client in the pause after the fifth, and prints how long the process lives on. */

const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 1_000_000).toISOString() };
const somebody = {
  user: { id: "1", email: "ada@example.org", emailVerified: true, name: "Ada", image: null },
  session: { id: "2", ...times, fresh: true },
};
let polls = 0;
const server = createServer((request, response) => {
  const isPoll = request.url.startsWith("/api/session/changes");
  if (isPoll) polls += 1;
  response.writeHead(isPoll ? 503 : 200, { "content-type": "application/json" }).end(JSON.stringify(somebody));
  if (polls === 5) setTimeout(close, 50);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const gatehouse = createGatehouse({ url, liveKey: "k".repeat(40), deadlineSeconds: 5, log: () => {} });
await gatehouse.ask("better-auth.session_token=a.b");

function close() {
  gatehouse.close();
  server.close();
  server.closeAllConnections();
  const closed = performance.now();
  process.on("exit", () => console.log(Math.round(performance.now() - closed)));
}
