import { afterAll, beforeAll, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { create } from "../support/authenticator";
import { newFactorOwner } from "../support/authenticator-app";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";
import { codeIn } from "../support/mails";
import { add, enter } from "../support/passkeys";

/** No way in of a capability goes past a suspension. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

const suspend = ({ email }: Pick<Person, "email">) =>
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

test("whoever is suspended while the second step waits uses no recovery code up, and is told", async () => {
  const { person, app } = await newFactorOwner(gatehouse);
  const visitor = gatehouse.visitor();
  await visitor.signIn(person);
  await suspend(person);
  const late = await visitor.post("/second-step", { recovery: app.recovery[0] ?? "" });
  const left = `select count(*)::int as count from gatehouse.recovery_code r join "user" u on u.id = r.user_id
    where u.email = $1`;
  expect([late.location, await gatehouse.rows(left, [person.email])]).toEqual(["/suspended", [{ count: 10 }]]);
});

test("whoever is suspended while the second step waits cannot say that it is lost, and is told", async () => {
  const { person } = await newFactorOwner(gatehouse);
  const thief = gatehouse.visitor();
  await thief.signIn(person);
  await suspend(person);
  expect((await thief.post("/second-step/lost", {})).location).toBe("/suspended");
  expect((await thief.get("/suspended")).page.querySelector("h1")?.text).toBe("Your account is suspended");
  expect(await gatehouse.rows("select 1 from gatehouse.factor_loss")).toEqual([]);
});

test("whoever is suspended while a first passkey is waited for makes none, and is told", async () => {
  const { name, email } = newPerson();
  const visitor = gatehouse.visitor();
  await visitor.get("/sign-up/passkey");
  await visitor.post("/sign-up/passkey", { name, email });
  const code = codeIn((await gatehouse.mailsTo(email))[0]?.text ?? "");
  await visitor.post("/verify-email", { email, code });
  const options = JSON.parse((await visitor.post("/sign-up/passkey/options", {})).text);
  await suspend({ email });
  const { answer } = await create(options, gatehouse.origin);
  expect((await visitor.post("/sign-up/passkey/make", { new: answer })).location).toBe("/suspended");
  const made = `select 1 from gatehouse.passkey where user_id = (select id from "user" where email = $1)`;
  expect(await gatehouse.rows(made, [email])).toEqual([]);
});
