import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Gatehouse } from "../support/harness";
import { isKept, regular, untilKept, whileKept } from "../support/kept";
import { idOf, startTwins, type Twins } from "../support/twins";

/** A change of a session or a user in the database is heard, whoever makes it. */

let twins: Twins;
let gatehouse: Gatehouse;
let forgetful: Gatehouse;
beforeAll(async () => {
  twins = await startTwins();
  ({ gatehouse, forgetful } = twins);
});
afterAll(() => twins.close());

const changes: [what: string, statement: string, by: "user" | "session", status: number][] = [
  ["a session deleted", "delete from session where id = $1", "session", 401],
  ["a session that expires now", "update session set expires_at = now() where id = $1", "session", 401],
  ["a session given another token", "update session set token = token || 'x' where id = $1", "session", 401],
  ["a user deleted", `delete from "user" where id = $1`, "user", 401],
  ["a user renamed", `update "user" set name = 'Somebody Else' where id = $1`, "user", 200],
  ["an address confirmed", `update "user" set email_verified = true where id = $1`, "user", 200],
];

for (const [what, statement, by, status] of changes)
  test(`a change made behind our back is heard: ${what}`, async () => {
    const visitor = await regular(gatehouse);
    const ids = await idOf(visitor);
    await gatehouse.rows(statement, [ids[by].id]);
    expect(isKept(gatehouse, visitor)).toBe(false);
    const got = await visitor.get("/api/session");
    expect(got.status).toBe(status);
    if (status === 200) expect(JSON.parse(got.text)).not.toEqual(ids);
  });

test("a change made behind our back is heard: more than can be named, and emptied tables", async () => {
  const visitor = await regular(gatehouse);
  const { user } = await idOf(visitor);
  const many = `insert into session (id, token, user_id, expires_at)
    select 'many' || gen_random_uuid(), gen_random_uuid(), $1, now() + interval '1 day' from generate_series(1, 300)`;
  // Nobody can have known a session that is new.
  await whileKept(gatehouse, visitor, () => gatehouse.rows(many, [user.id]));
  await gatehouse.rows("delete from session where id like 'many%'");
  expect(isKept(gatehouse, visitor)).toBe(false);
  await untilKept(gatehouse, visitor);
  await gatehouse.rows(
    `insert into session (id, token, user_id, expires_at)
       values (repeat('x', 9000), 'long', $1, now() + interval '1 day')`,
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

test("a change behind our back: a stranger's word on the channel forgets everything, and harms nothing", async () => {
  const visitor = await regular(gatehouse);
  for (const word of ["", "{", "7", `{"ids":[]}`]) {
    await untilKept(gatehouse, visitor);
    await gatehouse.rows("select pg_notify('gatehouse_changes', $1)", [word]);
    expect([word, isKept(gatehouse, visitor)]).toEqual([word, false]);
  }
  expect((await visitor.get("/api/session")).status).toBe(200);
});

const isHers = `id = '$user'`;
const isIts = `id = '$session'`;
const renamed = `set name = 'Somebody Else'`;
const ways: Record<string, string> = {
  "a common table expression": `with gone as (delete from session where ${isIts} returning id) select id from gone`,
  "a merge that deletes": `merge into session s using (select '$session') as its (id) on s.id = its.id
    when matched then delete`,
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
  "a role that another user had": `
    insert into "user" (id, name, email) values ('r$user', 'Other', lower('r$user@example.org'));
    insert into gatehouse.role (user_id, role) values ('r$user', 'admin');
    update gatehouse.role set user_id = '$user' where user_id = 'r$user'`,
  "factors that another session had": `
    insert into gatehouse.session_factor (id, user_id, factors, methods) values ('f$session', '$user', 2, 'passkey');
    update gatehouse.session_factor set id = '$session' where id = 'f$session'`,
  "a constraint that is looked at late": `begin; set constraints all deferred;
    delete from "user" where ${isHers}; commit`,
};

describe("whatever SQL makes the change, the next answer is that of the database", () => {
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
