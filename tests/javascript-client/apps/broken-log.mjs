import { createGatehouse } from "gatehouse-js";
import { startTestGatehouse } from "gatehouse-js/testing";

/** Has a log that throws, and a Gatehouse whose polls fail; prints that it lives after that. */

const login = await startTestGatehouse();
let lines = 0;
const log = () => {
  lines += 1;
  throw new RangeError("the log is full");
};
const gatehouse = createGatehouse({ url: login.url, liveKey: login.liveKey, deadlineSeconds: 5, log });
await gatehouse.ask(login.signIn());
await login.stop();
while (lines === 0) await new Promise((resolve) => setTimeout(resolve, 10));
await new Promise((resolve) => setTimeout(resolve, 100));
console.log("lives");
gatehouse.close();
