import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../browser/chromium";
import { spawnDemo, startDemo, type Demo } from "./start-demo";
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
  for (const words of [demo.docs, demo.login, account.email, account.password, demo.api]) expect(demo.screen).toContain(words);
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

test("a port in use is said in words, with what to write instead", async () => {
  const second = spawnDemo(demo.ports);
  const sentence = `Port ${demo.ports.LOGIN_PORT} is in use. Stop what uses it, or take another: LOGIN_PORT=${Number(demo.ports.LOGIN_PORT) + 100} bun run demo\n`;
  const words = await new Response(second.stderr).text();
  expect(await second.exited).toBe(1);
  expect(words).toContain(sentence);
  expect(words).not.toContain(" at "); // no stack
});

test("Ctrl-C stops all of it", async () => {
  await demo.pressCtrlC();
  for (const address of [demo.login, demo.docs, demo.api]) expect(await fetch(address).then(() => "answers", () => "silent")).toBe("silent");
});
