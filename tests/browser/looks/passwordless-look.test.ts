import { afterAll, beforeAll, expect, test } from "bun:test";
import { twoFactor } from "../../../src/capabilities/two-factor/index";
import { newPerson } from "../../support/harness";
import { look, views, type Look } from "../../support/look";
import { join, startPasskeyHouse, type PasskeyHouse } from "../../support/passkey-house";
import { choosePassword, removePassword, signUpByPasskey } from "../../support/passwordless-journey";
import type { Equipped } from "../../support/virtual-authenticator";

/** How the pages of accounts without a password look. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse([twoFactor]);
});
afterAll(() => house.close());

for (const { name, ...options } of views)
  test(`every page of it is without violations, ${name}`, async () => {
    const states: string[] = [];
    const seeOn =
      ({ page }: Equipped): Look =>
      async (state) => {
        await look(page, `${state}-${name}`);
        states.push(state);
      };
    const newcomer = await house.open(options);
    await signUpByPasskey(house, newcomer, { person: newPerson(), see: seeOn(newcomer) });
    const owner = await house.open(options);
    const person = await join(owner.page);
    await removePassword(house, owner.page, { person, see: seeOn(owner) });
    await owner.context.clearCookies();
    await choosePassword(house, owner.page, { person, see: seeOn(owner) });
    expect(states).toHaveLength(9);
    await newcomer.close();
    await owner.close();
  }, 60_000);
