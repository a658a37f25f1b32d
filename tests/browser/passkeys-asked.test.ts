import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { addPasskey, join, press, pressPasskey, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";
import { until } from "../support/until";

/** What the script of the passkeys asks Chromium for, and what it tells it. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

/**
 * Notes what the next page asks the browser for, by the button or at the email field, where nobody chooses any: that
 * ends a moment after it is broken off.
 */
async function noteAsked(page: Page) {
  const asked: string[] = [];
  await page.exposeFunction("note", (what: string) => void asked.push(what));
  await page.addInitScript(() => {
    const note: (what: string) => void = Reflect.get(window, "note");
    const get = navigator.credentials.get.bind(navigator.credentials);
    const untilBrokenOff = ({ signal }: CredentialRequestOptions) =>
      new Promise<never>((_, reject) => {
        const end = () => {
          note("ended");
          reject(new DOMException("", "AbortError"));
        };
        signal?.addEventListener("abort", () => setTimeout(end, 100));
      });
    navigator.credentials.get = (options = {}) => {
      note(options.mediation ?? "button");
      return options.mediation ? untilBrokenOff(options) : get(options);
    };
  });
  return asked;
}

test("what waits at the email field makes room for the button, and waits again afterwards", async () => {
  const { page, close } = await house.open();
  const asked = await noteAsked(page);
  await page.goto("/sign-in");
  await until("it waits at the email field", () => Promise.resolve(asked.length === 1));
  await press(page, "Sign in with a passkey"); // there is none, so that the browser says no
  await until("it waits again", () => Promise.resolve(asked.length === 4));
  expect(asked).toEqual(["conditional", "ended", "button", "conditional"]);
  expect(await page.locator(".alert").count()).toBe(0);
  await close();
});

test("a form that came back with what is wrong has passkeys offered at its field again", async () => {
  const { page, close } = await house.open();
  const asked = await noteAsked(page);
  await page.goto("/sign-in");
  await until("it waits at the email field", () => Promise.resolve(asked.length === 1));
  await press(page, "Sign in");
  await page.getByText("Enter a password.").waitFor();
  await until("it waits again", () => Promise.resolve(asked.length === 3));
  expect(asked).toEqual(["conditional", "ended", "conditional"]);
  await close();
});

test("a session by passkey is kept as long as the box above says", async () => {
  const equipped = await house.open();
  const { page, context, close } = equipped;
  await join(page);
  await addPasskey(page);
  const lasts = async () => {
    await page.waitForURL("**/account");
    return ((await context.cookies()).find(({ name }) => name.endsWith("session_token"))?.expires ?? 0) > 0;
  };
  await pressPasskey(equipped);
  expect(await lasts()).toBe(true);
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.locator("#remember").uncheck();
  await press(page, "Sign in with a passkey");
  expect(await lasts()).toBe(false);
  await close();
});

test("a passkey that nobody has any more is forgotten by the password manager that offered it", async () => {
  const equipped = await house.open();
  const { page, kept, close } = equipped;
  await join(page);
  await addPasskey(page);
  await house.gatehouse.rows("delete from gatehouse.passkey");
  await pressPasskey(equipped);
  await page.getByText("We don’t know this passkey.").waitFor();
  await until("the authenticator has it no more", async () => (await kept()).length === 0, { longest: 5000 });
  await close();
});
