import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { createMetrics, exposition, lasting, merged } from "../../src/process/metrics";
import { followInvalidations } from "../../src/session/invalidation";
import { newFactorOwner } from "../support/authenticator-app";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** What is counted of visits, and how it is written. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_METRICS_PORT: "9464" }, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

/** The lines of one family, without its name. */
async function linesOf(name: string, of = gatehouse): Promise<string[]> {
  const lines = exposition(await of.metrics.read()).split("\n");
  return lines
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length));
}

test("sign-ins and second factors are counted by way and outcome, and what had to wait by its limit", async () => {
  const person = await gatehouse.visitor().join();
  await gatehouse.visitor().signIn({ ...person, password: "a wrong password" });
  const nobody = newPerson();
  for (let tries = 0; tries < 6; tries++) await gatehouse.visitor().signIn(nobody);
  expect(await linesOf("gatehouse_sign_ins_total")).toEqual([
    '{way="password",outcome="done"} 1',
    '{way="password",outcome="refused"} 6',
    '{way="password",outcome="throttled"} 1',
  ]);
  expect(await linesOf("gatehouse_throttled_total")).toEqual(['{what="password"} 1']);
  const { person: owner, app } = await newFactorOwner(gatehouse);
  const visitor = gatehouse.visitor();
  await visitor.signIn(owner);
  for (const code of ["abcd-efgh-ijkl", "000000", app.code(1)]) await visitor.post("/second-step", { code });
  expect(await linesOf("gatehouse_second_factor_total")).toEqual([
    '{kind="recovery",outcome="refused"} 1',
    '{kind="totp",outcome="refused"} 1',
    '{kind="totp",outcome="done"} 1',
  ]);
});

test("requests are counted by route, method and status, and no path, address or method makes a label", async () => {
  const visitor = gatehouse.visitor();
  await visitor.get("/nowhere/ada@example.org");
  await visitor.send("/sign-in", { method: "PUT" });
  await visitor.get("/api/auth/nothing/ada@example.org");
  await visitor.get("/sign-in?email=ada@example.org");
  const lines = await linesOf("gatehouse_http_request_duration_seconds_count");
  for (const labels of [
    'route="other",method="GET",code="404"',
    'route="/sign-in",method="other",code="404"',
    'route="/api/auth/*",method="GET",code="404"',
    'route="/sign-in",method="GET",code="200"',
  ])
    expect([labels, lines.filter((line) => line.includes(labels)).length]).toEqual([labels, 1]);
  const all = exposition(await gatehouse.metrics.read());
  expect(all).not.toContain("ada");
  expect(all).not.toMatch(/="[^"]*127\./); // a label, not a figure
});

test("session checks are counted by their answer and by what knew it, once each", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  await gatehouse.live.begin();
  const before = await linesOf("gatehouse_session_checks_total");
  expect(before).toContain('{answer="signed_in",source="memory"} 0');
  for (const path of ["/api/session", "/api/session", "/api/auth/get-session", "/api/forward-auth"])
    await visitor.get(path);
  await gatehouse.visitor().get("/api/session");
  const cookie = "better-auth.session_token=forged.forged";
  await gatehouse.visitor().get("/api/session", { cookie });
  expect(await linesOf("gatehouse_session_checks_total")).toEqual([
    '{answer="signed_in",source="memory"} 3',
    '{answer="nobody",source="memory"} 2',
    '{answer="unknown",source="memory"} 0',
    '{answer="signed_in",source="database"} 1',
    '{answer="nobody",source="database"} 0',
    '{answer="unknown",source="database"} 0',
  ]);
  expect(await linesOf("gatehouse_session_cache_entries")).toEqual([" 1"]);
  expect(await linesOf("gatehouse_session_cache_believed")).toEqual([" 1"]);
});

