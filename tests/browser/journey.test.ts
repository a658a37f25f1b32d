import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { newPerson, type Person } from "../support/harness";
import { startProgram, type Program } from "../support/program";
import { sharedChromium } from "../support/chromium";
import { codeIn, mailTo } from "../support/mails";

let gatehouse: Program;
let docs: Bun.Server<undefined>;
let browser: Browser;
beforeAll(async () => {
  docs = Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch: () =>
      new Response("<!doctype html><title>Docs</title><h1>Docs</h1>", { headers: { "content-type": "text/html" } }),
  });
  gatehouse = await startProgram({ TRUSTED_ORIGINS: docs.url.origin, TRUSTED_PROXIES: "127.0.0.1, ::1" });
  browser = await sharedChromium();
});
afterAll(async () => {
  await gatehouse.remove();
  await docs.stop(true);
});

let visitors = 0;

/** A page in a browser of its own, with everything the browser complained about. */
async function open(options: BrowserContextOptions = {}) {
  const extraHTTPHeaders = { "x-forwarded-for": `203.0.113.${++visitors}` }; // limits count by address
  const context = await browser.newContext({ baseURL: gatehouse.origin, extraHTTPHeaders, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4\d\d|503)/.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints, close: () => context.close() };
}

async function fillIn(page: Page, { name, email, password }: Partial<Person>) {
  if (name !== undefined) await page.getByLabel("Name").fill(name);
  if (email !== undefined) await page.getByLabel("Email").fill(email);
  if (password !== undefined) await page.getByLabel("Password", { exact: true }).fill(password);
}
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** How many POSTs a path has had from now on. */
function countPosts(page: Page, path: string) {
  const counted = { posts: 0 };
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === path) counted.posts += 1;
  });
  return counted;
}

const switches = ["on", "off"] as const;

test.each(switches)(
  "with JavaScript %s: a visitor signs up, signs in, changes the name and signs out",
  async (javaScript) => {
    const { page, complaints, close } = await open({ javaScriptEnabled: javaScript === "on" });
    const person = newPerson();
    await page.goto("/");
    await page.getByRole("link", { name: "Create an account" }).click();
    await fillIn(page, person);
    await press(page, "Create account");
    await page.getByLabel("Code").fill(codeIn(await mailTo(gatehouse.origin, person.email)));
    if (javaScript === "off") await press(page, "Confirm email address"); // the sixth digit sends it
    await page.getByText("Your email address is confirmed.").waitFor();
    await press(page, "Sign out"); // the code signed in whoever had just signed up
    await page.getByText("You’re signed out.").waitFor();
    await fillIn(page, { email: person.email, password: "not the password" });
    await press(page, "Sign in");
    await page.getByText("Wrong email or password.").waitFor();
    expect(await page.getByLabel("Email").inputValue()).toBe(person.email);
    await fillIn(page, { password: person.password });
    await press(page, "Sign in");
    await page.waitForURL("**/account");
    await page.goto("/account/profile");
    await page.getByLabel("Name").fill("Grace Hopper");
    await press(page, "Save name");
    await page.getByText("Saved.").waitFor();
    if (javaScript === "on") await page.waitForFunction(() => document.activeElement?.textContent === "Save name");
    await page.goto("/account/profile");
    expect(await page.getByLabel("Name").inputValue()).toBe("Grace Hopper");
    await press(page, "Sign out");
    await page.getByText("You’re signed out.").waitFor();
    await page.goBack();
    await page.waitForLoadState();
    expect(await page.content()).not.toContain("Grace Hopper");
    expect(complaints).toEqual([]);
    await close();
  },
);

test.each(switches)(
  "with JavaScript %s: a visitor from the docs comes back to the very page, after an error too",
  async (javaScript) => {
    const { page, complaints, close } = await open({ javaScriptEnabled: javaScript === "on" });
    const person = newPerson();
    await page.goto("/sign-up");
    await fillIn(page, person);
    await press(page, "Create account");
    await page.getByText("Six digits, valid for 10 minutes.").waitFor();
    const target = `${docs.url.origin}/guide?version=2#install`;
    await page.goto(`/sign-in?return_to=${encodeURIComponent(target)}`);
    await fillIn(page, { email: person.email, password: "not the password" });
    await press(page, "Sign in");
    await page.getByText("Wrong email or password").waitFor();
    await fillIn(page, { password: person.password });
    await press(page, "Sign in");
    await page.waitForURL(target);
    await page.goto(`${gatehouse.origin}/sign-out?return_to=${encodeURIComponent(target)}`);
    await press(page, "Sign out");
    await page.waitForURL(target);
    expect(complaints).toEqual([]);
    await close();
  },
);

