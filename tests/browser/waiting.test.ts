import { afterAll, beforeAll, expect, test } from "bun:test";
import { sharedChromium } from "../support/chromium";
import { newPerson } from "../support/harness";
import { startProgram, type Program } from "../support/program";

let gatehouse: Program;
beforeAll(async () => {
  gatehouse = await startProgram();
});
afterAll(() => gatehouse.remove());

test("a button that must wait goes on counting while another form of the page is sent", async () => {
  const context = await (await sharedChromium()).newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(newPerson())) await page.locator(`[name=${name}]`).fill(value);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  const again = page.locator("#resend button");
  await again.filter({ hasText: "(0:" }).waitFor();
  await page.clock.fastForward("00:20");
  await page.locator("[name=code]").fill("000000");
  await page.locator("[name=code][aria-invalid]").waitFor();
  const seconds = Number(/0:(\d\d)/.exec(await again.innerText())?.[1]);
  expect(seconds).toBeLessThanOrEqual(10); // of 30
  await page.clock.fastForward("00:11");
  await again.and(page.locator(":enabled")).waitFor();
  await context.close();
});
