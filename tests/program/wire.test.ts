import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { startProgram, type Program } from "../support/program";

/** What the program makes of bytes that are no request, or only half of one. */

const programs: Program[] = [];
const start = async () => {
  const program = await startProgram();
  programs.push(program);
  return program;
};
afterAll(() => Promise.all(programs.map((program) => program.remove())));

describe("the program", () => {
  test("answers raw nonsense on the wire without falling over", async () => {
    const { origin } = await start();
    const { port, host } = new URL(origin);
    for (const [what, raw, status] of [...oddHosts(host), ...oddRequests(host)]) {
      const answer = await exchange(Number(port), raw);
      expect([what, answer.replace(/^HTTP\/1\.[01] /, "")]).toEqual([what, expect.stringMatching(status)]);
      expect(answer).not.toMatch(/evil|edge\.ts|node_modules/);
    }
    expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
  });

  test("does not call a client that hangs up half-way its own fault", async () => {
    const { origin, process: child, stop } = await start();
    const { port, host } = new URL(origin);
    const head = ["POST /api/auth/sign-in/email HTTP/1.1", `Host: ${host}`, `Origin: ${origin}`];
    const half = [...head, "Content-Type: application/json", "Content-Length: 5000", "", `{"email":`];
    await exchange(Number(port), half.join("\r\n"));
    expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
    await stop();
    const log = await new Response(child.stdout).text();
    // Before it was ready, other lines may say 503.
    const about = log.split("\n").filter((line) => line.includes("/api/auth/sign-in/email"));
    expect(about).not.toEqual([]);
    expect(log).not.toMatch(/"level":"error"/);
    expect(about.join("\n")).not.toMatch(/"status":5/);
  });
});

test("whoever resets a connection at once is counted by address, or nothing is done for them", async () => {
  const { origin, process: child, stop } = await start();
  const { port, host } = new URL(origin);
  const body = "email=nobody%40example.com";
  const form = ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`];
  const raw = whole("POST /forgot-password", [`Host: ${host}`, `Origin: ${origin}`, ...form], body);
  await Promise.all(Array.from({ length: 60 }, () => sendAndReset(Number(port), raw)));
  await Bun.sleep(1000); // they are answered, though nobody reads it
  await stop();
  const lines = (await new Response(child.stdout).text()).split("\n").filter((line) => line.includes("/forgot-pass"));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes('"client":') && !line.includes('"status":400'))).toEqual([]);
});

type Odd = [what: string, raw: string, status: RegExp];

/** A whole request with these lines in its head. */
const whole = (first: string, lines: string[], body = "") =>
  [`${first} HTTP/1.1`, ...lines, "Connection: close", "", body].join("\r\n");

/** To a program, with the guards of what is data. */
const toldInJson = /^421(?=[^]*default-src 'none'; base-uri)[^]*\r\n\r\n\{"error":\{"code":"wrong_host",/;

const oddHosts = (host: string): Odd[] => [
  ["two hosts", whole("GET /sign-in", [`Host: ${host}`, "Host: evil.example"]), /^4\d\d/],
  ["no host", whole("GET /sign-in", []), /^4\d\d/],
  ["another host", whole("GET /sign-in", ["Host: evil.example"]), /^421/],
  ...["[", "a b", "%zz", "", "localhost:99999", `x@${host}`].map(
    (bad): Odd => [`the host ${bad}`, whole("GET /sign-in", [`Host: ${bad}`]), /^4(00|21)/],
  ),
  ["no host in HTTP/1.0", "GET /sign-in HTTP/1.0\r\n\r\n", /^4(00|21)/],
  ...["/api/session", "/api/session/changes", "/api/auth/get-session", "/openapi.json"].flatMap((path): Odd[] => [
    [`${path} in HTTP/1.0 without a host`, `GET ${path} HTTP/1.0\r\n\r\n`, toldInJson],
    [`${path} at half a host`, whole(`GET ${path}?a=b`, ["Host: ["]), toldInJson],
    [`${path} at a host with a space`, whole(`GET ${path}`, ["Host: a b"]), toldInJson],
  ]),
  ["a balancer's probe in HTTP/1.0", "GET /readyz HTTP/1.0\r\n\r\n", /^200[^]*ready/],
  ["a probe in HTTP/1.0 by HEAD", "HEAD /livez HTTP/1.0\r\n\r\n", /^200/],
];

function oddRequests(host: string): Odd[] {
  const request = (first: string, lines: string[] = [], body = "") => whole(first, [`Host: ${host}`, ...lines], body);
  const post = (lines: string[], body = "") => request("POST /sign-in", lines, body);
  const cookies = (...lines: string[]) => request("GET /api/session", lines);
  return [
    ["an unknown method, which Bun drops", request("FOO /sign-in"), /^$/],
    ["TRACE", request("TRACE /sign-in"), /^4\d\d/],
    ["a path that begins like another host", request("GET //other.example/api/session"), /^404[^]*<!doctype html>/i],
    ["two lengths", post(["Content-Length: 1", "Content-Length: 2"], "x"), /^400/],
    ["a length and chunks", post(["Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\n"), /^4\d\d/],
    ["a negative length", post(["Content-Length: -1"]), /^4\d\d/],
    ["huge headers", request("GET /sign-in", [`X: ${"x".repeat(40_000)}`]), /^431/],
    ["a cookie with raw bytes", cookies("Cookie: better-auth.session_token=\xff\xfe\x01"), /^40[01]/],
    ["two cookie headers", cookies("Cookie: a=1", "Cookie: b=2"), /^401/],
    ["1 MB of body", post(["Content-Length: 1000000"], "email="), /^413[^]*Shorten it and try again/],
    ["100 MB of body", post(["Content-Length: 100000000"]), /^413/],
  ];
}

/** Sends bytes to the port and gives what comes back before the connection closes, or two seconds pass. */
function exchange(port: number, raw: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const finish = () => resolve(received);
    void Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        open: (socket) => void socket.write(Buffer.from(raw, "latin1")),
        data: (_, bytes) => void (received += bytes.toString("latin1")),
        close: finish,
        error: finish,
      },
    }).then((socket) => setTimeout(() => socket.end(), 2000), reject);
  });
}

/** Sends bytes to the port and resets the connection at once. */
function sendAndReset(port: number, raw: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(raw, () => socket.resetAndDestroy()));
    socket.on("error", () => undefined).on("close", () => resolve());
  });
}
