import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { isKept, regular } from "../support/kept";

/** A session that was read from the database before a change, and reaches the memory after it. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

/** Whether a session is kept that was read before a statement, and put into the memory after it. */
async function isKeptAfter(statement: string): Promise<boolean> {
  const visitor = await regular(gatehouse);
  const cookie = visitor.cookieHeader();
  const kept = gatehouse.live.find(cookie);
  if (!kept) throw new Error("The session was not kept.");
  const { session, user } = kept.signedIn;
  const token = decodeURIComponent(kept.cookie).split(".")[0] ?? "";
  const keep = gatehouse.live.beginReading();
  await gatehouse.rows(statement.replace("$session", session.id).replace("$user", user.id));
  keep(cookie, token, kept.signedIn);
  return isKept(gatehouse, visitor);
}

test("a session that was read before it or its user changed is not kept", async () => {
  expect(await isKeptAfter("delete from session where id = '$session'")).toBe(false);
  expect(await isKeptAfter(`update "user" set name = 'Another' where id = '$user'`)).toBe(false);
});

test("a session that was read before anything may have changed is not kept", async () => {
  expect(await isKeptAfter("select pg_notify('gatehouse_changes', '*')")).toBe(false);
});

test("a session that was read before somebody else's changed is kept", async () => {
  expect(await isKeptAfter(`select pg_notify('gatehouse_changes', '["another"]')`)).toBe(true);
});
