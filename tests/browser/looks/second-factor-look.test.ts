import { afterAll, beforeAll, test } from "bun:test";
import type { Browser } from "playwright-core";
import { sharedChromium } from "../../support/chromium";
import { look, views } from "../../support/look";
import { startProgram, type Program } from "../../support/program";
import { useFactor } from "../../support/second-factor-journey";

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
