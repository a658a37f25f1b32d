import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { createGatehouse, type Options } from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { until } from "../support/until";
import { runInRuntime } from "./places";

/** A log that fails neither decides who is let in nor ends the program. */

let login: TestGatehouse;
beforeEach(async () => {
  login = await startTestGatehouse();
});
afterEach(() => login.stop());

/** A logger whose method was given away without its object. */
class Logger {
  lines: string[] = [];
  warn(line: string) {
    this.lines.push(line);
  }
}

const fault = () => new RangeError("the log is full");
const broken: Record<string, NonNullable<Options["log"]>> = {
  "that throws": () => {
    throw fault();
  },
  "that is an unbound method": new Logger().warn,
  "that promises and fails": () => Promise.reject(fault()),
};
for (const [what, log] of Object.entries(broken))
  test(`a log ${what} changes no answer, and the line is told to the console`, async () => {
    const told = spyOn(console, "error").mockImplementation(() => {});
    try {
      const gatehouse = createGatehouse({ url: login.url, log });
      const request = (method: string) => ({ method, headers: { cookie: login.signIn() } });
      await expect(gatehouse.check(request("POST"))).rejects.toMatchObject({ code: "cross_site" });
      login.isUnavailable = true;
      await expect(gatehouse.check(request("GET"))).rejects.toMatchObject({ code: "unavailable" });
      await until("both lines are told", () => told.mock.calls.length === 2);
      expect(told.mock.calls.join("\n")).toMatch(/log: .*Refused a write from origin[^]*log: .*Gatehouse at http/);
    } finally {
      told.mockRestore();
    }
  });

test("a failure without a code is told by the name of its cause, and never in its words", async () => {
  const cause = Object.assign(new Error("a secret"), { name: "HTTPParserError", code: undefined }); // of Node 24 and 26
  const lines: string[] = [];
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
  const gatehouse = createGatehouse({ url: login.url, fetch, log: (line) => lines.push(line) });
  await expect(gatehouse.ask(login.signIn())).rejects.toThrow("HTTPParserError");
  expect(lines).toEqual([expect.stringMatching(/^Gatehouse at http:[^ ]+: HTTPParserError \(request \w+\)$/)]);
});

for (const runtime of ["Node", "Bun", "Deno"] as const)
  test(`a log that throws in the background does not end ${runtime}`, async () => {
    expect(await runInRuntime(runtime, "broken-log.mjs")).toBe("lives\n");
  });
