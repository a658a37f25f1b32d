import { createServer } from "node:http";
import { createGatehouse, Refused } from "gatehouse-js";

/** Tells whose cookie it is, and whether memory knew: for the model test of the server, which breaks everything else. */

let questions = 0; // polls are no questions, and go another way
const { fetch } = globalThis;
globalThis.fetch = (...question) => {
  questions += 1;
  return fetch(...question);
};
const gatehouse = createGatehouse({ url: process.env.GATEHOUSE_URL, liveKey: process.env.LIVE_KEY, log: () => {} });

createServer(async (request, response) => {
  const before = questions;
  try {
    const caller = await gatehouse.who(request);
    const who = caller && `${caller.user.id} ${caller.user.name}`;
    response.end(JSON.stringify({ who, fromMemory: caller !== null && questions === before }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    response.writeHead(error.status, error.headers).end();
  }
}).listen(Number(process.env.PORT), "127.0.0.1");
