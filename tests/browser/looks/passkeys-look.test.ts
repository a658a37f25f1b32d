import { afterAll, beforeAll, expect, test } from "bun:test";
import { look, views } from "../../support/look";
import { list } from "../../support/passkeys";
import {
  addPasskey,
  join,
  press,
  pressPasskey,
  startPasskeyHouse,
  type PasskeyHouse,
} from "../../support/passkey-house";
import type { Equipped } from "../../support/virtual-authenticator";

/** How the pages of the passkeys look: on a phone, in the dark, to a screen reader. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

/** The pages in each state that a visitor can meet. */
async function everyState(equipped: Equipped, look: (state: string) => Promise<void>) {
  const { page } = equipped;
  await join(page);
  await page.goto(list);
  await look("none");
  await page.goto(`${list}/offer`);
  await look("offer");
  await addPasskey(page);
  await look("one");
  await page.goto("/account");
  await look("overview");
  await page.goto(list);
  await page.getByRole("link", { name: "Change Chrome on Linux" }).click();
  await page.locator("[name=name]").fill("");
  await press(page, "Save name");
  await page.getByText("Enter a name").waitFor();
  await look("change");
  await house.grow();
  await page.goto("/account/delete?step=sure");
  await look("proof");
  await house.gatehouse.rows("delete from gatehouse.passkey");
  await pressPasskey(equipped);
  await page.getByText("We don’t know this passkey.").waitFor();
  await look("sign-in");
}

for (const { name, ...options } of views)
  test(`every page of the passkeys is without violations, ${name}`, async () => {
    const equipped = await house.open(options);
    let seen = 0;
    await everyState(equipped, async (state) => {
      await look(equipped.page, `${state}-${name}`);
      seen += 1;
    });
    expect(seen).toBe(7);
    await equipped.close();
  });
