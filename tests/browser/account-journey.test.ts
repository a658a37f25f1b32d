import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";
import { freePort } from "../support/program";
import { sharedChromium } from "../support/chromium";
import { linkIn, mailTo } from "../support/mails";

let gatehouse: Gatehouse;
let server: Bun.Server<undefined>;
let browser: Browser;
beforeAll(async () => {
  const port = freePort();
  gatehouse = await startGatehouse({ BETTER_AUTH_URL: `http://localhost:${port}`, TRUSTED_PROXIES: "127.0.0.1, ::1" });
  server = Bun.serve({
    port,
    hostname: "localhost",
    fetch: (request, self) => gatehouse.edge(request, self.requestIP(request)?.address ?? ""),
  });
  browser = await sharedChromium();
});
afterAll(async () => {
  await server.stop(true);
  await gatehouse.close();
});

let visitors = 0;

/** A page in a browser of its own, as somebody who has just signed up. */
async function open(javaScriptEnabled: boolean) {
  const extraHTTPHeaders = { "x-forwarded-for": `198.51.100.${++visitors}` }; // limits count by address
  const context = await browser.newContext({
    baseURL: gatehouse.origin,
    extraHTTPHeaders,
    javaScriptEnabled,
    viewport: { width: 390, height: 780 },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, errors, context };
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function signUp(page: Page) {
  const person = newPerson();
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await press(page, "Create account");
  await page.getByText("Six digits, valid for 10 minutes.").waitFor();
  return person;
}

async function signIn(page: Page, { email, password }: Pick<Person, "email" | "password">) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await press(page, "Sign in");
  await page.waitForURL("**/account**");
}

const switches = ["on", "off"] as const;

test.each(switches)("with JavaScript %s: a forgotten password is replaced through the mail", async (javaScript) => {
  const { page, errors, context } = await open(javaScript === "on");
  const person = await signUp(page);
  await page.goto(linkIn(await mailTo(gatehouse.origin, person.email), "/verify-email"));
  await press(page, "Confirm email address");
  await page.getByText("Your email address is confirmed.").waitFor();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await press(page, "Send link");
  await page.getByText(/We’ve just sent you an email.* Try again in \d+ seconds/).waitFor();
  await gatehouse.rows("delete from gatehouse.throttle");
  if (javaScript === "on") await page.reload(); // the button counts down
  await press(page, "Send link");
  await page.getByText("If there’s an account for").waitFor();
  await page.goto(linkIn(await mailTo(gatehouse.origin, person.email, "new password"), "/reset-password"));
  await page.getByLabel("New password", { exact: true }).fill("a brand new passphrase");
  await press(page, "Save password");
  await page.getByText("Your password has been changed.").waitFor();
  await press(page, "Sign out");
  await page.getByText("You’re signed out.").waitFor();
  await signIn(page, { ...person, password: "a brand new passphrase" });
  expect(errors).toEqual([]);
  await context.close();
});

test.each(switches)(
  "with JavaScript %s: an address and a password are changed, and another device is signed out",
  async (javaScript) => {
    const { page, errors, context } = await open(javaScript === "on");
    const person = await signUp(page);
    await signIn(page, person);
    const phone = await open(javaScript === "on");
    await signIn(phone.page, person);
    await page.getByRole("link", { name: "Devices", exact: true }).click();
    await page.getByRole("button", { name: /^Sign out Chrome/ }).click();
    await page.getByText("That device has been signed out.").waitFor();
    await phone.page.goto("/account");
    await phone.page.waitForURL("**/sign-in**");
    await page.getByRole("link", { name: "Email address", exact: true }).click();
    await page.getByLabel("New email address").fill(`new.${person.email}`);
    await press(page, "Change email address");
    await page.getByText("We’ve sent a link to the new address.").waitFor();
    await page.goto(linkIn(await mailTo(gatehouse.origin, `new.${person.email}`), "/confirm-email"));
    await press(page, "Use this email address");
    await page.getByText("Your email address has been changed.").waitFor();
    await page.goto("/account/password");
    await page.getByLabel("Current password", { exact: true }).fill(person.password);
    await page.getByLabel("New password", { exact: true }).fill("a brand new passphrase");
    await press(page, "Change password");
    await page.getByText("Your password has been changed.").waitFor();
    expect(errors).toEqual([]);
    await Promise.all([context.close(), phone.context.close()]);
  },
);

test.each(switches)("with JavaScript %s: a closed account offers to be kept", async (javaScript) => {
  const { page, errors, context } = await open(javaScript === "on");
  const person = await signUp(page);
  await signIn(page, person);
  await page.goto("/account/delete");
  await page.getByRole("link", { name: "Delete my account" }).click();
  await press(page, "Delete my account");
  await page.getByText("Your account is closed.").waitFor();
  await signIn(page, person);
  await page.waitForURL("**/account/delete");
  await press(page, "Keep my account");
  await page.getByText("Your account won’t be deleted.").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test.each(switches)(
  "with JavaScript %s: the password is asked for again after a while, and then what was asked is done",
  async (javaScript) => {
    const { page, errors, context } = await open(javaScript === "on");
    const person = await signUp(page);
    await signIn(page, person);
    await gatehouse.rows("update session set created_at = created_at - interval '20 minutes'");
    await page.goto("/account/email");
    await page.getByLabel("New email address").fill(`proved.${person.email}`);
    await press(page, "Change email address");
    await page.getByRole("heading", { name: "Confirm it’s you" }).waitFor();
    await page.getByLabel("Password", { exact: true }).fill("not my password");
    await press(page, "Change email address");
    await page.getByText("That’s not your current password.").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await press(page, "Change email address");
    await page.getByText("We’ve sent a link to the new address.").waitFor();
    expect(await page.locator("form form, main main").count()).toBe(0);
    expect(await mailTo(gatehouse.origin, `proved.${person.email}`)).toContain("/confirm-email");
    expect(errors).toEqual([]);
    await context.close();
  },
);

test.each(switches)("with JavaScript %s: one's data is a file, and the page stays", async (javaScript) => {
  const { page, errors, context } = await open(javaScript === "on");
  await signIn(page, await signUp(page));
  await page.goto("/account/export");
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Download your data")]);
  expect(download.suggestedFilename()).toBe("your-data.json");
  expect(await page.getByRole("heading", { name: "Your data" }).isVisible()).toBe(true);
  expect(errors).toEqual([]);
  await context.close();
});

test("a picture that is on its way is said to be, and after a refusal the focus is where it is chosen", async () => {
  const { page, errors, context } = await open(true);
  await signIn(page, await signUp(page));
  await page.goto("/account/profile");
  const button = page.locator("#upload-form [type=submit]");
  await button.evaluate((button) => {
    const keep = () => sessionStorage.setItem("said", button.textContent ?? "");
    new MutationObserver(keep).observe(button, { childList: true, subtree: true });
  });
  await button.click();
  await page.getByText("Choose a whole picture").waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem("said"))).toBe("Uploading…");
  await page.locator("#picture:focus").waitFor();
  expect(await button.textContent()).toBe("Save picture");
  expect(errors).toEqual([]);
  await context.close();
});

test.each(switches)("with JavaScript %s: German is one link away, and stays", async (javaScript) => {
  const { page, context } = await open(javaScript === "on");
  await page.goto("/sign-in?return_to=%2Faccount%2Femail");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.getByRole("button", { name: "Anmelden" }).waitFor();
  expect(new URL(page.url()).search).toBe("?return_to=%2Faccount%2Femail");
  await page.goto("/sign-up");
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("button", { name: "Create account" }).waitFor();
  await context.close();
});

test("the server says how strong a new password is while it is typed, and blocks nothing when it cannot", async () => {
  const { page, context } = await open(true);
  await page.goto("/sign-up");
  const note = page.locator("#password-note");
  const saying = (words: string) => note.getByText(words).waitFor();
  const button = page.getByRole("button", { name: "Create account" });
  await page.locator("#password").fill("Passwort2026!");
  await saying("Weak. This is easy to guess");
  await page.locator("#password").fill("correct horse battery staple");
  await saying("Strong. It’s very hard to guess.");
  await page.route("**/password-strength", (route) => route.abort());
  await page.locator("#password").fill("Passwort2026!");
  await page.waitForEvent("requestfailed");
  expect(await page.locator("[role=alert]").count()).toBe(0);
  expect(await button.isEnabled()).toBe(true);
  await page.unroute("**/password-strength");
  await page.locator("#password").fill("");
  await saying("At least 8 characters. Three or four random words work well.");
  await context.close();
});

test("whoever types a password hears that Caps Lock is on, and that the password can be read", async () => {
  const { page, context } = await open(true);
  await page.goto("/sign-in");
  const said = page.locator("#password + button").locator("xpath=../..").getByRole("status");
  const press = (hasCapsLock: boolean) =>
    page.locator("#password").evaluate((input, modifierCapsLock) => {
      input.dispatchEvent(new KeyboardEvent("keyup", { key: "a", modifierCapsLock, bubbles: true }));
    }, hasCapsLock);
  expect(await said.textContent()).toBe("");
  await press(true);
  expect(await said.textContent()).toBe("Caps Lock is on.");
  await press(false);
  expect(await said.textContent()).toBe("");
  await page.getByRole("button", { name: "Show password" }).click();
  expect(await said.textContent()).toBe("Your password is visible.");
  await page.getByRole("button", { name: "Hide password" }).click();
  expect(await said.textContent()).toBe("");
  await context.close();
});
