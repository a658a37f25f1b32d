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

/** What a test has set the clocks by, in seconds. */
const set = { wall: 0, steady: 0 };
const [wall, steady] = [Date.now, performance.now.bind(performance)];
Date.now = () => wall() + set.wall * 1000;
performance.now = () => steady() + set.steady * 1000;

/** Sets the clocks, and stands still at once where that is asked for: as a machine that falls asleep. */
function setClocks(parameters) {
  for (const clock of ["wall", "steady"]) set[clock] += Number(parameters.get(clock) ?? 0);
  if (parameters.has("stop")) process.kill(process.pid, "SIGSTOP");
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://backend");
  if (pathname === "/clocks") {
    setClocks(searchParams);
    return response.end();
  }
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
