import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expectGolden, goldenIn } from "../support/golden";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";
import { regular } from "../support/kept";
import { backendKey, backendOf, firstCursor, idsOf, poll, startTelling, type AskPath } from "../support/polls";

/** What backends that answer from memory are told of changes. */

const folder = join(import.meta.dir, "../../clients/contract/changes");
const path = "/api/session/changes";
const trusted = "https://docs.example.com";
const bearer = { authorization: `Bearer ${backendKey}` };

let gatehouse: Gatehouse;
let visitor: Visitor;
let ask: AskPath;
beforeAll(async () => {
  ({ gatehouse, visitor, ask } = await startTelling({ TRUSTED_ORIGINS: trusted }));
});
afterAll(() => gatehouse.close());

const rename = (id: string) => gatehouse.rows(`update "user" set name = name || '.' where id = $1`, [id]);

/** The answer to whoever asks as a golden file says. */
async function askAs(request: { after?: string; key: string; cookie?: string }, cursor: string, of = gatehouse) {
  const headers = {
    authorization: `Bearer ${request.key === "valid" ? backendKey : "another-key-than-the-one-that-is-configured"}`,
    ...(request.cookie && { cookie: visitor.cookieHeader() }),
  };
  return of.visitor().get(request.after ? `${path}?after=${cursor}` : path, headers);
}

describe("what backends are told keeps its contract", () => {
  for (const file of readdirSync(folder))
    test(file, async () => {
      const { request, response } = await goldenIn<Parameters<typeof askAs>[0]>(folder, file.replace(".json", ""));
      const cursor = await firstCursor(ask);
      if (file === "changed.json") await rename((await idsOf(visitor)).user);
      if (file !== "unavailable.json") return expectGolden(await askAs(request, cursor), response);
      const broken = await startTelling();
      await broken.gatehouse.takeAway();
      expectGolden(await askAs(request, cursor, broken.gatehouse), response);
    });
});

test("changes are told with each key of several, and with no other key", async () => {
  const [former, next] = ["a".repeat(10) + backendKey, "b".repeat(10) + backendKey];
  const rotating = await startTelling({ GATEHOUSE_BACKEND_KEY: `${next}, ${former}` });
  await firstCursor((path) => backendOf(rotating.gatehouse)(path, { authorization: `bearer ${former}` }));
  const wrong = [backendKey, "", `${former}x`, former.slice(1), `${next},${former}`];
  const statuses = async (keys: string[]) =>
    Promise.all(keys.map(async (key) => (await poll(rotating.ask, "", key)).status));
  expect(await statuses([former, next])).toEqual([200, 200]);
  expect(await statuses(wrong)).toEqual(wrong.map(() => 401));
  for (const authorization of ["", "Bearer", `Basic ${next}`, next])
    expect((await rotating.ask(path, { authorization })).status).toBe(401);
  expect((await rotating.ask(`${path}?key=${next}&access_token=${next}`, {})).status).toBe(401);
  expect(rotating.gatehouse.log.join()).not.toContain(next);
  await rotating.gatehouse.close();
});

test("changes are nothing for browsers: no cookie beside the key, and no grant to any origin's script", async () => {
  for (const cookie of [visitor.cookieHeader(), "other=1", ""])
    expect([cookie, (await ask(path, { ...bearer, cookie })).status]).toEqual([cookie, 401]);
  const grants = ({ headers }: Got) => [...headers.keys()].filter((name) => name.startsWith("access-control-"));
  for (const origin of [trusted, gatehouse.origin]) {
    expect(grants(await gatehouse.visitor().get(path, { ...bearer, origin }))).toEqual([]);
    const asked = { origin, "access-control-request-method": "GET", "access-control-request-headers": "authorization" };
    const preflight = await gatehouse.visitor().send(path, { method: "OPTIONS", headers: asked });
    expect([preflight.status, grants(preflight)]).toEqual([404, []]);
  }
});

test("changes are nowhere without a key, and at any host name with one", async () => {
  const without = await startGatehouse();
  expect((await without.visitor().get(path, bearer)).status).toBe(404);
  await without.close();
  expect((await ask(path, { ...bearer, host: "gatehouse.internal:3000" })).status).toBe(200);
});

describe("a cursor that cannot be told from is a reset", () => {
  const cursors: [what: string, make: (own: string) => string | Promise<string>][] = [
    ["none", () => ""],
    ["another process's", async () => firstCursor((await startTelling()).ask)],
    ["of the future", (own) => own.replace(/\d+$/, (position) => String(Number(position) + 1))],
    ["without a position", (own) => own.replace(/\.\d+$/, "")],
    ["no number", (own) => own.replace(/\d+$/, "1e3")],
    ["a very long one", () => "a".repeat(4000)],
  ];
  for (const [what, make] of cursors)
    test(what, async () => {
      const { status, reset, ids, milliseconds } = await poll(ask, await make(await firstCursor(ask)));
      expect([status, reset, ids]).toEqual([200, true, undefined]);
      expect(milliseconds).toBeLessThan(450); // at once: held, it would be half a second
    });

  test("from before everything was forgotten", async () => {
    const cursor = await firstCursor(ask);
    await gatehouse.rows("select pg_notify('gatehouse_changes', '*')");
    expect(await poll(ask, cursor)).toMatchObject({ status: 200, reset: true });
  });

  test("after more changes than are kept", async () => {
    const cursor = await firstCursor(ask);
    const ids = (from: number) => JSON.stringify(Array.from({ length: 100 }, (_, i) => `${from}-${i}`));
    for (let i = 0; i < 50; i++) await gatehouse.rows("select pg_notify('gatehouse_changes', $1)", [ids(i)]);
    expect(await poll(ask, cursor)).toMatchObject({ status: 200, reset: true });
  });
});

