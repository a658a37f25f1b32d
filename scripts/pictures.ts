import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../tests/support/chromium";
import { codeIn, mailTo } from "../tests/support/mails";
import { startDemo } from "../tests/demo/start-demo";
import { startProgram } from "../tests/support/program";

/** Takes the pictures of the README: `bun run pictures`. */

const phone = { width: 390, height: 780 };
const desktop = { width: 1280, height: 800 };
/** What the name of a picture ends with, and what it is taken with. */
const sets = {
  light: { scheme: "light", viewport: phone },
  dark: { scheme: "dark", viewport: desktop },
  "desktop-light": { scheme: "light", viewport: desktop },
  "phone-dark": { scheme: "dark", viewport: phone },
} as const;
const person = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery" };

process.env.FONTCONFIG_FILE = join(import.meta.dir, "pictures-fonts.conf"); // the browser's fonts

const gatehouse = await startProgram();
const browser = await launchChromium();
try {
  for (const set of Object.keys(sets) as (keyof typeof sets)[]) await take(browser, set); // its own keys
  await takeDemo(browser);
} finally {
  await browser.close();
  await gatehouse.remove();
}

async function take(browser: Browser, set: keyof typeof sets) {
  const { scheme, viewport } = sets[set];
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport,
    deviceScaleFactor: 2,
    baseURL: gatehouse.origin,
  });
  const page = await context.newPage();
  const owner = { ...person, email: `ada.${set}@example.org` };
  const shot = (name: string) =>
    page.screenshot({ path: join(import.meta.dir, "../docs/pictures", `${name}-${set}.png`) });
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

  await page.goto("/sign-in");
  await shot("sign-in");
  await fill(page, { email: "not-an-address", password: "" });
  await press("Sign in");
  await page.getByText("Two fields").waitFor();
  await shot("sign-in-problems");
  await page.goto("/sign-up");
  await fill(page, owner);
  await shot("sign-up");
  await press("Create account");
  await page.getByText("Six digits.").waitFor();
  await shot("verify-email");
  await fill(page, { code: "123" });
  await press("Confirm email address");
  await page.getByText("That code is wrong").waitFor();
  await shot("verify-email-wrong");
  await fill(page, { code: codeIn(await mailTo(gatehouse.origin, owner.email)) });
  await press("Confirm email address");
  await page.getByText("Your email address is confirmed.").waitFor();
  await shot("confirmed");
  await fill(page, { email: owner.email, password: "not the password" });
  await press("Sign in");
  await page.getByText("Wrong email or password").waitFor();
  await shot("sign-in-wrong");
  await page.goto("/forgot-password?lang=de");
  await shot("forgot-password-german");
  await page.goto("/forgot-password?lang=en");
  await takeAccount(page, owner, shot, press);
  await context.close();
}

type Shot = (name: string) => Promise<unknown>;

async function takeAccount(page: Page, owner: typeof person, shot: Shot, press: Shot) {
  await page.goto("/sign-in");
  await fill(page, { email: owner.email, password: owner.password });
  await press("Sign in");
  await page.waitForURL("**/account");
  await shot("account");
  await fill(page, { name: "Ada King" });
  await press("Save name");
  await page.getByText("Saved.").waitFor();
  await shot("account-saved");
  for (const section of ["email", "password", "sessions", "activity", "export", "delete"]) {
    await page.goto(`/account/${section}`);
    await shot(`account-${section}`);
  }
  await page.goto("/account/password");
  await fill(page, { current: "not this one at all", password: "short" });
  await press("Change password");
  await page.getByText("Use 8 characters").waitFor();
  await shot("account-password-problem");
  await page.goto("/dev/mail");
  await shot("dev-mail");
  await page.getByRole("link", { name: "Show as HTML email" }).first().click();
  await page.locator(".footer").waitFor();
  await shot("mail");
  await page.goto("/not-me?token=nothing");
  await shot("dead-link");
  await page.goto("/sign-out");
  await shot("sign-out");
  await page.goto("/nowhere");
  await shot("not-found");
}

/** Types into the fields with these names. */
async function fill(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values))
    await page.locator(`input[name=${name}]:not([type=hidden])`).first().fill(value);
}

/** The three programs at once: the docs, signed in at the login, after a word with the API. */
async function takeDemo(browser: Browser) {
  const demo = await startDemo();
  const context = await browser.newContext({ viewport: { width: 1280, height: 640 }, deviceScaleFactor: 2 });
  try {
    const page = await context.newPage();
    await page.goto(`${demo.docs}/me`);
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await fill(page, { email: "ada@example.org", password: "correct horse battery" });
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Call /me" }).click();
    await page.getByText('"email"').waitFor();
    await page.getByRole("button", { name: "Ada Lovelace" }).click();
    await page.waitForTimeout(500); // the menu fades in
    await page.screenshot({ path: join(import.meta.dir, "../docs/pictures/demo.png") });
  } finally {
    await context.close();
    await demo.remove();
  }
}
