import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { newPerson, type Person } from "../support/harness";
import { startProgram, type Program } from "../support/program";

/** Passkeys as people use them, with the virtual authenticator of Chromium. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  gatehouse = await startProgram({ TRUSTED_PROXIES: "127.0.0.1, ::1" });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

let visitors = 0;

/** A browser with an authenticator in it, whose user is there and unlocks it. */
async function open(options: BrowserContextOptions = {}) {
  const extraHTTPHeaders = { "x-forwarded-for": `198.51.100.${++visitors}` }; // limits count by address
  const context = await browser.newContext({ baseURL: gatehouse.origin, extraHTTPHeaders, ...options });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...({ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true } as const),
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  const kept = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  return { page, context, cdp, authenticatorId, kept, close: () => context.close() };
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function join(page: Page): Promise<Person> {
  const person = newPerson();
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await press(page, "Create account");
  await page.locator("[name=code]").waitFor();
  await signIn(page, person);
  return person;
}

async function signIn(page: Page, { email, password }: Person) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await press(page, "Sign in");
  await page.waitForURL("**/account");
}

const list = "/account/security/passkeys";

async function addPasskey(page: Page) {
  await page.goto(list);
  await press(page, "Add a passkey");
  await page.getByText("Your passkey is ready.").waitFor();
}

describe("a passkey", () => {
  test("is added on the account page, and signs in by the button", async () => {
    const { page, context, kept, close } = await open();
    page.on("console", (m) => console.log("console", m.text()));
    page.on("pageerror", (m) => console.log("pageerror", m));
    page.on("response", (r) => r.status() >= 400 && console.log(r.status(), r.url()));
    await join(page);
    await page.goto(list);
    await page.screenshot({ path: "/tmp/pk/empty.png", fullPage: true });
    await addPasskey(page);
    await page.screenshot({ path: "/tmp/pk/list.png", fullPage: true });
    expect(await kept()).toHaveLength(1);
    await context.clearCookies();
    await page.goto("/sign-in");
    await page.screenshot({ path: "/tmp/pk/sign-in.png", fullPage: true });
    await press(page, "Sign in with a passkey");
    await page.waitForURL("**/account");
    await page.screenshot({ path: "/tmp/pk/overview.png", fullPage: true });
    await close();
  }, 60000);
});
