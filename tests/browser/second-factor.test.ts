import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { sharedChromium } from "../support/chromium";
import { newPerson } from "../support/harness";
import { desktop, keepPicture, phone, unseen } from "../support/look";
import { startProgram, type Program } from "../support/program";
import { setUp, useFactor } from "../support/second-factor-journey";

/** The second factor in a real browser: set up, asked for and used, with scripts and without. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([startProgram(), sharedChromium()]);
});
afterAll(() => gatehouse.remove());

describe("a second factor is set up, asked for and turned off", () => {
  for (const javaScriptEnabled of [true, false])
    test(javaScriptEnabled ? "with scripts" : "without scripts", async () => {
      const options = { baseURL: gatehouse.origin, viewport: desktop, javaScriptEnabled };
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const keep = (state: string) => keepPicture(page, `second-factor-${state}-no-scripts`);
      await useFactor(page, { see: javaScriptEnabled ? unseen : keep, hasScripts: javaScriptEnabled });
      await context.close();
    });
});

test("a page that takes the place of another one is seen from its heading on", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin, viewport: phone });
  const page = await context.newPage();
  const tops = new Map<string, number>();
  const see = async (state: string) => void tops.set(state, (await page.locator("h1").boundingBox())?.y ?? -1);
  await setUp(page, newPerson(), { see, hasScripts: true });
  // Their buttons and fields are further down than a phone shows at once.
  for (const state of ["set-up", "recovery-codes"]) expect(tops.get(state)).toBeGreaterThan(0);
  await context.close();
});

test("six digits are sent by themselves, and a recovery code that has six digits in it is not", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  const { app } = await setUp(page, newPerson(), { see: unseen, hasScripts: true });
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Confirm with a code").first().waitFor();
  const sent: (string | null)[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.postData()));
  await page.locator("[name=code]").pressSequentially("1a2b3-4c5d6e");
  await page.locator("[name=code]").fill("");
  await page.locator("[name=code]").pressSequentially(app.code(1).replace(/^.../, "$& "));
  await page.getByText("Protect this account with a code").first().waitFor();
  expect(sent).toHaveLength(1);
  await context.close();
});

test("what is wrong with a recovery code is told alone, and not again what was wrong with a code before", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const page = await context.newPage();
  const person = newPerson();
  await setUp(page, person, { see: unseen, hasScripts: true });
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(person.email);
  await page.locator("[name=password]").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("#step [name=code]").fill("000000");
  const wrongCode = page.locator("#step [role=alert]");
  await wrongCode.waitFor();
  await Bun.sleep(300); // the time after which it is told
  const told = await wrongCode.evaluateHandle((alert) => {
    const changes = { count: 0 };
    new MutationObserver((seen) => (changes.count += seen.length)).observe(alert, { childList: true });
    return changes;
  });
  await page.getByText("Use a recovery code instead").click();
  await page.locator("[name=recovery]").fill("wrong");
  await page.locator("#recovery-form button").click();
  await page.getByText("That recovery code isn’t right").waitFor();
  await Bun.sleep(300);
  expect(await told.jsonValue()).toEqual({ count: 0 });
  await context.close();
});
