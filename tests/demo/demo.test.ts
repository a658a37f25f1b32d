import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { startDemo, type Demo } from "./start-demo";
import { signIn } from "./world";

/** `bun run demo`, as somebody runs it who has just heard of Gatehouse. */

const account = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery" };

let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await demo.remove();
});

test("the screen has the addresses and an account", () => {
  for (const words of [demo.docs, demo.login, account.email, account.password, demo.api])
    expect(demo.screen).toContain(words);
});

test("signed in on the docs, a button there hears from the API who one is", async () => {
  const page = await browser.newPage();
  await page.goto(`${demo.docs}/me`);
  const call = page.getByRole("button", { name: "Call /me" });
  await call.click();
  await page.getByText("401 Unauthorized").waitFor();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await signIn(page, account);
  await page.getByRole("button", { name: account.name }).waitFor();
  expect(page.url()).toBe(`${demo.docs}/me`);
  await call.click();
  await page.getByText(`"email": "${account.email}"`).waitFor();
  expect(await page.getByRole("status").innerText()).toStartWith("200");
});

test("Ctrl-C stops all of it, and the next start finds the account", async () => {
  await demo.press("SIGINT");
  for (const address of [demo.login, demo.docs, demo.api])
    expect(
      await fetch(address).then(
        () => "answers",
        () => "silent",
      ),
    ).toBe("silent");
  demo = await demo.again();
  expect(demo.screen).toContain(account.password);
}, 60_000);
