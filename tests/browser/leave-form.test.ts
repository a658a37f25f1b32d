import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { startProgram, type Program } from "../support/program";

/** Leaving a form for another language or another page keeps what was typed, in a real browser. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  gatehouse = await startProgram();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

async function fillIn(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
}

test("another language keeps what was typed, but for the password", async () => {
  const page = await browser.newPage({ baseURL: gatehouse.origin });
  await page.goto("/sign-up");
  await fillIn(page, { name: "Grace Hopper", email: "grace@example.org", password: "typed and gone" });
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.locator("html[lang=de]").waitFor({ state: "attached" });
  const values = await page
    .locator("[name=name], [name=email], [name=password]")
    .evaluateAll((inputs) => inputs.map((input) => (input instanceof HTMLInputElement ? input.value : "")));
  expect(values).toEqual(["Grace Hopper", "grace@example.org", ""]);
  await page.close();
});

test("the address typed at sign-in is there on the next page, for a new password or another account", async () => {
  for (const name of ["Forgot your password?", "Create an account"]) {
    const page = await browser.newPage({ baseURL: gatehouse.origin });
    await page.goto("/sign-in");
    await fillIn(page, { email: "grace@example.org", password: "typed and gone" });
    await page.getByRole("link", { name }).click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    expect(await page.getByLabel("Email").inputValue()).toBe("grace@example.org");
    await page.close();
  }
});