test("a refusal keeps the typed password and the focus, and does not load the page again", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await fillIn(page, { email: "nobody@example.org", password: "a typed password" });
  await page.keyboard.press("Enter");
  await page.getByText("Wrong email or password").waitFor();
  expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("a typed password");
  await page.locator("#password:focus").waitFor();
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  await close();
});

test("of two wrong fields each says what is wrong, and the focus goes to the first", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  await press(page, "Sign in");
  await page.getByText("Enter a password.").waitFor();
  await page.locator("#email:focus").waitFor();
  expect(await page.getByRole("alert").count()).toBe(2);
  await close();
});

test("three fast clicks are one POST, and the button says that it works", async () => {
  const { page, close } = await open();
  const person = newPerson();
  await page.goto("/sign-up");
  await fillIn(page, person);
  const counted = countPosts(page, "/sign-up");
  const looked = Promise.withResolvers<void>();
  await page.route("**/sign-up", async (route) => {
    await looked.promise;
    await route.continue();
  });
  const button = page.getByRole("button", { name: "Create account" });
  await button.click({ clickCount: 3, delay: 1 });
  await page.getByRole("button", { name: "Creating account…" }).waitFor();
  expect(await page.getByRole("button", { name: "Creating account…" }).isDisabled()).toBe(true);
  looked.resolve();
  await page.getByText("Six digits, valid for 10 minutes.").waitFor();
  expect(counted.posts).toBe(1);
  await close();
});

test("the password can be shown and hidden, and is never sent in clear from a text field", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  const input = page.locator("#password");
  await input.fill("shown for a moment");
  const show = page.getByRole("button", { name: "Show password" });
  await show.click();
  expect(await input.getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Hide password" }).click();
  expect(await input.getAttribute("type")).toBe("password");
  await close();
});

test("with the server out of reach the form stays and says so", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  await fillIn(page, { email: "nobody@example.org", password: "a typed password" });
  await page.route("**/sign-in", (route) => route.abort());
  await press(page, "Sign in");
  await page.getByText("We can’t reach the server.").waitFor();
  expect(await page.getByLabel("Email").inputValue()).toBe("nobody@example.org");
  expect(await page.getByRole("button", { name: "Sign in", exact: true }).isEnabled()).toBe(true);
  await close();
});

test("an answer that is not HTML is never put into the page", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  await fillIn(page, { email: "nobody@example.org", password: "a typed password" });
  await page.route("**/sign-in", (route) =>
    route.fulfill({ status: 400, contentType: "application/json", body: `{"error":"<img id=injected src=x>"}` }),
  );
  await press(page, "Sign in");
  await page.getByText("We can’t reach the server.").waitFor();
  expect(await page.locator("#injected").count()).toBe(0);
  await close();
});

test("a problem page takes the place of the content, not of the form in it", async () => {
  const { page, close } = await open();
  await page.goto("/sign-in");
  await fillIn(page, { email: "nobody@example.org", password: "x".repeat(70_000) });
  await press(page, "Sign in");
  await page.getByText("That’s too long.").waitFor();
  expect(await page.locator("main").count()).toBe(1);
  expect(await page.locator("form").count()).toBe(0);
  await close();
});

test("without JavaScript there is no button that would do nothing", async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  await page.goto("/sign-in");
  expect(await page.getByRole("button").allInnerTexts()).toEqual(["Sign in"]);
  await close();
});

test("the whole sign-in page weighs 20 KB at most", async () => {
  const { page, close } = await open();
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => void (bytes += encodedDataLength));
  await page.goto("/sign-in", { waitUntil: "networkidle" });
  console.log(`sign-in page: ${bytes} bytes over the wire, headers included`);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(20 * 1024);
  await close();
});
