import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createGatehouse } from "gatehouse-js";
import { startTestGatehouse } from "gatehouse-js/testing";

/** Starts itself once more, where an HTTP proxy alone knows the way to Gatehouse, and prints how often it polled. */

const { env } = process;
if (env.GATEHOUSE_KEY) await ask();
else await withProxy();

async function ask() {
  const gatehouse = createGatehouse({
    url: "http://gatehouse.invalid",
    liveKey: env.GATEHOUSE_KEY,
    deadlineSeconds: 5,
  });
  await gatehouse.ask(env.COOKIE);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  gatehouse.close();
}

async function withProxy() {
  const login = await startTestGatehouse();
  const { port } = new URL(login.url);
  const proxy = createServer(async ({ url, headers }, response) => {
    const { pathname, search } = new URL(url); // a proxy is told the whole address
    const answer = await fetch(login.url + pathname + search, { headers: { authorization: headers.authorization } });
    response.setHeader("content-type", "application/json").end(await answer.text());
  });
  proxy.on("connect", (_, socket) => {
    const there = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    there.pipe(socket).pipe(there);
    for (const end of [there, socket]) end.on("error", () => {}); // whoever is done hangs up
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const told = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${proxy.address().port}`, NO_PROXY: "" };
  const asking = { ...env, ...told, GATEHOUSE_KEY: login.liveKey, COOKIE: login.signIn() };
  const child = spawn(process.execPath, process.argv.slice(1), { env: asking, stdio: ["ignore", "ignore", "inherit"] });
  await new Promise((resolve) => child.on("exit", resolve));
  console.log(login.polls);
  process.exit(0);
}