test("a worker that hears of no changes is counted as such only while somebody asks it", async () => {
  const listen = () => Promise.reject(new Error("No connection."));
  const worker = followInvalidations({ listen, log: () => undefined, forget: () => undefined });
  expect([await worker.begin(), worker.isWell()]).toEqual([false, false]);
  const { now } = performance;
  const later = spyOn(performance, "now").mockImplementation(() => now.call(performance) + 60_000);
  expect(worker.isWell()).toBe(true);
  later.mockRestore();
  await worker.stop();
});

test("with no port for them no session check is counted, and no request measured", async () => {
  const silent = await startGatehouse();
  const visitor = silent.visitor();
  await visitor.join();
  await silent.live.begin();
  for (let check = 0; check < 3; check++) await visitor.get("/api/session");
  const counts = (await linesOf("gatehouse_session_checks_total", silent)).map((line) => line.split(" ")[1]);
  expect(counts).toEqual(Array(6).fill("0"));
  expect(await linesOf("gatehouse_http_request_duration_seconds_count", silent)).toEqual([]);
  await silent.close();
});

test("mails, hashes and the outbox are told; a database that is away takes none of the rest with it", async () => {
  const other = await startGatehouse();
  const person = newPerson();
  await other.visitor().signUp(person);
  await other.mailsTo(person.email);
  expect(await linesOf("gatehouse_mails_total", other)).toEqual(['{outcome="sent"} 1']);
  expect(await linesOf("gatehouse_outbox_waiting", other)).toEqual([" 0"]);
  expect(await linesOf("gatehouse_hash_queue", other)).toEqual([" 0"]);
  expect((await linesOf("gatehouse_hash_duration_seconds_count", other))[0]).toBe(" 1");
  await other.rows(`insert into gatehouse.outbox (kind, recipient, language, facts, created_at, try_at)
    values ('verify', 'ada@example.org', 'en', '{}', now() - interval '1 hour', now() + interval '1 minute')`);
  await other.visitor().signUp(newPerson()); // has the sender look into the outbox
  await other.mailsTo("");
  expect(await linesOf("gatehouse_outbox_waiting", other)).toEqual([" 1"]);
  expect(Number((await linesOf("gatehouse_outbox_oldest_age_seconds", other))[0])).toBeGreaterThan(3599);
  await other.takeAway();
  expect(await linesOf("gatehouse_outbox_waiting", other)).toEqual([]);
  expect(await linesOf("gatehouse_mails_total", other)).toEqual(['{outcome="sent"} 2']);
  await other.close();
});

test("a histogram's buckets hold those before them, and its bounds belong to them", async () => {
  const metrics = createMetrics();
  for (const seconds of [0.025, 0.026, 99]) metrics.observe("gatehouse_hash_duration_seconds", seconds);
  const lines = exposition(await metrics.read()).split("\n");
  const ours = lines.filter((line) => line.startsWith("gatehouse_hash_duration_seconds"));
  expect(ours.map((line) => line.replace("gatehouse_hash_duration_seconds", ""))).toEqual([
    '_bucket{le="0.025"} 1',
    ...['_bucket{le="0.05"} 2', '_bucket{le="0.1"} 2', '_bucket{le="0.25"} 2', '_bucket{le="0.5"} 2'],
    ...['_bucket{le="1"} 2', '_bucket{le="2.5"} 2', '_bucket{le="+Inf"} 3'],
    ...["_sum 99.051", "_count 3"],
  ]);
});

test("workers' values are added up, but for what is of the whole program; what ended keeps what it counted", () => {
  const worker = { gatehouse_mails_total: { '{outcome="sent"}': 2 }, gatehouse_outbox_waiting: { "": 3 } };
  const other = { ...worker, gatehouse_session_cache_entries: { "": 5 } };
  expect(merged([worker, other])).toEqual({
    gatehouse_mails_total: { '{outcome="sent"}': 4 },
    gatehouse_outbox_waiting: { "": 3 },
    gatehouse_session_cache_entries: { "": 5 },
  });
  expect(merged([lasting(other)])).toEqual({ gatehouse_mails_total: { '{outcome="sent"}': 2 } });
});
