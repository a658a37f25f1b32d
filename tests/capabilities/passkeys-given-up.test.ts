import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { add, list } from "../support/passkeys";
import { equipped, hashOf, passwordPage, resetToken, sessionOf, withoutPassword } from "../support/passwordless";

/** Passkeys of a domain that the operator gave up: they open nothing, and count for nothing. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

/** As if all passkeys of a user had been made before the login moved. */
const giveUp = (userId: string) =>
  gatehouse.rows("update gatehouse.passkey set rp_id = 'old.example.org' where user_id = $1", [userId]);

const idsOf = (userId: string) =>
  gatehouse.rows<{ id: string }>("select id from gatehouse.passkey where user_id = $1 and rp_id = 'localhost'", [
    userId,
  ]);

describe("passkeys of a domain that was given up", () => {
  test("are asked for by no link for a new password", async () => {
    const { person, userId } = await withoutPassword(gatehouse);
    await gatehouse.rows("delete from gatehouse.authenticator_app where user_id = $1", [userId]);
    await giveUp(userId);
    const token = await resetToken(gatehouse, person);
    const reader = gatehouse.visitor();
    expect((await reader.get(`/reset-password?token=${token}`)).page.querySelector("[data-passkey]")).toBeNull();
    await reader.post("/reset-password", { token, password: "a newly chosen pass phrase" });
    expect(await sessionOf(reader)).toMatchObject({ methods: ["link"] });
  });

  test("stand in for no password, and for no other passkey", async () => {
    const { visitor, userId } = await equipped(gatehouse);
    await giveUp(userId);
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(422);
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
    await add(visitor);
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(303);
    const [last] = await idsOf(userId);
    expect((await visitor.post(`${list}/${last?.id}`, { remove: "on" })).status).toBe(422);
    expect((await idsOf(userId)).length).toBe(1);
  });

  test("are shown and asked for nowhere", async () => {
    const { visitor, userId } = await equipped(gatehouse);
    await giveUp(userId);
    expect((await visitor.get("/account")).text).toContain("Passkeys: none");
    expect((await visitor.get(list)).page.querySelector(`a[href^="${list}/"]`)).toBeNull();
    expect((await visitor.get(`${list}/proof`)).text).toContain(`"allowCredentials":[]`);
  });
});
