import { createGatehouse } from "gatehouse-js";

/** Asks a Gatehouse that is not there, and prints how often it was tried, and what is told of it. */

const [url] = globalThis.Deno?.args ?? process.argv.slice(2);
let count = 0;
const lines = [];
const gatehouse = createGatehouse({
  url,
  log: (line) => lines.push(line),
  fetch(...question) {
    count += 1;
    return fetch(...question);
  },
});
const answer = await gatehouse.ask("better-auth.session_token=a.b", "id-12345678").catch(String);
console.log(JSON.stringify({ count, answer, lines }));
