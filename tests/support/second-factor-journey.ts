import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { authenticatorOf } from "./authenticator-app";
import { newPerson, type Person } from "./harness";
import type { Look } from "./look";

/** The way of a second factor in a browser. */

async function signIn(page: Page, { email, password }: Person) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** How somebody goes there; `see` is told of each page on the way. */
interface Way {
  see: Look;
  hasScripts: boolean;
}

/** Signs up, sets up an app and gives it. */
export async function setUp(page: Page, person: Person, { see, hasScripts }: Way) {
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/verify-email");
  await signIn(page, person);
  await page.waitForURL("**/account");
  await page.goto("/account/security/second-factor");
  await see("off");
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  await page.getByText("Scan this").waitFor();
  await see("set-up");
  const secret = ((await page.locator(".secret").textContent()) ?? "").replace(/\s/g, "");
  const app = authenticatorOf(secret);
  const send = async (code: string) => {
    await page.locator("[name=code]").fill(code); // with scripts, the sixth digit sends it
    if (!hasScripts) await page.getByRole("button", { name: "Turn on" }).click();
  };
  await send("000000");
  await page.getByText("That code isn’t right").waitFor();
  await see("set-up-wrong");
  await send(app.code());
  await page.getByText("Save your recovery codes").first().waitFor();
  await see("recovery-codes");
  const recovery = await page.locator(".recovery-codes li").allTextContents();
  expect(recovery).toHaveLength(10);
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByText("10 recovery codes left").waitFor();
  await see("on");
  return { app, recovery: recovery.map((code) => code.trim()) };
}

/** Sets up an app, is asked for its code and for a recovery code, and is proved by a code before it is turned off. */
export async function useFactor(page: Page, { see, hasScripts }: Way) {
  const person = newPerson();
  const { app, recovery } = await setUp(page, person, { see, hasScripts });
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Confirm with a code").first().waitFor();
  await see("prove");
  await page.locator(".content, main").getByRole("link", { name: "Cancel" }).click();
  await page.context().clearCookies();
  await signIn(page, person);
  await page.getByText("Enter your code").first().waitFor();
  await see("step");
  await page.locator("#step [name=code]").fill(app.code(1)); // with scripts, the sixth digit sends it
  if (!hasScripts) await page.getByRole("button", { name: "Sign in" }).first().click();
  await page.waitForURL("**/account");
  await see("overview");
  await page.context().clearCookies();
  await signIn(page, person);
  await page.getByText("Use a recovery code instead").click();
  await page.getByText("I have neither").click();
  await page.locator("[name=recovery]").fill("wrong");
  await page.locator("#recovery-form button").click();
  await page.getByText("That recovery code isn’t right").waitFor();
  await see("step-recovery-wrong");
  await page.locator("[name=recovery]").fill(recovery[0] ?? "");
  await page.locator("#recovery-form button").click();
  await page.waitForURL("**/account");
}
