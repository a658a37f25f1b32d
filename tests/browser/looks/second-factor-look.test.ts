import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { sharedChromium } from "../../support/chromium";
import { newPerson } from "../../support/harness";
import { look, views } from "../../support/look";
import { startProgram, type Program } from "../../support/program";
import { setUp, useFactor } from "../../support/second-factor-journey";

/** How the pages of the second factor look. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([startProgram(), sharedChromium()]);
});
afterAll(() => gatehouse.remove());

for (const { name, ...options } of views)
  test(`every page of the second factor is without violations, ${name}`, async () => {
    const context = await browser.newContext({ baseURL: gatehouse.origin, ...options });
    const page = await context.newPage();
    await useFactor(page, { see: (state) => look(page, `second-factor-${state}-${name}`), hasScripts: true });
    await context.close();
  }, 60_000);

test("a printed sheet of recovery codes has the brand that they are for, and no way to go on", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  const printed: boolean[] = [];
  const see = async (state: string) => {
    if (state !== "recovery-codes") return;
    await page.emulateMedia({ media: "print" });
    for (const part of [".bar .brand", ".recovery-codes li", "nav", ".actions .button", "footer"])
      printed.push(await page.locator(part).first().isVisible());
    await page.emulateMedia({ media: "screen" });
  };
  await setUp(page, newPerson(), { see, hasScripts: true });
  expect(printed).toEqual([true, true, false, false, false]);
  await context.close();
});
