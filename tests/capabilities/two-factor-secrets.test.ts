import { expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { setUpFactor, type Authenticator } from "../support/authenticator-app";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Person } from "../support/harness";

/** A second factor across a change of the secret under which it is sealed. */

const [before, after] = ["the-secret-that-was-in-use-before-0123456789", "the-secret-that-takes-its-place-0123456789"];

async function enter(gatehouse: Gatehouse, person: Person, { code }: Pick<Authenticator, "code">) {
  await gatehouse.rows("update gatehouse.authenticator_app set last_step = 0");
  const visitor = gatehouse.visitor();
  await visitor.signIn(person);
  return (await visitor.post("/second-step", { code: code() })).location;
}

test("a second factor is sealed anew while both secrets are given, and opens with the new one alone", async () => {
  const database = await newTestDatabase();
  const kept = { ...database, remove: async () => undefined };
  const start = (settings: Record<string, string>) => startGatehouse(settings, kept, [twoFactor]);
  const old = await start({ BETTER_AUTH_SECRET: before });
  const visitor = old.visitor();
  const person = await visitor.join();
  const app = await setUpFactor(visitor);
  await old.close();
  expect(await start({ BETTER_AUTH_SECRET: after }).catch((error: Error) => error.message)).toContain(
    "the second factors of 1 person are encrypted under another secret, and none of them could sign in. Start with " +
      "that secret behind the new one, `BETTER_AUTH_SECRETS=2:new,1:old`",
  );
  const both = await start({ BETTER_AUTH_SECRETS: `2:${after},1:${before}` });
  expect(await enter(both, person, app)).toBe("/account");
  await both.chores();
  expect(await enter(both, person, app)).toBe("/account");
  await both.close();
  const alone = await start({ BETTER_AUTH_SECRET: after });
  expect(await enter(alone, person, app)).toBe("/account");
  const guest = alone.visitor();
  await guest.signIn(person);
  expect((await guest.post("/second-step", { recovery: app.recovery[0] ?? "" })).location).toBe("/account");
  await alone.close();
  await database.remove();
});
