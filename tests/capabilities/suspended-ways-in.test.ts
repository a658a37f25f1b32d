import { afterAll, beforeAll, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";
import { add, enter } from "../support/passkeys";

/** No way in of a capability goes past a suspension. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

const suspend = ({ email }: Person) =>
  gatehouse.rows(`insert into gatehouse.suspension (user_id) select id from "user" where email = $1`, [email]);
const sessionStatus = async (visitor: Visitor) => (await visitor.get("/api/session")).status;

test("a suspension is not passed by a passkey", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const { held } = await add(visitor);
  await suspend(person);
  const other = gatehouse.visitor();
  expect([(await enter(other, held)).location, await sessionStatus(other)]).toEqual(["/suspended", 401]);
  expect((await other.get("/suspended")).page.querySelector("h1")?.text).toBe("Your account is suspended");
});

test("a suspension is not passed by the second step, and comes before it", async () => {
  const { person, app, visitor: owner } = await newFactorOwner(gatehouse);
  const visitor = gatehouse.visitor();
  expect((await visitor.signIn(person)).location).toBe("/second-step");
  await suspend(person);
  const late = await visitor.post("/second-step", { code: app.code() });
  expect([late.location, await sessionStatus(visitor), await sessionStatus(owner)]).toEqual(["/suspended", 401, 401]);
  expect((await gatehouse.visitor().signIn(person)).location).toBe("/suspended");
});
