import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { sharedChromium } from "../support/chromium";
import { newPerson } from "../support/harness";
import { startProgram, type Program } from "../support/program";

/** Leaving a form for another language or another page keeps what was typed, in a real browser. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([startProgram(), sharedChromium()]);
});
afterAll(() => gatehouse.remove());

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

test("an address typed where one is signed in is kept there, and is none to sign in with", async () => {
  const page = await browser.newPage({ baseURL: gatehouse.origin });
  const person = newPerson();
  await page.goto("/sign-up");
  await fillIn(page, { ...person });
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/verify-email");
  await page.goto("/sign-in");
  await fillIn(page, { email: person.email, password: person.password });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/account");
  await page.goto("/account/email");
  await fillIn(page, { email: "other@example.org" });
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.locator("html[lang=de]").waitFor({ state: "attached" });
  expect(await page.locator("[name=email]").inputValue()).toBe("other@example.org");
  await page.getByRole("button", { name: "Abmelden" }).click();
  await page.waitForURL("**/sign-in**");
  expect(await page.locator("[name=email]").inputValue()).toBe("");
  await page.close();
});
