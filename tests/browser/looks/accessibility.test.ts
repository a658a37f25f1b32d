import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { newPerson } from "../../support/harness";
import { startProgram, type Program } from "../../support/program";
import { sharedChromium } from "../../support/chromium";
import { look, phone, views } from "../../support/look";
import { codeIn, linkIn, mailTo } from "../../support/mails";

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([startProgram(), sharedChromium()]);
});
afterAll(() => gatehouse.remove());

/** The page as each state of it that a visitor can meet. */
async function everyState(page: Page, look: (state: string) => Promise<void>) {
  const person = newPerson();
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.goto("/sign-in");
  await look("sign-in");
  await press("Sign in");
  await page.getByText("Enter a password.").waitFor();
  await look("sign-in, two problems");
  await page.goto("/sign-up");
  await look("sign-up");
  await press("Create account");
  await page.getByText("Enter a password.").waitFor();
  await look("sign-up, three problems");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await press("Create account");
  await page.getByText("Six digits, valid for 10 minutes.").waitFor();
  await look("verify-email");
  await press("Confirm email address");
  await page.getByText("Enter the six digits").waitFor();
  await look("verify-email, a problem");
  const mail = await mailTo(gatehouse.origin, person.email);
  await page.goto(linkIn(mail, "/verify-email"));
  await look("a link from a mail");
  await page.goto("/verify-email?token=none");
  await look("a dead link");
  await page.goto("/forgot-password");
  await look("forgot-password");
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(person.email);
  await page.locator("[name=password]").fill(person.password);
  await press("Sign in");
  await page.waitForURL("**/account");
  await everyAccountPage(page, look, person.email);
  await page.goto("/nowhere");
  await look("not found");
  await page.goto("/dev/mail");
  await look("dev/mail");
}

/** The pages of whoever is signed in; the last one closes the account. */
async function everyAccountPage(page: Page, look: (state: string) => Promise<void>, email: string) {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await look("account");
  await page.goto("/account/profile");
  await look("profile");
  await press("Save name");
  await page.getByText("Saved.").waitFor();
  await look("account, saved");
  await page.goto("/account/email");
  await look("email");
  await page.locator("[name=email]").fill(email);
  await press("Change email address");
  await page.getByText("That’s already your email address.").waitFor();
  await look("email, a problem");
  await page.goto("/account/password");
  await press("Change password");
  await page.getByText("Enter a password.").waitFor();
  await look("password, two problems");
  for (const section of ["password", "sessions", "activity", "export", "delete"]) {
    await page.goto(`/account/${section}`);
    await look(section);
  }
  await page.goto("/account?lang=de");
  await page.locator("html[lang=de]").waitFor({ state: "attached" });
  await look("account, in German");
  await page.goto("/sign-out?lang=en");
  await look("sign-out");
}

const looks = [
  ...views.map(({ colorScheme, viewport }) => ({ colorScheme, viewport, forcedColors: "none" as const })),
  { colorScheme: "dark" as const, viewport: phone, forcedColors: "active" as const },
];

for (const { colorScheme, viewport, forcedColors } of looks)
  describe(`every page, ${colorScheme}, ${viewport.width} wide, forced colors ${forcedColors}`, () => {
    test("is without violations, and fits the screen", async () => {
      const context = await browser.newContext({ baseURL: gatehouse.origin, colorScheme, viewport, forcedColors });
      const page = await context.newPage();
      let seen = 0;
      await everyState(page, async (state) => {
        await look(page, `${state}-${colorScheme}-${viewport.width}-${forcedColors}`);
        seen += 1;
      });
      expect(seen).toBe(24);
      await context.close();
    });
  });

test("the journey goes by keyboard alone, with a visible focus at each step", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.locator("#email:focus").waitFor(); // the browser gives it after the page has loaded
  const steps: string[] = [];
  for (let i = 0; i < 9; i++) {
    const step = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        at: element.id || element.ariaLabel || element.textContent?.trim() || element.tagName,
        ring: `${outlineStyle} ${outlineWidth}`,
      };
    });
    steps.push(step.at);
    expect([step.at, step.ring]).toEqual([step.at, "solid 2px"]);
    await page.keyboard.press("Tab");
  }
  expect(steps).toEqual([
    "email",
    "password",
    "Show password",
    "Forgot your password?",
    "remember",
    "Sign in",
    "Sign in with a passkey",
    "Create an account",
    "Deutsch",
  ]);
  await context.close();
});

test("an account is made, confirmed and looked at by keyboard alone", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  const { keyboard } = page;
  const person = newPerson();
  const tabTo = async (name: string) => {
    for (let i = 0; i < 30; i++) {
      if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
      await keyboard.press("Tab");
    }
    throw new Error(`"${name}" cannot be reached by keyboard.`);
  };
  await page.goto("/sign-up");
  await page.locator("input:focus").waitFor();
  for (const value of [person.name, person.email, person.password]) {
    await keyboard.type(value);
    await keyboard.press("Tab");
  }
  await tabTo("Create account");
  await keyboard.press("Enter");
  await page.getByText("Six digits, valid for 10 minutes.").waitFor();
  await page.locator("input:focus").waitFor();
  await keyboard.type(codeIn(await mailTo(gatehouse.origin, person.email))); // the sixth digit sends it
  await page.getByText("Your email address is confirmed.").waitFor();
  await everySection(page, tabTo);
  await tabTo("Sign out");
  await keyboard.press("Enter");
  await page.getByText("You’re signed out.").waitFor();
  await context.close();
});

/** Opens each section of the account from the keyboard. */
async function everySection(page: Page, tabTo: (name: string) => Promise<void>) {
  for (const section of [
    "Email address",
    "Password",
    "Devices",
    "Activity",
    "Your data",
    "Delete account",
    "Profile",
  ]) {
    await tabTo(section);
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (name) => document.querySelector("[aria-current=page]")?.textContent?.trim() === name,
      section,
    );
  }
}
