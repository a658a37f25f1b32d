import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type axe from "axe-core";
import { readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { launchChromium } from "../support/chromium";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";
import { list } from "../support/passkeys";
import { freePort } from "../support/program";
import { openEquipped } from "../support/virtual-authenticator";

/** Passkeys as people use them, with Chromium's virtual authenticator. */

let gatehouse: Gatehouse;
let server: Bun.Server<undefined>;
let browser: Browser;
beforeAll(async () => {
  const port = freePort();
  gatehouse = await startGatehouse({ BETTER_AUTH_URL: `http://localhost:${port}` }, undefined, [passkeys]);
  let visitors = 0; // limits count by address
  server = Bun.serve({
    port,
    hostname: "localhost",
    fetch: (request) => gatehouse.edge(request, `198.51.100.${++visitors % 250}`),
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.stop(true);
  await gatehouse.close();
});

const open = (options: BrowserContextOptions = {}) => openEquipped(browser, { baseURL: gatehouse.origin, ...options });
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

async function addPasskey(page: Page) {
  await page.goto(list);
  await press(page, "Add a passkey");
  await page.getByText("Your passkey is ready.").waitFor();
}

/** As if everybody had signed in an hour ago. */
const grow = () => gatehouse.rows("update session set created_at = now() - interval '1 hour'");

describe("signing in with a passkey", () => {
  test("works by the button, and leads where one was going", async () => {
    const { page, context, kept, touches, close } = await open();
    await join(page);
    await addPasskey(page);
    expect(await kept()).toHaveLength(1);
    await context.clearCookies();
    await touches(false); // or the email field would be filled in at once
    await page.goto("/sign-in?return_to=%2Faccount%2Femail");
    await press(page, "Sign in with a passkey");
    await touches(true);
    await page.waitForURL("**/account/email");
    await close();
  });

  test("is offered at the email field, and works from there", async () => {
    const { page, context, close } = await open();
    await join(page);
    await addPasskey(page);
    await context.clearCookies();
    await page.goto("/sign-in");
    await page.waitForURL("**/account"); // its user has chosen it there
    await context.clearCookies();
    const asked = page.waitForRequest("**/sign-in/passkey/options");
    await page.goto("/sign-in", { waitUntil: "commit" });
    await asked;
    expect(await page.locator("#email").getAttribute("autocomplete")).toBe("username webauthn");
    await close();
  });

  test("ends in silence when the finger is not right, and the password still works", async () => {
    const { page, context, knowsUser, touches, close } = await open();
    const person = await join(page);
    await addPasskey(page);
    await context.clearCookies();
    await knowsUser(false);
    await touches(false);
    await page.goto("/sign-in");
    await press(page, "Sign in with a passkey");
    await touches(true);
    await Bun.sleep(500); // nothing is to come
    expect([await page.locator(".alert").count(), new URL(page.url()).pathname]).toEqual([0, "/sign-in"]);
    await signIn(page, person);
    await close();
  });

  test("with one that was removed says so beside the button", async () => {
    const { page, context, touches, close } = await open();
    const { email } = await join(page);
    await addPasskey(page);
    await gatehouse.rows(`delete from gatehouse.passkey where user_id = (select id from "user" where email = $1)`, [
      email,
    ]);
    await context.clearCookies();
    await touches(false);
    await page.goto("/sign-in");
    await press(page, "Sign in with a passkey");
    await touches(true);
    await page.getByText("We don’t know this passkey.").waitFor();
    await close();
  });
});

describe("the page of the passkeys", () => {
  test("renames and removes one, and the password manager hears of it", async () => {
    const { page, kept, close } = await open();
    await join(page);
    await addPasskey(page);
    await page.getByRole("link", { name: "Change Chrome on Linux" }).click();
    await page.locator("[name=name]").fill("My laptop");
    await press(page, "Save name");
    await page.getByText("Saved.").waitFor();
    await page.getByRole("link", { name: "Change My laptop" }).click();
    await press(page, "Remove passkey");
    await page.getByText("The passkey has been removed.").waitFor();
    await page.getByText("You don’t have any passkeys yet.").waitFor();
    for (const deadline = Date.now() + 5000; (await kept()).length > 0; await Bun.sleep(20))
      if (Date.now() > deadline) throw new Error("The authenticator still has it.");
    await close();
  });

  test("says when this device has one already", async () => {
    const { page, kept, close } = await open();
    await join(page);
    await addPasskey(page);
    await press(page, "Add a passkey");
    await page.getByText("already has a passkey for your account").waitFor();
    expect(await kept()).toHaveLength(1);
    await close();
  });

  test("asks for a proof first, which may be the password, and then adds one", async () => {
    const { page, close } = await open();
    const { password } = await join(page);
    await grow();
    await page.goto(list);
    await press(page, "Add a passkey");
    await page.getByText("To add a passkey, confirm that it’s you.").waitFor();
    await page.locator("[name=proof]").fill(password);
    await press(page, "Continue");
    await page.getByText("You can add your passkey now.").waitFor();
    await press(page, "Add a passkey");
    await page.getByText("Your passkey is ready.").waitFor();
    await close();
  });

  test("without scripts says that there are none to be had, and the sign-in page shows nothing", async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await page.goto("/sign-in");
    expect(await page.getByRole("button").allTextContents()).toEqual(["Sign in"]);
    await join(page);
    await page.goto(list);
    expect(await page.getByRole("button", { name: "Add a passkey" }).count()).toBe(0);
    await page.getByText("This browser can’t use passkeys.").waitFor();
    await close();
  });
});

test("a passkey is a proof where something matters, whether htmx brought the page or not", async () => {
  const { page, close } = await open();
  await join(page);
  await addPasskey(page);
  await grow();
  await page.goto("/account/email");
  await page.locator("[name=email]").fill("elsewhere@example.org");
  await press(page, "Change email address");
  await press(page, "Use a passkey");
  await page.getByText("We’ve sent a link to the new address.").waitFor();
  await grow();
  await page.goto("/account/delete?step=sure");
  await press(page, "Use a passkey");
  await page.waitForURL("**/account/delete**");
  await page.getByText("Keep my account").waitFor();
  await close();
});

const axeSource = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  expect(passes.length).toBeGreaterThan(10);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

const phone = { width: 320, height: 640 };
const desktop = { width: 1280, height: 800 };

for (const colorScheme of ["light", "dark"] as const)
  for (const viewport of [phone, desktop])
    test(`every page of the passkeys is without violations, ${colorScheme}, ${viewport.width} wide`, async () => {
      const { page, context, touches, close } = await open({ colorScheme, viewport });
      let seen = 0;
      const look = async (state: string) => {
        if (process.env.PICTURES)
          await page.screenshot({
            path: `${process.env.PICTURES}/${state}-${colorScheme}-${viewport.width}.png`,
            fullPage: true,
          });
        expect([state, await violations(page)]).toEqual([state, []]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([state, overflow]).toEqual([state, 0]);
        seen += 1;
      };
      await join(page);
      await page.goto(list);
      await look("none");
      await addPasskey(page);
      await look("one");
      await page.goto("/account");
      await look("overview");
      await page.goto(list);
      await page.getByRole("link", { name: "Change Chrome on Linux" }).click();
      await page.locator("[name=name]").fill("");
      await press(page, "Save name");
      await page.getByText("Enter a name").waitFor();
      await look("change");
      await grow();
      await page.goto("/account/delete?step=sure");
      await look("proof");
      await context.clearCookies();
      await touches(false);
      await gatehouse.rows("delete from gatehouse.passkey");
      await page.goto("/sign-in");
      await press(page, "Sign in with a passkey");
      await touches(true);
      await page.getByText("We don’t know this passkey.").waitFor();
      await look("sign-in");
      expect(seen).toBe(6);
      await close();
    });
