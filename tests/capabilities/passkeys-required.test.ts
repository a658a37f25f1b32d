import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { get } from "../support/authenticator";
import { recoveryOn, secretOn } from "../support/authenticator-app";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { add, enter, list, proofOptions } from "../support/passkeys";
import { grow, resetToken, sessionOf } from "../support/passwordless";

/** People who have a passkey and no app, where two factors are required: the passkey is both. */

const page = "/account/security/second-factor";

let gatehouse: Gatehouse;
let owner: Awaited<ReturnType<typeof withPasskey>>;
beforeAll(async () => {
  const database = await newTestDatabase();
  const optional = await startGatehouse({}, { ...database, remove: async () => undefined }, [twoFactor, passkeys]);
  owner = await withPasskey(optional);
  await optional.close();
  gatehouse = await startGatehouse({ GATEHOUSE_SECOND_FACTOR: "required" }, database, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

/** Somebody with a password and a passkey, and a confirmed address. */
async function withPasskey(house: Gatehouse) {
  const visitor = house.visitor();
  const person = await visitor.join();
  await house.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const { held } = await add(visitor);
  return { person, held };
}

describe("where two factors are required, a passkey", () => {
  test("is enough, and a password puts no app beside it", async () => {
    const thief = gatehouse.visitor();
    const sent = await thief.signIn(owner.person);
    expect(sent.location).toBe("/sign-in?notice=passkey_needed");
    expect((await thief.get(sent.location ?? "")).text).toContain("sign in with your passkey");
    const offered = await thief.get("/second-step/set-up");
    expect([offered.location, secretOn(offered), await sessionOf(thief)]).toEqual([
      "/sign-in?notice=step_over",
      "",
      401,
    ]);
    const byPasskey = gatehouse.visitor();
    expect((await enter(byPasskey, owner.held)).location).toBe("/account");
    expect(await sessionOf(byPasskey)).toMatchObject({ factors: 2, methods: ["passkey"] });
  });

  test("is asked for after a new password by mail, too", async () => {
    const reader = gatehouse.visitor();
    const token = await resetToken(gatehouse, owner.person);
    const password = "a newly chosen pass phrase";
    const chosen = await reader.post("/reset-password", { token, password });
    expect([chosen.location, await sessionOf(reader)]).toEqual(["/sign-in?notice=passkey_needed", 401]);
    owner.person.password = password;
  });

  test("is told of to a program", async () => {
    const program = gatehouse.visitor();
    const answer = await program.send("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json", origin: gatehouse.origin },
      body: JSON.stringify({ email: owner.person.email, password: owner.person.password }),
    });
    expect(JSON.parse(answer.text)).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["passkey"] });
    expect(await sessionOf(program)).toBe(401);
  });
});

test("a session and a password change nothing of what signs in by two factors, and a passkey does", async () => {
  const visitor = gatehouse.visitor();
  await enter(visitor, owner.held);
  await grow(gatehouse);
  const proof = owner.person.password;
  expect((await visitor.post(list, { new: "", proof })).status).toBe(403);
  const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
  expect((await visitor.post(`${list}/${id}`, { remove: "on", proof })).status).toBe(403);
  const asked = await visitor.post(page, { act: "begin", proof });
  expect([asked.status, asked.page.querySelector("[name=proof]"), secretOn(asked)]).toEqual([403, null, ""]);
  await visitor.post("/account/export", { proof }); // which is enough for that, and a new session
  await gatehouse.rows("update gatehouse.session_factor set proved_at = now() - interval '1 hour'");
  expect((await visitor.post(`${list}/options`, {})).status).toBe(403);
  const passkey = await get(await proofOptions(visitor), gatehouse.origin, owner.held);
  const offered = await visitor.post(page, { act: "begin", passkey });
  expect([offered.status, secretOn(offered).length > 0, recoveryOn(offered)]).toEqual([200, true, []]);
  expect((await add(visitor)).got.location).toBe(`${list}?notice=added`);
});
