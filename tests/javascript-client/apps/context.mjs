import { AsyncLocalStorage } from "node:async_hooks";
import process from "node:process";
import { createGatehouse } from "gatehouse-js";
import { startTestGatehouse } from "gatehouse-js/testing";

/** Makes a client for a request that has a context of its own, and prints in whose context the third poll was put. */

const contexts = new AsyncLocalStorage();
const login = await startTestGatehouse();
let polls = 0;
function counted(address, init) {
  if (!address.includes("/changes") || ++polls < 3) return fetch(address, init);
  console.log(contexts.getStore() ?? "the program's");
  process.exit(0);
}
const options = { url: login.url, liveKey: login.liveKey, deadlineSeconds: 5, fetch: counted };
await contexts.run("the request's", () => createGatehouse(options).ask(login.signIn()));
