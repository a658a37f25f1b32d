import { afterAll, beforeAll, expect, test } from "bun:test";
import type axe from "axe-core";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { list } from "../support/passkeys";
import { addPasskey, join, press, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";
import type { Equipped } from "../support/virtual-authenticator";

/** How the pages of the passkeys look: on a phone, in the dark, to a screen reader. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

const axeSource = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  expect(passes.length).toBeGreaterThan(10);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** The pages in each state that a visitor can meet. */
async function everyState({ page, context, pressesButton }: Equipped, look: (state: string) => Promise<void>) {
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
  await context.clearCookies();
  await pressesButton();
  await house.gatehouse.rows("delete from gatehouse.passkey");
  await page.goto("/sign-in");
  await press(page, "Sign in with a passkey");
  await page.getByText("We don’t know this passkey.").waitFor();
  await look("sign-in");
}

const phone = { width: 320, height: 640 };
const desktop = { width: 1280, height: 800 };
const folder = process.env.PICTURES; // to look at the pages oneself

for (const colorScheme of ["light", "dark"] as const)
  for (const viewport of [phone, desktop])
    test(`every page of the passkeys is without violations, ${colorScheme}, ${viewport.width} wide`, async () => {
      const equipped = await house.open({ colorScheme, viewport });
      const { page } = equipped;
      let seen = 0;
      await everyState(equipped, async (state) => {
        const path = `${folder}/${state}-${colorScheme}-${viewport.width}.png`;
        if (folder) await page.screenshot({ path, fullPage: true });
        expect([state, await violations(page)]).toEqual([state, []]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([state, overflow]).toEqual([state, 0]);
        seen += 1;
      });
      expect(seen).toBe(7);
      await equipped.close();
    });
