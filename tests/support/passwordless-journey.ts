import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { authenticatorOf, halfAMinuteLater } from "./authenticator-app";
import type { Person } from "./harness";
import type { Look } from "./look";
import { addPasskey, press, type PasskeyHouse } from "./passkey-house";
import { resetToken } from "./passwordless";
import type { Equipped } from "./virtual-authenticator";

/** The way to an account without a password and back, in a browser; `see` is told of each page on it. */
interface Seen {
  person: Person;
  see: Look;
}

/** Signs up with a passkey, from the page to sign up to the account. */
export async function signUpByPasskey({ gatehouse }: PasskeyHouse, { page, kept }: Equipped, { person, see }: Seen) {
  const { name, email } = person;
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
  const [mail] = await gatehouse.mailsTo(email);
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
export async function removePassword({ gatehouse }: PasskeyHouse, page: Page, { person, see }: Seen) {
  await page.goto("/account/password");
  await see("password-lacking");
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await addPasskey(page);
  const app = await setUpApp(page);
  await page.goto("/account/password");
  await see("password-remove");
  await press(page, "Remove password");
  await page.getByText("Your password has been removed.").waitFor();
  await see("password-none");
  await halfAMinuteLater(gatehouse, person);
  return app;
}

/** Chooses a password by the link of a mail, and with a passkey. */
export async function choosePassword({ gatehouse }: PasskeyHouse, page: Page, { person, see }: Seen) {
  await page.goto(`/reset-password?token=${await resetToken(gatehouse, person)}`);
  await see("reset");
  await page.locator("[name=password]").fill("a newly chosen pass phrase");
  await press(page, "Use a passkey");
  await page.getByText("Your password has been changed.").waitFor();
}
