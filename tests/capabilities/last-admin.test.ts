import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createOutbox } from "../../src/account/outbox";
import { administration } from "../../src/capabilities/administration/index";
import { suspend } from "../../src/capabilities/administration/people/access";
import type { Hands } from "../../src/capabilities/administration/people/act";
import { remove } from "../../src/capabilities/administration/people/existence";
import { takeRole } from "../../src/capabilities/administration/people/roles";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** The last administrator stays, whoever would have it otherwise. */

let gatehouse: Gatehouse;
let hands: Hands;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  const { given } = gatehouse;
  hands = { ...given, outbox: createOutbox(true, given.wake) };
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.role"));

/** An administrator who is signed in. */
async function admin() {
  const visitor = gatehouse.visitor();
  const { email, password } = await visitor.join();
  const [row] = await gatehouse.rows<{ id: string }>(
    `with given as (insert into gatehouse.role (user_id, role) select id, 'admin' from "user" where email = $1)
      update "user" set email_verified = true where email = $1 returning id`,
    [email],
  );
  return { visitor, userId: row?.id ?? "", password };
}

const close = (visitor: Visitor) => visitor.post("/account/delete", {});
const closing = () => gatehouse.rows("select user_id from gatehouse.deletion");

describe("the last administrator", () => {
  test("closes no account of their own, is told why, and stays signed in, after a proof too", async () => {
    const { visitor, password } = await admin();
    const own = "You are the only administrator. Give someone else the role first";
    const first = await close(visitor);
    expect([first.status, first.text.includes(own), first.text.includes("delete-form")]).toEqual([422, true, true]);
    expect(first.page.querySelector("title")?.text).toStartWith("Error: ");
    await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
    const refused = await visitor.post("/account/delete", { proof: password });
    expect([refused.status, refused.text.includes(own)]).toEqual([422, true]);
    expect([await closing(), await visitor.isIn()]).toEqual([[], true]);
  });

  test("is whoever is left while another one's account is closing", async () => {
    const [gone, left] = [await admin(), await admin()];
    expect((await close(gone.visitor)).status).toBe(303);
    const order = { userId: left.userId, by: { actor: left.userId, reason: "a reason" } };
    const refused = { ok: false, problem: "admin_last" };
    expect(await takeRole(hands, { ...order, role: "admin" })).toMatchObject(refused);
    expect(await suspend(hands, order)).toMatchObject(refused);
    expect(await remove(hands, { ...order, isNow: false })).toMatchObject(refused);
    expect((await close(left.visitor)).status).toBe(422);
  });

  test("is whoever is left while a column of an existing app keeps another one out", async () => {
    const [blocked, left] = [await admin(), await admin()];
    await gatehouse.rows(`alter table "user" add banned boolean`);
    await gatehouse.rows("insert into gatehouse.blocked_column values ('banned', 'set')");
    await gatehouse.rows(`update "user" set banned = true where id = $1`, [blocked.userId]);
    expect((await close(left.visitor)).status).toBe(422);
    await gatehouse.rows("delete from gatehouse.blocked_column");
    expect((await close(left.visitor)).status).toBe(303);
  });

  test("is one of two who close their accounts at once", async () => {
    const two = [await admin(), await admin()];
    const answers = await Promise.all(two.map(({ visitor }) => close(visitor)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  });
});

test("whoever administers nothing closes the account, and so does an administrator beside another one", async () => {
  await admin();
  const { visitor: beside } = await admin();
  const visitor = gatehouse.visitor();
  await visitor.join();
  for (const one of [visitor, beside]) expect((await close(one)).location).toBe("/sign-in?notice=deletion_asked");
});
