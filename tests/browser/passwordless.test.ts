import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson } from "../support/harness";
import { press, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";

/** Accounts without a password as people use them, with Chromium's virtual authenticator. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

test("somebody signs up with a passkey, in again, and is warned that it is the only way", async () => {
  const { page, context, kept, pressesButton, close } = await house.open();
  const { name, email } = newPerson();
  await page.goto("/sign-up");
  await page.getByRole("link", { name: "Continue with a passkey" }).click();
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=email]").fill(email);
  await press(page, "Continue");
  await page.locator("[name=code]").waitFor();
  const [mail] = await house.gatehouse.mailsTo(email);
  await page.locator("[name=code]").fill(/\b\d{6}\b/.exec(mail?.text ?? "")?.[0] ?? "");
  await page.waitForURL("**/sign-up/passkey/make");
  await press(page, "Create passkey");
  await page.waitForURL("**/account");
  expect(await kept()).toHaveLength(1);
  await page.getByText("No password").waitFor();
  await page.getByText("Only one").waitFor();
  await context.clearCookies();
  await pressesButton();
  await page.goto("/sign-in");
  await press(page, "Sign in with a passkey");
  await page.waitForURL("**/account");
  await house.grow();
  await page.goto("/account/email");
  await page.locator("[name=email]").fill("elsewhere-now@example.org");
  await press(page, "Change email address");
  await press(page, "Use a passkey");
  await page.getByText("We’ve sent a link to the new address.").waitFor();
  await close();
});

test("without scripts nothing of it is shown on the page to sign up", async () => {
  const { page, close } = await house.open({ javaScriptEnabled: false });
  await page.goto("/sign-up");
  expect(await page.getByRole("link", { name: "Continue with a passkey" }).count()).toBe(0);
  await close();
});
