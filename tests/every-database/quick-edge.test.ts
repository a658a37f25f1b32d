import { afterAll, beforeAll, expect, test } from "bun:test";
import { createQuickEdge } from "../../src/http/quick-edge";
import { readConfig } from "../../src/settings/config";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";

/**
 * A session check that goes past the router: what it answers, logs and counts is what the edge would. A request that
 * says its body has no bytes goes the long way.
 */

const settings = {
  GATEHOUSE_SESSION_CACHE: "0",
  GATEHOUSE_METRICS_PORT: "9464",
  TRUSTED_ORIGINS: "https://docs.example.com",
};
let gatehouse: Gatehouse;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse(settings);
  member = gatehouse.visitor();
  await member.join();
});
afterAll(() => gatehouse.close());

const longWay = { "content-length": "0" };
const path = "/api/session";
const id = "backend-1234567";

/** An answer without what is of its own: the id that was made for it. */
const comparable = ({ status, headers, text }: Got, given?: string) => {
  const all: Record<string, string> = Object.fromEntries(headers);
  if (!given) expect(all["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  return { status, text, headers: given ? all : { ...all, "x-request-id": "" } };
};

/** The lines of the log since there were so many, without what differs from one request to the next. */
const logged = (of: Gatehouse, since: number) =>
  of.log.slice(since).map((line) => {
    const { time, milliseconds, request, error, ...rest } = JSON.parse(line);
    return rest;
  });

async function bothWays(of: Gatehouse, visitor: Visitor, headers: Record<string, string>) {
  const given = headers["x-request-id"] === id ? id : undefined;
  const ways = [];
  for (const more of [{}, longWay]) {
    const since = of.log.length;
    const got = comparable(await visitor.send(path, { headers: { ...headers, ...more } }), given);
    ways.push({ ...got, log: logged(of, since) });
  }
  return ways;
}

const forged = "better-auth.session_token=forged.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D";
const headersOfEach: Record<string, Record<string, string>> = {
  nothing: {},
  "an id": { "x-request-id": id },
  "what is no id": { "x-request-id": "short" },
  "a trusted origin": { origin: "https://docs.example.com" },
  "a stranger's origin": { origin: "https://evil.example" },
  "a forged cookie": { cookie: forged },
  "another host": { host: "gatehouse.internal" },
  "a trace": { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  "the word of a proxy": { "x-forwarded-for": "203.0.113.9", "x-forwarded-host": "evil.example" },
};

for (const [name, headers] of Object.entries(headersOfEach))
  test(`a check is answered in the same way past the router: ${name}`, async () => {
    for (const [visitor, status] of [
      [member, headers.cookie ? 401 : 200],
      [gatehouse.visitor(), 401],
    ] as const) {
      const [quick, slow] = await bothWays(gatehouse, visitor, headers);
      expect(quick).toEqual(slow);
      expect([quick?.status, quick?.log]).toEqual([status, []]);
    }
  });

test("a host that is none is refused past the router too", async () => {
  for (const host of ["a, b", "localhost:3000, evil.example"])
    expect((await gatehouse.visitor().send(path, { headers: { host } })).status).toBe(421);
});

test("a check that cannot be answered says so in the same way, and in the log from where it came", async () => {
  const other = await startGatehouse(settings);
  const visitor = other.visitor();
  await visitor.join();
  await other.takeAway();
  const [quick, slow] = await bothWays(other, visitor, { "x-request-id": id, origin: "https://docs.example.com" });
  expect(quick).toEqual(slow);
  expect([quick?.status, quick?.headers["retry-after"]]).toEqual([503, "1"]);
  expect(quick?.log).toMatchObject([
    { level: "error", event: "session.unknown", client: visitor.address },
    { level: "info", event: "request", method: "GET", path, status: 503, client: visitor.address },
  ]);
  await other.close();
});

test("a check that cannot be answered has the next probe ask the database", async () => {
  const other = await startGatehouse(settings);
  const visitor = other.visitor();
  await visitor.join();
  await other.takeAway();
  expect(await other.health.isReady()).toBe(true); // as far as anybody knows
  expect((await visitor.get(path)).status).toBe(503);
  expect(await other.health.isReady()).toBe(false);
  await other.close();
});

test("when the program is about to end, an answer says that its connection closes", async () => {
  const other = await startGatehouse(settings);
  const visitor = other.visitor();
  await visitor.join();
  other.health.leave();
  const [quick, slow] = await bothWays(other, visitor, {});
  expect(quick).toEqual(slow);
  expect(quick?.headers.connection).toBe("close");
  await other.close();
});

test("every check has what works in the background look whether something is due", async () => {
  const config = readConfig({});
  let polls = 0;
  const quickEdge = createQuickEdge({
    ...{ config, health: gatehouse.health, log: () => undefined, measure: () => undefined },
    noticeProxy: () => undefined,
    poll: () => void (polls += 1),
    answer: async () => new Response(),
  });
  await quickEdge(new Request(config.origin + path, { headers: { host: config.host } }), () => "127.0.0.1");
  expect(polls).toBe(1);
});

test("every check that the database answered is measured, whichever way it took", async () => {
  const count = async () => {
    const { gatehouse_http_request_duration_seconds: series = {} } = await gatehouse.metrics.read();
    return series[`_count{route="/api/session",method="GET",code="200"}`] ?? 0;
  };
  const before = await count();
  await member.get(path);
  await member.get(path, longWay);
  expect(await count()).toBe(before + 2);
});

test("a proxy that nobody named is told of in the log once, by a check too", async () => {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  const production = { BETTER_AUTH_URL: "https://login.example.com", BETTER_AUTH_SECRET: secret, MAIL: "off" };
  const other = await startGatehouse({ ...settings, ...production });
  for (let check = 0; check < 2; check++) await other.visitor().get(path, { "x-forwarded-for": "203.0.113.9" });
  expect(other.log.filter((line) => line.includes("edge.unknown_proxy"))).toHaveLength(1);
  await other.close();
});