test("a change is told at once, with the ids of whom it concerns; without one a poll is held", async () => {
  const { user, session } = await idsOf(visitor);
  const first = await firstCursor(ask);
  const quiet = await poll(ask, first);
  expect([quiet.status, quiet.ids]).toEqual([200, []]);
  expect(quiet.milliseconds).toBeGreaterThan(300);
  expect(quiet.milliseconds).toBeLessThan(1500); // half a second, and what a busy machine adds
  const waiting = poll(ask, quiet.cursor);
  await Bun.sleep(50);
  const began = performance.now();
  await rename(user);
  const told = await waiting;
  console.log(`Told ${Math.round(performance.now() - began)} ms after the change began`);
  expect(told.ids).toEqual([user]);
  expect(told.milliseconds).toBeLessThan(450); // sooner than without a change
  await rename(user);
  await gatehouse.rows("update session set updated_at = now() where id = $1", [session]);
  await rename(user);
  expect((await poll(ask, told.cursor)).ids).toEqual([user, session]);
  expect((await poll(ask, first)).ids).toEqual([user, session]); // asked again, it is told again
});

test("every answer tells of all that was changed before the question, whoever changed it", async () => {
  const { user } = await idsOf(visitor);
  let cursor = await firstCursor(ask);
  for (let round = 0; round < 50; round++) {
    await rename(user);
    const told = await poll(ask, cursor);
    expect([round, told.ids ?? [user]]).toEqual([round, [user]]); // or a reset, on a very busy machine
    cursor = told.cursor;
  }
});

test("whatever ends a session, or changes who somebody is, is told", async () => {
  const { user } = await idsOf(visitor);
  const leaver = await regular(gatehouse);
  const left = (await idsOf(leaver)).session;
  const { session } = await idsOf(visitor);
  const acts: [what: string, act: () => Promise<unknown>, id: string][] = [
    ["a sign-out", () => leaver.post("/sign-out", {}), left],
    ["a role", () => gatehouse.rows("insert into gatehouse.role (user_id, role) values ($1, 'admin')", [user]), user],
    ["another name", () => visitor.post("/account/profile", { name: "Another Name" }), user],
    ["a suspension", () => gatehouse.rows("insert into gatehouse.suspension (user_id) values ($1)", [user]), session],
    ["a deletion", () => gatehouse.rows(`delete from "user" where id = $1`, [user]), user],
  ];
  for (const [what, act, id] of acts) {
    const cursor = await firstCursor(ask);
    await act();
    const { ids, reset } = await poll(ask, cursor);
    expect([what, reset ?? ids?.includes(id)]).toEqual([what, true]);
  }
});

test("a thousand backends that wait are each told at once, and visitors are served meanwhile", async () => {
  const person = await regular(gatehouse);
  const { user } = await idsOf(person);
  const cursor = await firstCursor(ask);
  const polls = Array.from({ length: 1000 }, () => poll(ask, cursor));
  await Bun.sleep(20);
  const began = performance.now();
  expect((await person.get("/api/session")).status).toBe(200);
  const served = performance.now() - began;
  await rename(user);
  const all = await Promise.all(polls);
  const last = performance.now() - began;
  console.log(`1,000 polls were told within ${Math.round(last)} ms; a check meanwhile took ${Math.round(served)} ms`);
  expect(all.every(({ status, ids }) => status === 200 && ids?.[0] === user)).toBe(true);
});

test("polls leave no lines in the log, and are counted apart from other requests", async () => {
  const counting = await startTelling({ GATEHOUSE_METRICS_PORT: "9464" });
  await poll(counting.ask, await firstCursor(counting.ask));
  await poll(counting.ask, "", "wrong");
  expect(counting.gatehouse.log.filter((line) => line.includes(path))).toEqual([]);
  const { gatehouse_change_polls_total: counts = {}, ...others } = await counting.gatehouse.metrics.read();
  expect(counts).toMatchObject({ '{answer="unchanged"}': 1, '{answer="refused"}': 1, '{answer="changed"}': 0 });
  expect(others.gatehouse_change_polls_waiting).toEqual({ "": 0 });
  expect(Object.keys(others.gatehouse_http_request_duration_seconds ?? {}).join()).not.toContain(path);
  await counting.gatehouse.close();
});

test("the very first poll is answered, though listening only begins with it", async () => {
  const gatehouse = await startGatehouse({ GATEHOUSE_BACKEND_KEY: backendKey });
  const answer = await poll(backendOf(gatehouse));
  expect([answer.status, answer.reset]).toEqual([200, true]);
  await gatehouse.close();
});
