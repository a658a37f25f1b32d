import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { heedBlockedColumns } from "../../db/blocked-columns";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

/** Columns by which an existing app keeps people out, which are heeded as the suspensions of our own are. */

let gatehouse: Gatehouse;
let person: Person;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  person = newPerson();
  await gatehouse.visitor().signUp(person);
  await gatehouse.rows(`alter table "user" add banned boolean default false, add ban_reason text,
    add ban_expires timestamptz, add is_active boolean default true, add "lockedUntil" timestamptz,
    add status text default 'ok', add tier text`);
});
afterAll(() => gatehouse.close());

const heed = (...names: string[]) => heedBlockedColumns(gatehouse.database, names);
const set = (what: string) => gatehouse.rows(`update "user" set ${what} where email = $1`, [person.email]);
const whereSignInLeads = async () => (await gatehouse.visitor().signIn(person)).location;

/** What keeps somebody out, and what lets them in again. */
const columns: [names: string[], shut: string, open: string][] = [
  [[], "banned = true", "banned = false"],
  [[], "banned = true, ban_expires = now() + interval '1 day'", "ban_expires = now() - interval '1 day'"],
  [["is_active"], "is_active = false, banned = false", "is_active = true"],
  [["is_active"], "is_active = null", "is_active = true"],
  [["lockedUntil"], `"lockedUntil" = now() + interval '1 day'`, `"lockedUntil" = now() - interval '1 day'`],
  [["tier"], "tier = 'thrown out'", "tier = null"],
];

describe("a column of an existing app", () => {
  test.each(columns)("%p: %s ends sessions and keeps out, until %s", async (names, shut, open) => {
    await heed(...names);
    await set(open);
    const visitor = gatehouse.visitor();
    expect((await visitor.signIn(person)).location).toBe("/account");
    await set(shut);
    expect((await visitor.get("/api/session")).status).toBe(401);
    expect(await whereSignInLeads()).toBe("/suspended");
    await set(open);
    expect(await whereSignInLeads()).toBe("/account");
  });

  test("with the reason of a ban is told to whoever has the right password", async () => {
    await heed();
    await set("banned = true, ban_expires = null, ban_reason = 'spam, long ago'");
    const visitor = gatehouse.visitor();
    await visitor.signIn(person);
    expect((await visitor.get("/suspended")).text).toContain("spam, long ago");
    await set("banned = false");
  });

  test("that is named at a later start ends the sessions of whoever it keeps out", async () => {
    await heed();
    await set("tier = 'thrown out'");
    const visitor = gatehouse.visitor();
    await visitor.signIn(person);
    expect((await visitor.get("/api/session")).status).toBe(200);
    await heed("tier");
    await gatehouse.live.caughtUp();
    expect((await visitor.get("/api/session")).status).toBe(401);
    await heed();
    expect(await whereSignInLeads()).toBe("/account");
  });

  test("that is not there, or does not tell, stops the start with a count", async () => {
    expect(heed("nowhere")).rejects.toThrow('GATEHOUSE_BLOCKED_COLUMNS: the table user has no column "nowhere"');
    expect(heed("status")).rejects.toThrow(`what "status" says about who may sign in cannot be read (1 person`);
  });
});
