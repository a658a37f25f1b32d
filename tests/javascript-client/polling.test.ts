import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createGatehouse, type Gatehouse } from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { reply, startTold } from "../support/told";
import { until } from "../support/until";
import { runInRuntime } from "./places";
import { signedIn } from "./strange";

/** When a client asks what changed, how often, and when it stops. */

const request = (cookie: string) => ({ method: "GET", headers: new Headers({ cookie }) });

let login: TestGatehouse;
let gatehouse: Gatehouse;
beforeEach(async () => {
  login = await startTestGatehouse();
  gatehouse = createGatehouse({ url: login.url, liveKey: login.liveKey, log: () => {} });
});
afterEach(async () => {
  gatehouse.close();
  await login.stop();
});

const limits = { now: new Date().toISOString(), longestSeconds: 1e6, freshSeconds: 900 };

test("polls that are all answered at once are put a hundred times a second at the most", async () => {
  const told = await startTold((n) => {
    if (!told.heard[n - 1]?.includes("/changes")) return reply(200, signedIn);
    return reply(200, JSON.stringify({ ...limits, cursor: "cached.1", ids: [] }));
  });
  gatehouse = createGatehouse({ url: told.origin, liveKey: login.liveKey, log: () => {} });
  await gatehouse.check(request("better-auth.session_token=a.b"));
  await Bun.sleep(500);
  gatehouse.close();
  told.close();
  expect(told.heard.length).toBeWithin(3, 60);
});

test("polls that are all answered with a reset are put at longer and longer intervals", async () => {
  const lines: string[] = [];
  const told = await startTold((n) => {
    if (!told.heard[n - 1]?.includes("/changes")) return reply(200, signedIn);
    return reply(200, JSON.stringify({ ...limits, cursor: `other.${n}`, reset: true }));
  });
  const polls = () => told.heard.filter((heard) => heard.includes("/changes")).length;
  gatehouse = createGatehouse({ url: told.origin, liveKey: login.liveKey, log: (line) => void lines.push(line) });
  await gatehouse.check(request("better-auth.session_token=a.b"));
  await until("a second poll is put at once", () => polls() >= 2);
  await Bun.sleep(2000);
  expect(polls()).toBeLessThan(8);
  await until("the log tells of it", () => lines.some((line) => line.includes("another process of Gatehouse")));
  expect(lines.length).toBe(1);
  gatehouse.close();
  told.close();
});

describe("close", () => {
  test("holds for an answer that was asked for before it", async () => {
    login.delaySeconds = 0.2;
    const cookie = login.signIn();
    const underWay = gatehouse.check(request(cookie));
    await until("it is asked", () => login.requests.length === 1);
    gatehouse.close();
    expect((await underWay).user.email).toBe("ada@example.org");
    await Bun.sleep(100);
    expect(login.polls).toBe(0);
    await gatehouse.check(request(cookie)); // a later request begins it again
    await until("it polls", () => login.polls > 0);
  });

  for (const runtime of ["Node", "Bun", "Deno"] as const)
    test(`does not wait for the next poll, so that ${runtime} can end`, async () => {
      expect(Number(await runInRuntime(runtime, "closing.mjs"))).toBeLessThan(300); // milliseconds
    });
});

for (const runtime of ["Node", "Bun", "Deno"] as const)
  for (const status of ["101", "204", "205", "304"])
    test(`${runtime}: a poll that is answered ${status} is a failure, and the next one is put`, async () => {
      const { goesOn, lines } = JSON.parse(await runInRuntime(runtime, "strange-polls.mjs", status));
      expect(goesOn).toBe(true);
      expect(lines).toEqual([expect.stringContaining("asked for each request"), "Answering from memory again."]);
    });

for (const runtime of ["Node", "Bun", "Deno"] as const)
  test(`${runtime}: polls hold nothing of the request that they began with`, async () => {
    expect(await runInRuntime(runtime, "context.mjs")).toBe("the program's\n");
  });
