import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";
import { isKept, regular, untilForgotten, untilKept, whileKept } from "../support/kept";
import { idOf, startTwins, type Twins } from "../support/twins";

let twins: Twins;
let gatehouse: Gatehouse;
let forgetful: Gatehouse;
beforeAll(async () => {
  twins = await startTwins();
  ({ gatehouse, forgetful } = twins);
});
afterAll(() => twins.close());

const everything = ({ status, headers, text }: Got) => ({ status, headers: [...headers].sort(), text });
const asked: [what: string, path: string, headers: Record<string, string>][] = [
  ["who is this", "/api/session", {}],
  ["a trusted origin's script asks", "/api/session", { origin: "https://docs.example.com" }],
  ["any other origin's script asks", "/api/session", { origin: "https://evil.example" }],
  ["with a query", "/api/session?at=once", {}],
  ["a body of unknown length", "/api/session", { "transfer-encoding": "chunked" }],
  ["two hosts", "/api/session", { host: "localhost:3000, evil.example" }],
  ["a backend by an internal name", "/api/session", { host: "gatehouse.internal" }],
  ["a host that is none", "/api/session", { host: "login.example.com:99999" }],
  ["Better Auth's own", "/api/auth/get-session", {}],
  ["Better Auth's own, from a trusted origin", "/api/auth/get-session", { origin: "https://docs.example.com" }],
  ["Better Auth's own, without extending", "/api/auth/get-session?disableRefresh=true", {}],
  ["Better Auth's own, by another name", "/api/auth/get-session", { host: "gatehouse.internal" }],
];
let visitor: Visitor;
beforeAll(async () => {
  visitor = await regular(gatehouse);
});

for (const [what, path, headers] of asked)
  test(`a session in memory is told as it would be from the database: ${what}`, async () => {
    const request = { "x-request-id": "the-same-one", cookie: visitor.cookieHeader(), ...headers };
    const fromMemory = everything(await whileKept(gatehouse, visitor, () => gatehouse.visitor().get(path, request)));
    expect(fromMemory).toEqual(everything(await forgetful.visitor().get(path, request)));
  });

test("a session in memory gets there through Better Auth's own question too", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const headers = { "x-request-id": "the-same-one", cookie: visitor.cookieHeader() };
  const askedOf = async (at: Gatehouse, path = "/api/auth/get-session") =>
    everything(await at.visitor().get(path, headers));
  const byBetterAuth = await askedOf(gatehouse, "/api/auth/get-session?disableRefresh=true");
  await untilKept(gatehouse, visitor, "/api/auth/get-session");
  expect(await askedOf(gatehouse)).toEqual(byBetterAuth);
  expect(await askedOf(forgetful)).toEqual(byBetterAuth);
});

test("a session in memory that Better Auth would extend is left to it", async () => {
  const { session } = await idOf(visitor);
  await gatehouse.rows("update session set expires_at = now() + interval '2 days' where id = $1", [session.id]);
  await untilKept(gatehouse, visitor);
  const got = await visitor.get("/api/auth/get-session");
  expect(got.headers.getSetCookie().join()).toContain("Max-Age=604800");
  expect(JSON.parse(got.text).session.expiresAt > new Date(Date.now() + 6 * 24 * 3600 * 1000).toISOString()).toBe(true);
  expect(JSON.parse((await visitor.get("/api/session")).text).session.expiresAt).toBe(
    JSON.parse(got.text).session.expiresAt,
  );
});

test("a session in memory is over to the second, and when it has lasted longest", async () => {
  const visitor = await regular(gatehouse);
  const { session } = await idOf(visitor);
  const until = Date.now() + 3000;
  await gatehouse.rows("update session set expires_at = $2 where id = $1", [session.id, new Date(until)]);
  await untilKept(gatehouse, visitor);
  await Bun.sleep(until + 50 - Date.now());
  expect((await visitor.get("/api/session")).status).toBe(401);
  await gatehouse.rows(
    "update session set expires_at = now() + interval '1 day', created_at = now() - interval '31 days' where id = $1",
    [session.id],
  );
  expect((await visitor.get("/api/session")).status).toBe(401);
});

test("a session in memory counts by one spelling of its cookie, so that nobody fills the memory with it", async () => {
  const visitor = await regular(gatehouse);
  const name = "better-auth.session_token";
  const value = visitor.cookies.get(name) ?? "";
  const spelling = gatehouse.visitor();
  spelling.cookies.set(name, value.replace(value[0] ?? "", `%${value.charCodeAt(0).toString(16)}`));
  expect((await spelling.get("/api/session")).status).toBe(200);
  expect(isKept(gatehouse, spelling)).toBe(false);
  spelling.cookies.set(name, `${value.slice(0, -4)}AA%3D`);
  expect((await spelling.get("/api/session")).status).toBe(401);
});

