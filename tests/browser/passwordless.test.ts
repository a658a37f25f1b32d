import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { newPerson } from "../support/harness";
import { desktop, keepPicture, unseen } from "../support/look";
import { join, press, pressPasskey, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";
import { resetToken } from "../support/passwordless";
import { choosePassword, removePassword, signUpByPasskey } from "../support/passwordless-journey";

/** Accounts without a password as people use them, with Chromium's virtual authenticator. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse([twoFactor]);
});
afterAll(() => house.close());

describe("somebody without a password", () => {
  test("signs up with a passkey, in again, and uses it as a proof", async () => {
    const equipped = await house.open();
    const { page, close } = equipped;
    await signUpByPasskey(house, equipped, { person: newPerson(), see: unseen });
    const answer = Promise.withResolvers<void>();
    await page.route("**/sign-in/passkey", (route) => answer.promise.then(() => route.continue()));
    await pressPasskey(equipped);
    await page.getByRole("button", { name: "Signing in…" }).waitFor(); // the device has answered, the server has not
    answer.resolve();
    await page.waitForURL("**/account");
    await house.grow();
    await page.goto("/account/email");
    await page.locator("[name=email]").fill("elsewhere-now@example.org");
    await press(page, "Change email address");
    await press(page, "Use a passkey");
    await page.getByText("We’ve sent a link to the new address.").waitFor();
    await close();
  });

  test("has removed it, signs in with the passkey, and makes one again by mail and with the passkey", async () => {
    const equipped = await house.open();
    const { page, context, close } = equipped;
    const person = await join(page);
    await removePassword(house, page, { person, see: unseen });
    await pressPasskey(equipped);
    await page.waitForURL("**/account");
    await context.clearCookies();
    await choosePassword(house, page, { person, see: unseen });
    expect(new URL(page.url()).pathname).toBe("/account");
    await close();
  });
});

describe("without scripts", () => {
  test("nothing of it is shown on the page to sign up", async () => {
    const { page, close } = await house.open({ javaScriptEnabled: false });
    await page.goto("/sign-up");
    expect(await page.getByRole("link", { name: "Continue with a passkey" }).count()).toBe(0);
    await close();
  });

  test("a password is made again with a code of the app", async () => {
    const { page, close } = await house.open({ javaScriptEnabled: false, viewport: desktop });
    const scripted = await house.open();
    const person = await join(scripted.page);
    const app = await removePassword(house, scripted.page, { person, see: unseen });
    await page.goto(`/reset-password?token=${await resetToken(house.gatehouse, person)}`);
    await keepPicture(page, "reset-no-scripts");
    expect(await page.getByRole("button", { name: "Use a passkey" }).count()).toBe(0);
    await page.locator("[name=password]").fill("a newly chosen pass phrase");
    await page.locator("[name=code]").fill(app.code());
    await press(page, "Save password");
    await page.getByText("Your password has been changed.").waitFor();
    await scripted.close();
    await close();
  });
});
