import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { authenticatorOf, halfAMinuteLater } from "../support/authenticator-app";
import { newPerson, type Person } from "../support/harness";
import { desktop, keepPicture, look, views } from "../support/look";
import { addPasskey, join, press, pressPasskey, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";
import { resetToken } from "../support/passwordless";
import type { Equipped } from "../support/virtual-authenticator";

/** Accounts without a password as people use them, with Chromium's virtual authenticator. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse([twoFactor]);
});
afterAll(() => house.close());

type Look = (state: string) => Promise<void>;

/** Signs up with a passkey, from the page to sign up to the account. */
async function signUpByPasskey({ page, kept }: Equipped, { name, email }: Person, see: Look) {
  await page.goto("/sign-up");
  await page.getByRole("link", { name: "Continue with a passkey" }).click();
  await page.waitForURL("**/sign-up/passkey");
  await see("sign-up");
  await press(page, "Continue");
  await page.locator("[name=name][aria-invalid]").waitFor();
  await see("sign-up-wrong");
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=email]").fill(email);
  await press(page, "Continue");
  await page.locator("[name=code]").waitFor();
  await see("sign-up-code");
  const [mail] = await house.gatehouse.mailsTo(email);
  await page.locator("[name=code]").fill(/\b\d{6}\b/.exec(mail?.text ?? "")?.[0] ?? "");
  await page.waitForURL("**/sign-up/passkey/make");
  await see("sign-up-make");
  await press(page, "Create passkey");
  await page.waitForURL("**/account");
  expect(await kept()).toHaveLength(1);
  await page.getByText("No password").waitFor();
  await page.getByText("Only one").waitFor();
  await see("sign-up-overview");
}

/** Sets up an authenticator app, and with it recovery codes. */
async function setUpApp(page: Page) {
  await page.goto("/account/security/second-factor");
  await press(page, "Set up");
  const app = authenticatorOf(((await page.locator(".secret").textContent()) ?? "").replace(/\s/g, ""));
  await page.locator("[name=code]").fill(app.code());
  await page.getByText("Save your recovery codes").first().waitFor();
  return app;
}

/** Removes the password, once there is enough besides. */
async function removePassword(page: Page, person: Person, see: Look) {
  await page.goto("/account/password");
  await see("password-lacking");
  await house.gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await addPasskey(page);
  const app = await setUpApp(page);
  await page.goto("/account/password");
  await see("password-remove");
  await press(page, "Remove password");
  await page.getByText("Your password has been removed.").waitFor();
  await see("password-none");
  await halfAMinuteLater(house.gatehouse, person);
  return app;
}

/** Chooses a password by the link of a mail, and with a passkey. */
async function choosePassword(page: Page, person: Person, see: Look) {
  await page.goto(`/reset-password?token=${await resetToken(house.gatehouse, person)}`);
  await see("reset");
  await page.locator("[name=password]").fill("a newly chosen pass phrase");
  await press(page, "Use a passkey");
  await page.getByText("Your password has been changed.").waitFor();
}

const unseen: Look = () => Promise.resolve();

describe("somebody without a password", () => {
  test("signs up with a passkey, in again, and uses it as a proof", async () => {
    const equipped = await house.open();
    const { page, close } = equipped;
    await signUpByPasskey(equipped, newPerson(), unseen);
    await pressPasskey(equipped);
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
    await removePassword(page, person, unseen);
    await pressPasskey(equipped);
    await page.waitForURL("**/account");
    await context.clearCookies();
    await choosePassword(page, person, unseen);
    expect(new URL(page.url()).pathname).toBe("/account");
    await close();
  });
});

for (const { name, ...options } of views)
  test(`every page of it is without violations, ${name}`, async () => {
    const states: string[] = [];
    const seeOn =
      ({ page }: Equipped): Look =>
      async (state) => {
        await look(page, `${state}-${name}`);
        states.push(state);
      };
    const newcomer = await house.open(options);
    await signUpByPasskey(newcomer, newPerson(), seeOn(newcomer));
    const owner = await house.open(options);
    const person = await join(owner.page);
    await removePassword(owner.page, person, seeOn(owner));
    await owner.context.clearCookies();
    await choosePassword(owner.page, person, seeOn(owner));
    expect(states).toHaveLength(9);
    await newcomer.close();
    await owner.close();
  }, 60_000);

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
    const app = await removePassword(scripted.page, person, unseen);
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