test("a session in memory makes room for the next when the memory is full", async () => {
  const small = await startGatehouse({ GATEHOUSE_SESSION_CACHE: "2" }, twins.database);
  const [first, second, third] = [await regular(small), await regular(small), await regular(small)];
  await whileKept(small, second, () => untilKept(small, third));
  expect(isKept(small, first)).toBe(false);
  for (const visitor of [first, second, third]) expect((await visitor.get("/api/session")).status).toBe(200);
  await small.close();
});

const remade = `alter table session rename to former; create table session (like former including all);
  alter table former rename constraint session_user_id_user_id_fk to former_fk`;
const triggers = ["update", "delete", "truncate"].map((kind) => `gatehouse_${kind}`);
const tells = "for each statement execute function gatehouse.tell_changes()";
const wholeTable = `create trigger gatehouse_update after update on session referencing old table as changed ${tells};
  create trigger gatehouse_delete after delete on session referencing old table as changed ${tells};
  create trigger gatehouse_truncate after truncate on session ${tells};
  alter table session ${triggers.map((name) => `enable always trigger ${name}`).join(", ")}`;
const ownKinds = ["insert", "update", "moved", "delete", "truncate"];
const ownTriggers = ownKinds.map((kind) => `enable always trigger gatehouse_${kind}`);
const unheard = (table: string, statement: string) =>
  `begin; alter table ${table} disable trigger user; ${statement};
     alter table ${table} ${ownTriggers.join(", ")}; commit`;
const changes: [what: string, statements: (sessionId: string, userId: string) => string, now: object | null][] = [
  [
    "the table was made anew, with its triggers, as a restore does",
    () => `begin; ${remade}; ${wholeTable}; commit`,
    null,
  ],
  [
    "its triggers were off, and on again",
    (id) =>
      `begin; alter table session disable trigger gatehouse_delete;
         delete from session where id = '${id}';
         alter table session enable always trigger gatehouse_delete; commit`,
    null,
  ],
  [
    "a role was given while the triggers of roles were off",
    (_, id) => unheard("gatehouse.role", `insert into gatehouse.role (user_id, role) values ('${id}', 'admin')`),
    { user: { roles: ["admin"] } },
  ],
  [
    "two factors were noted while the triggers of factors were off",
    (id, user) =>
      unheard(
        "gatehouse.session_factor",
        `insert into gatehouse.session_factor values ('${id}', '${user}', 2, 'passkey')`,
      ),
    { session: { factors: 2 } },
  ],
  [
    "a column was written anew",
    () => `alter table "user" alter column name type text using 'Written Anew'`,
    { user: { name: "Written Anew" } },
  ],
];

describe("a change that no trigger tells of ends the belief in seconds", () => {
  for (const [what, statements, now] of changes)
    test(what, async () => {
      const own = await newTestDatabase();
      const at = await startGatehouse({}, own);
      const visitor = await regular(at);
      const { session, user } = await idOf(visitor);
      await own.rows(statements(session.id, user.id));
      await untilForgotten(at, visitor);
      const got = await visitor.get("/api/session");
      expect(got.status).toBe(now ? 200 : 401);
      if (now) expect(JSON.parse(got.text)).toMatchObject(now);
      await at.close();
    });
});

describe("without a word from the database", () => {
  test("nothing is kept while a trigger is switched off, and the log says so", async () => {
    const own = await newTestDatabase();
    const at = await startGatehouse({}, own);
    const visitor = await regular(at);
    await at.rows(`alter table session disable trigger gatehouse_delete`);
    const { session } = await idOf(visitor);
    await untilForgotten(at, visitor);
    await own.rows("delete from session where id = $1", [session.id]);
    expect((await visitor.get("/api/session")).status).toBe(401);
    await Bun.sleep(1500); // several rounds of trying again, one word about it
    await visitor.join();
    for (let asked = 0; asked < 5; asked++) expect((await visitor.get("/api/session")).status).toBe(200);
    expect(isKept(at, visitor)).toBe(false);
    expect(at.log.filter((line) => line.includes("session.cache_off"))).toHaveLength(1);
    await at.close();
  });

  test("a session is believed for two seconds at most after the database is gone", async () => {
    const at = await startGatehouse();
    const visitor = await regular(at);
    await at.takeAway();
    const gone = performance.now();
    let status = 200;
    for (let asked = 0; status === 200; await Bun.sleep(20)) {
      expect(asked).toBeLessThanOrEqual(2000); // when the check before began, which still found somebody
      asked = performance.now() - gone;
      ({ status } = await visitor.get("/api/session"));
    }
    expect(status).toBe(503);
    await at.close();
  });
});
