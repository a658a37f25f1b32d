import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";
import { isKept, regular, untilForgotten, untilKept, whileKept } from "../support/kept";

const settings = { TRUSTED_ORIGINS: "https://docs.example.com" };
let database: TestDatabase;
let gatehouse: Gatehouse;
/** The same program on the same database, with nothing kept in memory. */
let forgetful: Gatehouse;
beforeAll(async () => {
  database = await newTestDatabase();
  gatehouse = await startGatehouse(settings, { ...database, remove: async () => undefined });
  forgetful = await startGatehouse(
    { ...settings, GATEHOUSE_SESSION_CACHE: "0" },
    { ...database, remove: async () => undefined },
  );
});
afterAll(async () => {
  for (const each of [gatehouse, forgetful]) await each.close();
  await database.remove();
});

const idOf = async (visitor: Visitor): Promise<{ user: { id: string; name: string }; session: { id: string } }> =>
  JSON.parse((await visitor.get("/api/session")).text);

describe("a session in memory", () => {
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
    test(`is told as it would be from the database: ${what}`, async () => {
      const request = { "x-request-id": "the-same-one", cookie: visitor.cookieHeader(), ...headers };
      const fromMemory = everything(await whileKept(gatehouse, visitor, () => gatehouse.visitor().get(path, request)));
      expect(fromMemory).toEqual(everything(await forgetful.visitor().get(path, request)));
    });

  test("gets there through Better Auth's own question too", async () => {
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

  test("that Better Auth would extend is left to it", async () => {
    const { session } = await idOf(visitor);
    await gatehouse.rows("update session set expires_at = now() + interval '2 days' where id = $1", [session.id]);
    await untilKept(gatehouse, visitor);
    const got = await visitor.get("/api/auth/get-session");
    expect(got.headers.getSetCookie().join()).toContain("Max-Age=604800");
    expect(JSON.parse(got.text).session.expiresAt > new Date(Date.now() + 6 * 24 * 3600 * 1000).toISOString()).toBe(
      true,
    );
    expect(JSON.parse((await visitor.get("/api/session")).text).session.expiresAt).toBe(
      JSON.parse(got.text).session.expiresAt,
    );
  });

  test("is over to the second, and when it has lasted longest", async () => {
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

  test("counts by one spelling of its cookie only, so that nobody fills the memory with a single session", async () => {
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

  test("makes room for the next when the memory is full", async () => {
    const small = await startGatehouse(
      { GATEHOUSE_SESSION_CACHE: "2" },
      { ...database, remove: async () => undefined },
    );
    const [first, second, third] = [await regular(small), await regular(small), await regular(small)];
    await whileKept(small, second, () => untilKept(small, third));
    expect(isKept(small, first)).toBe(false);
    for (const visitor of [first, second, third]) expect((await visitor.get("/api/session")).status).toBe(200);
    await small.close();
  });
});

describe("a change made behind our back is heard", () => {
  const changes: [what: string, statement: string, by: "user" | "session", status: number][] = [
    ["a session deleted", "delete from session where id = $1", "session", 401],
    ["a session that expires now", "update session set expires_at = now() where id = $1", "session", 401],
    ["a session given another token", "update session set token = token || 'x' where id = $1", "session", 401],
    ["a user deleted", `delete from "user" where id = $1`, "user", 401],
    ["a user renamed", `update "user" set name = 'Somebody Else' where id = $1`, "user", 200],
    ["an address confirmed", `update "user" set email_verified = true where id = $1`, "user", 200],
  ];
  for (const [what, statement, by, status] of changes)
    test(what, async () => {
      const visitor = await regular(gatehouse);
      const ids = await idOf(visitor);
      await gatehouse.rows(statement, [ids[by].id]);
      expect(isKept(gatehouse, visitor)).toBe(false);
      const got = await visitor.get("/api/session");
      expect(got.status).toBe(status);
      if (status === 200) expect(JSON.parse(got.text)).not.toEqual(ids);
    });

  test("more than can be named, emptied tables, and what passes triggers by", async () => {
    const visitor = await regular(gatehouse);
    const { user } = await idOf(visitor);
    const many = `insert into session (id, token, user_id, expires_at) select 'many' || gen_random_uuid(), gen_random_uuid(), $1, now() + interval '1 day' from generate_series(1, 300)`;
    await whileKept(gatehouse, visitor, () => gatehouse.rows(many, [user.id])); // nobody can have known a session that is new
    await gatehouse.rows("delete from session where id like 'many%'");
    expect(isKept(gatehouse, visitor)).toBe(false);
    await untilKept(gatehouse, visitor);
    await gatehouse.rows(
      "insert into session (id, token, user_id, expires_at) values (repeat('x', 9000), 'long', $1, now() + interval '1 day')",
      [user.id],
    );
    await gatehouse.rows("delete from session where token = 'long'");
    expect(isKept(gatehouse, visitor)).toBe(false);
    await untilKept(gatehouse, visitor);
    const asReplicationDoes = `update "user" set name = 'Somebody Else' where id = '${user.id}'`;
    await gatehouse
      .rows(`begin; set local session_replication_role = replica; ${asReplicationDoes}; commit`)
      .catch(() => gatehouse.rows(asReplicationDoes)); // for superusers only
    expect(isKept(gatehouse, visitor)).toBe(false);
    await untilKept(gatehouse, visitor);
    await gatehouse.rows("truncate session");
    expect((await visitor.get("/api/session")).status).toBe(401);
  });

  test("a stranger's word on the channel forgets everything, and harms nothing", async () => {
    const visitor = await regular(gatehouse);
    for (const word of ["", "{", "7", `{"ids":[]}`]) {
      await untilKept(gatehouse, visitor);
      await gatehouse.rows("select pg_notify('gatehouse_changes', $1)", [word]);
      expect([word, isKept(gatehouse, visitor)]).toEqual([word, false]);
    }
    expect((await visitor.get("/api/session")).status).toBe(200);
  });
});

describe("whatever SQL makes the change, the next answer is that of the database", () => {
  const isHers = `id = '$user'`;
  const isIts = `id = '$session'`;
  const renamed = `set name = 'Somebody Else'`;
  const ways: Record<string, string> = {
    "a common table expression": `with gone as (delete from session where ${isIts} returning id) select id from gone`,
    "a merge that deletes": `merge into session s using (select '$session') as its (id) on s.id = its.id when matched then delete`,
    "a merge that updates": `merge into "user" u using (select '$user') as her (id) on u.id = her.id
      when matched then update ${renamed}`,
    "an upsert": `insert into "user" select * from "user" where ${isHers} on conflict (id) do update ${renamed}`,
    "a cursor": `begin; declare its cursor for select id from session where ${isIts} for update; fetch its;
      delete from session where current of its; commit`,
    "a savepoint, of which half is taken back": `begin; update "user" ${renamed} where ${isHers}; savepoint half;
      delete from session where ${isIts}; rollback to half; commit`,
    "a block of code": `do $$ begin update "user" ${renamed} where ${isHers}; end $$`,
    "a prepared statement": `prepare way as delete from session where ${isIts}; execute way; deallocate way`,
    "a join": `update "user" ${renamed} from session where session.user_id = "user".id and session.id = '$session'`,
    "a delete with another table": `delete from session using "user" where user_id = "user".id and "user".id = '$user'`,
    "a view": `create view way as select * from session; delete from way where ${isIts}; drop view way`,
    "a physical place": `delete from session where ctid = (select ctid from session where ${isIts})`,
    "another id for the session": `update session set id = id || 'x' where ${isIts}`,
    "another owner for the session": `
      insert into "user" (id, name, email) values ('o$user', 'Other', lower('o$user@example.org'));
      update session set user_id = 'o$user' where ${isIts}`,
    "a constraint that is looked at late": `begin; set constraints all deferred;
      delete from "user" where ${isHers}; commit`,
  };
  for (const [way, statement] of Object.entries(ways))
    test(way, async () => {
      const visitor = await regular(gatehouse);
      const { user, session } = await idOf(visitor);
      const before = (await visitor.get("/api/session")).text;
      await gatehouse.rows(statement.replaceAll("$user", user.id).replaceAll("$session", session.id));
      const { status, text } = await visitor.get("/api/session");
      const truth = await forgetful.visitor().get("/api/session", { cookie: visitor.cookieHeader() });
      expect([status, text]).toEqual([truth.status, truth.text]);
      expect(text).not.toBe(before);
    });
});

describe("a change that no trigger tells of ends the belief in seconds", () => {
  const remade = `alter table session rename to former; create table session (like former including all);
    alter table former rename constraint session_user_id_user_id_fk to former_fk`;
  const triggers = ["update", "delete", "truncate"].map((kind) => `gatehouse_${kind}`);
  const wholeTable = `create trigger gatehouse_update after update on session referencing old table as changed for each statement execute function gatehouse.tell_changes();
    create trigger gatehouse_delete after delete on session referencing old table as changed for each statement execute function gatehouse.tell_changes();
    create trigger gatehouse_truncate after truncate on session for each statement execute function gatehouse.tell_changes();
    alter table session ${triggers.map((name) => `enable always trigger ${name}`).join(", ")}`;
  const changes: [what: string, statements: (sessionId: string) => string, status: number][] = [
    [
      "the table was made anew, with its triggers, as a restore does",
      () => `begin; ${remade}; ${wholeTable}; commit`,
      401,
    ],
    [
      "its triggers were off, and on again",
      (id) =>
        `begin; alter table session disable trigger gatehouse_delete; delete from session where id = '${id}'; alter table session enable always trigger gatehouse_delete; commit`,
      401,
    ],
    ["a column was written anew", () => `alter table "user" alter column name type text using 'Written Anew'`, 200],
  ];
  for (const [what, statements, status] of changes)
    test(what, async () => {
      const own = await newTestDatabase();
      const at = await startGatehouse({}, own);
      const visitor = await regular(at);
      const { session } = await idOf(visitor);
      await own.rows(statements(session.id));
      await untilForgotten(at, visitor);
      const got = await visitor.get("/api/session");
      expect(got.status).toBe(status);
      if (status === 200) expect(JSON.parse(got.text).user.name).toBe("Written Anew");
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
    expect(at.log.filter((line) => line.includes("session.cache_off"))).toHaveLength(1);
    await at.close();
  });

  test("a session is believed for two seconds at most after the database is gone", async () => {
    const at = await startGatehouse();
    const visitor = await regular(at);
    await at.takeAway();
    const gone = performance.now();
    let status = 200;
    for (; status === 200 && performance.now() - gone < 5000; await Bun.sleep(20))
      ({ status } = await visitor.get("/api/session"));
    expect(status).toBe(503);
    expect(performance.now() - gone).toBeLessThan(2200);
    await at.close();
  });
});
