import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { authenticatorOf } from "../support/authenticator-app";
import { launchChromium } from "../support/chromium";
import { newPerson, type Person } from "../support/harness";
import { desktop, keepPicture, look, views } from "../support/look";
import { startProgram, type Program } from "../support/program";

/** The second factor in a real browser: set up, asked for and used, with scripts and without. */

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

type Look = (state: string) => Promise<void>;

async function signIn(page: Page, { email, password }: Person) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

interface Setup {
  person: Person;
  see: Look;
  hasScripts: boolean;
}

/** Signs up, sets up an app and gives it. */
async function setUp(page: Page, { person, see, hasScripts }: Setup) {
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

const cases = [
  ...views.map((view) => ({ ...view, javaScriptEnabled: true })),
  { name: "no-scripts", colorScheme: "light", viewport: desktop, javaScriptEnabled: false },
] as const;

describe("a second factor is set up, asked for and turned off", () => {
  for (const { name, ...options } of cases)
    test(`${name}`, async () => {
      const context = await browser.newContext({ baseURL: gatehouse.origin, ...options });
      const page = await context.newPage();
      const see: Look = (state) =>
        (options.javaScriptEnabled ? look : keepPicture)(page, `second-factor-${state}-${name}`);
      const person = newPerson();
      const { app, recovery } = await setUp(page, { person, see, hasScripts: options.javaScriptEnabled });
      await page.getByRole("button", { name: "Turn off" }).click();
      await page.getByText("Confirm with a code").first().waitFor();
      await see("prove");
      await page.locator(".content, main").getByRole("link", { name: "Cancel" }).click();
      await context.clearCookies();
      await signIn(page, person);
      await page.getByText("Enter your code").first().waitFor();
      await see("step");
      await page.locator("#step [name=code]").fill(app.code(1)); // with scripts, the sixth digit sends it
      if (!options.javaScriptEnabled) await page.getByRole("button", { name: "Sign in" }).first().click();
      await page.waitForURL("**/account");
      await see("overview");
      await context.clearCookies();
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
      await context.close();
    }, 60_000);
});

test("six digits are sent by themselves, and a recovery code that has six digits in it is not", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  const { app } = await setUp(page, { person: newPerson(), see: async () => {}, hasScripts: true });
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Confirm with a code").first().waitFor();
  const sent: (string | null)[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.postData()));
  await page.locator("[name=code]").pressSequentially("1a2b3-4c5d6e");
  await page.locator("[name=code]").fill("");
  await page.locator("[name=code]").pressSequentially(app.code(1).replace(/^.../, "$& "));
  await page.getByText("Your password alone opens").first().waitFor();
  expect(sent).toHaveLength(1);
  await context.close();
});
