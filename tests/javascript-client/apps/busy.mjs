import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { createGatehouse } from "gatehouse-js";
import { startTestGatehouse } from "gatehouse-js/testing";

/** Works for longer than the deadline while its questions are under way, or not yet sent; prints what came of each. */

if (isMainThread) await ask();
else await answer(); // a thread of its own, which is not kept from it

async function answer() {
  const login = await startTestGatehouse();
  parentPort.postMessage({ url: login.url, cookie: login.signIn() });
}

async function ask() {
  const { url, cookie } = await new Promise((resolve) => new Worker(new URL(import.meta.url)).once("message", resolve));
  const gatehouse = createGatehouse({ url, deadlineSeconds: 0.8, log: () => {} });
  await gatehouse.ask(cookie).catch(() => {}); // connects
  const came = [];
  for (const millisecondsBefore of [0, 1, 2, 3, undefined, undefined, undefined]) {
    const asked = gatehouse.ask(cookie).then(
      () => "answered",
      (error) => error.message,
    );
    if (millisecondsBefore !== undefined) await new Promise((resolve) => setTimeout(resolve, millisecondsBefore));
    work(1000);
    came.push(await asked);
  }
  console.log(JSON.stringify(came));
  (globalThis.Deno ?? process).exit(0);
}

function work(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
