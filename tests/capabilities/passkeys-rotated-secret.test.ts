import { afterAll, beforeAll, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { create, get } from "../support/authenticator";
import { list, newOptions, signInOptions } from "../support/passkeys";
import { at, startRotated, type Rotated } from "../support/rotated";

/** A question that a browser was asked before the secret was another, and answers after. */

let rotated: Rotated;
beforeAll(async () => {
  rotated = await startRotated([passkeys]);
});
afterAll(() => rotated.close());

test("passkeys: one is made and used with a challenge of the old secret, while that is given", async () => {
  const { before, both, after } = rotated;
  const owner = before.visitor();
  await owner.join();
  const { held, answer } = await create(await newOptions(owner), owner.origin);
  expect((await at(both, owner).post(list, { new: answer })).location).toBe(`${list}?notice=added`);
  for (const [gatehouse, status] of [
    [both, 303],
    [after, 422],
  ] as const) {
    const visitor = at(before, owner);
    visitor.cookies.clear();
    const passkey = await get(await signInOptions(visitor), visitor.origin, held);
    expect((await at(gatehouse, visitor).post("/sign-in/passkey", { passkey, remember: "on" })).status).toBe(status);
  }
});
