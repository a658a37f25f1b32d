import { afterAll, beforeAll, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { create } from "../support/authenticator";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { add, enter, list, newOptions } from "../support/passkeys";

/** Passkeys as few people have them: of rare authenticators, and of another app. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [passkeys]);
});
afterAll(() => gatehouse.close());

const kept = (userId: string) =>
  gatehouse.rows<{ id: string }>("select id from gatehouse.passkey where user_id = $1", [userId]);

/** Somebody with a passkey, signed in. */
async function withPasskey() {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const { held } = await add(visitor);
  const [{ id: userId } = { id: "" }] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [
    email,
  ]);
  return { visitor, held, userId };
}

test("a new passkey that says itself that it is right is taken, as browsers hand it on unasked", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const { got, held } = await add(visitor, { format: "packed" });
  expect(got.location).toBe(`${list}?notice=added`);
  expect((await enter(gatehouse.visitor(), held)).location).toBe("/account");
});

test("an authenticator that names its user by nothing, as for older passkeys, signs in", async () => {
  const { held } = await withPasskey();
  expect((await enter(gatehouse.visitor(), held, { userHandle: "" })).location).toBe("/account");
});

test("whoever proves who they are first, and then adds one, is led on to where they were going", async () => {
  const visitor = gatehouse.visitor();
  const { password } = await visitor.join();
  await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
  const asked = await visitor.post(list, { new: "", return_to: "/account/email" });
  const proved = await visitor.submit(asked, { proof: password });
  expect(proved.location).toBe(`${list}?notice=ready&return_to=%2Faccount%2Femail`);
  const ready = await visitor.get(proved.location ?? "");
  const { answer } = await create(await newOptions(visitor), visitor.origin);
  expect((await visitor.submit(ready, { new: answer })).location).toBe("/account/email");
});

test("a name with signs that nobody sees is refused for these, and a long one for its length", async () => {
  const { visitor, userId } = await withPasskey();
  const [{ id } = { id: "" }] = await kept(userId);
  const said = async (name: string) =>
    (await visitor.post(`${list}/${id}`, { name })).page.querySelector("#name-note")?.text;
  expect(await said("work\u200Flaptop")).toContain("invisible characters");
  expect(await said("x".repeat(61))).toContain("at most 60 characters");
});

test("the last passkey that the sign-in page finds stays, beside one of another app", async () => {
  const { visitor, userId } = await withPasskey();
  const [{ id: own } = { id: "" }] = await kept(userId);
  await add(visitor);
  await gatehouse.rows("update gatehouse.passkey set rp_id = null where user_id = $1 and id <> $2", [userId, own]);
  await gatehouse.rows("update account set password = null where user_id = $1", [userId]);
  expect((await visitor.post(`${list}/${own}`, { remove: "on" })).status).toBe(422);
  const other = (await kept(userId)).find(({ id }) => id !== own);
  expect((await visitor.post(`${list}/${other?.id}`, { remove: "on" })).status).toBe(303);
  expect((await kept(userId)).map(({ id }) => id)).toEqual([own]);
});
