import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { list } from "../support/passkeys";
import { addPasskey, join, press, startPasskeyHouse, type PasskeyHouse } from "../support/passkey-house";
import { until } from "../support/until";

/** Passkeys where something is not as it should be: the device, the address, the time. With Chromium. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

/** From the next page on the browser gives this error, by its name, to whoever asks it for a passkey. */
const failWith = (page: Page, name: string) =>
  page.addInitScript((name) => {
    const fail = () => Promise.reject(new DOMException("", name));
    Object.assign(navigator.credentials, { create: fail, get: fail });
  }, name);

/** Counts the forms that a page sends. */
function countSent(page: Page) {
  let sent = 0;
  page.on("request", (request) => void (sent += Number(request.method() === "POST" && !/options/.test(request.url()))));
  return () => sent;
}

describe("a device that fails", () => {
  test("to make a passkey says so on the page, and whoever wants none is told nothing", async () => {
    const { page, close } = await house.open();
    await join(page);
    await failWith(page, "NotAllowedError");
    await page.goto(list);
    const sent = countSent(page);
    await press(page, "Add a passkey");
    await Bun.sleep(500); // nothing is to come
    expect([sent(), await page.locator(".alert").count()]).toEqual([0, 0]);
    await failWith(page, "UnknownError");
    await page.reload();
    await press(page, "Add a passkey");
    await page.getByText("That passkey didn’t work.").waitFor();
    await close();
  });

  test("to offer one at the email field sends nothing, and by the button says so", async () => {
    const { page, close } = await house.open();
    await failWith(page, "InvalidStateError");
    const sent = countSent(page);
    await page.goto("/sign-in", { waitUntil: "networkidle" });
    await Bun.sleep(500); // nothing is to come
    expect([sent(), await page.locator(".alert").count()]).toEqual([0, 0]);
    await press(page, "Sign in with a passkey");
    await page.getByText("That passkey didn’t work.").waitFor();
    await close();
  });
});

test("at an IP address, for which browsers make no passkeys, the page says that it did not work", async () => {
  const numeric = await startPasskeyHouse([], "127.0.0.1");
  const { page, close } = await numeric.open();
  await join(page);
  await page.goto(list);
  await press(page, "Add a passkey");
  await page.getByText("That passkey didn’t work.").waitFor();
  await close();
  await numeric.close();
});

test("a page that slept with its computer asks for a challenge that is not too old yet", async () => {
  const equipped = await house.open();
  const { page, close } = equipped;
  await page.clock.install();
  await join(page);
  await addPasskey(page);
  let asked = 0;
  await page.route("**/sign-in/passkey/options", (route) => {
    asked += 1;
    return route.continue();
  });
  await equipped.context.clearCookies();
  await equipped.pressesButton();
  await page.goto("/sign-in", { waitUntil: "networkidle" });
  await page.clock.setSystemTime(Date.now() + 60 * 60 * 1000); // and no timer has gone on
  await press(page, "Sign in with a passkey");
  await page.waitForURL("**/account");
  expect(asked).toBe(1);
  await close();
});

test("a page that slept with its computer offers passkeys at the email field for another challenge", async () => {
  const { page, close } = await house.open();
  await page.clock.install();
  await page.goto("/sign-in", { waitUntil: "networkidle" });
  let asked = 0;
  await page.route("**/sign-in/passkey/options", (route) => {
    asked += 1;
    return route.continue();
  });
  await page.clock.setSystemTime(Date.now() + 60 * 60 * 1000);
  await page.clock.runFor(15_000);
  await until("the page has asked for another", () => Promise.resolve(asked > 0));
  await Bun.sleep(500); // until it waits with that one
  await page.clock.runFor(15_000);
  await Bun.sleep(500); // nothing is to come
  expect(asked).toBe(1);
  await close();
});
