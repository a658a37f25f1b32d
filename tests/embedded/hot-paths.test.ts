import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { startProgram, type Program } from "../support/program";
import { newMember } from "../support/traffic";
import { until } from "../support/until";

/** What is answered from memory, over a real socket: what reaches a handler there no library would send. */

let program: Program;
let cookie: string;
beforeAll(async () => {
  program = await startProgram();
  ({ cookie } = await newMember(program));
  await until("the session is answered from memory", async () => !(await hasId())); // the first to ask are not
});
afterAll(() => program.remove());

/** From memory an answer has no id of its own: it stands in no log. */
const hasId = async () =>
  (await fetch(`${program.origin}/api/session`, { headers: { cookie } })).headers.has("x-request-id");

function statusFor(path: string, host: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(program.origin).port), "localhost", () =>
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`),
  );
  let text = "";
  socket.on("data", (chunk) => void (text += chunk));
  socket.on("close", () => resolve(text.split(" ")[1] ?? ""));
  socket.on("error", reject);
  return promise;
}

const own = () => new URL(program.origin).host;

test("who is signed in is told to our name, and for the session API to any other", async () => {
  expect(await statusFor("/api/session", own())).toBe("200");
  expect(await statusFor("/api/session", "gatehouse.internal")).toBe("200");
  expect(await statusFor("/api/auth/get-session", own())).toBe("200");
  expect(await statusFor("/api/auth/get-session", "gatehouse.internal")).not.toBe("200");
});

for (const host of [
  "evil/x",
  "user@evil",
  "evil?x",
  "evil#x",
  "a b",
  "evil:99999",
  "[",
  "localhost:3000, evil.example",
  "localhost\r\nHost: evil.example",
  "",
])
  test(`nobody is told for a host that is none: ${JSON.stringify(host)}`, async () => {
    for (const path of ["/api/session", "/api/auth/get-session"])
      expect(["400", "421"]).toContain(await statusFor(path, host));
  });
