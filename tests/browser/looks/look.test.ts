import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { sharedChromium } from "../../support/chromium";
import { newPerson, type Person } from "../../support/harness";
import { startProgram, type Program } from "../../support/program";

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  gatehouse = await startProgram({ TRUSTED_ORIGINS: "https://docs.example.com", TRUSTED_PROXIES: "127.0.0.1, ::1" });
  browser = await sharedChromium();
});
afterAll(() => gatehouse.remove());

let visitors = 0;

async function open(options: BrowserContextOptions = {}) {
  const extraHTTPHeaders = { "x-forwarded-for": `192.0.2.${++visitors}` }; // limits count by address
  const context = await browser.newContext({ baseURL: gatehouse.origin, extraHTTPHeaders, ...options });
  return { page: await context.newPage(), close: () => context.close() };
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function join(page: Page, chosen: Partial<Person> = {}) {
  const person = { ...newPerson(), ...chosen };
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await press(page, "Create account");
  await page.locator("[name=code]").waitFor();
  await signIn(page, person);
  return person;
}

async function sendShortPassword() {
  const opened = await open();
  await opened.page.goto("/sign-up");
  await opened.page.locator("[name=password]").fill("short");
  await press(opened.page, "Create account");
  return opened;
}

async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await press(page, "Sign in");
  await page.waitForURL("**/account");
}

/** Where a box ends on the right. */
const edge = (box: { x: number; width: number } | null) => (box?.x ?? 0) + (box?.width ?? Infinity);

/** What live regions say from now on: the text of each that changes. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(
          "[role=alert],[role=status]",
        );
        if (region?.textContent) heard.push(region.textContent);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
const heard = (page: Page) => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard); // made above

describe("what is wrong is said to whoever listens", () => {
  test("the title begins with it, whether the page or the form alone comes back", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, close } = await open({ javaScriptEnabled });
      await page.goto("/sign-in");
      expect(await page.title()).toStartWith("Sign in");
      await press(page, "Sign in");
      await page.getByText("Enter a password.").waitFor();
      expect(await page.title()).toStartWith("Error: Sign in");
      await close();
    }
  });

  test("a problem with one field is announced, and again when it comes again", async () => {
    const { page, close } = await open();
    await page.goto("/forgot-password");
    for (let times = 0; times < 2; times++) {
      await listen(page);
      await page.locator("#email").press("Enter");
      await page.waitForFunction(() => (globalThis as unknown as { heard: string[] }).heard.length > 0);
      expect(await heard(page)).toContain("Enter your email address.");
    }
    await close();
  });

  test("a password that is typed anew is called wrong no more, while its strength is told", async () => {
    const { page, close } = await sendShortPassword();
    await page.locator("[name=password][aria-invalid=true]").waitFor();
    await page.locator("[name=password]").fill("correct horse battery staple");
    await page.locator("[data-strength=strong]").waitFor();
    expect(await page.locator("[name=password][aria-invalid]").count()).toBe(0);
    await close();
  });

  test("a password that is sent before its strength was asked stays wrong until another one is typed", async () => {
    const { page, close } = await sendShortPassword();
    await page.locator("#password-note.problem").waitFor();
    await page.waitForTimeout(800); // the pause in typing after which the strength is asked has passed
    expect(await page.locator("#password-note.problem").count()).toBe(1);
    expect(await page.locator("[name=password][aria-invalid]").count()).toBe(1);
    await close();
  });

  test("an answer in place of the page has its own title, and the focus unless a field of it does", async () => {
    const { page, close } = await open();
    await join(page);
    await page.goto("/account/security/second-factor");
    await page.getByRole("button", { name: "Set up", exact: true }).press("Enter");
    await page.getByText("Scan this").waitFor();
    await page.locator("main:focus-visible").waitFor();
    expect(await page.locator("main").evaluate((main) => getComputedStyle(main).outlineStyle)).toBe("none");
    await page.locator("[name=code]").fill("000000");
    await page.locator("[name=code][aria-invalid]").waitFor();
    expect(await page.title()).toStartWith("Error: Set up two-step sign-in");
    await close();
  });

  test("after a redirect, the notice has the focus where no field has it", async () => {
    const { page, close } = await open();
    await join(page);
    await page.goto("/account/sessions?notice=others_ended");
    await page.locator(":focus", { hasText: /^Your other devices are signed out\.$/ }).waitFor();
    await page.goto("/sign-out");
    await press(page, "Sign out");
    await page.getByText("You’re signed out.").waitFor();
    await page.locator("#email:focus").waitFor();
    await close();
  });
});

describe("the pages", () => {
  test("say what people sign in to when that is another place", async () => {
    const { page, close } = await open();
    await page.goto("/sign-in?return_to=https%3A%2F%2Fdocs.example.com%2Fguide");
    expect(await page.locator(".lead").textContent()).toBe("to continue to docs.example.com");
    await page.goto("/sign-in?return_to=%2Faccount%2Femail");
    expect(await page.locator(".lead").count()).toBe(0);
    await close();
  });

  test("show the section that is open in the one row of a phone", async () => {
    const { page, close } = await open({ viewport: { width: 320, height: 640 } });
    await join(page);
    for (const section of ["email", "activity", "delete"]) {
      await page.goto(`/account/${section}`);
      const box = await page.locator("nav [aria-current]").boundingBox();
      expect([section, (box?.x ?? -1) >= 0, (box?.x ?? 0) + (box?.width ?? 999) <= 320]).toEqual([section, true, true]);
      expect((await page.locator("nav").boundingBox())?.height).toBeLessThan(64);
      expect((await page.locator("h1").boundingBox())?.y).toBeLessThan(160);
    }
    await close();
  });

  test("are read on a phone with text twice as large", async () => {
    const { page, close } = await open({ viewport: { width: 360, height: 740 } });
    await join(page);
    for (const path of ["/account", "/account/activity", "/account/sessions", "/account/password"]) {
      await page.goto(path);
      await page.evaluate(() => void (document.documentElement.style.fontSize = "32px"));
      const titles = page.locator(".entry-title, .field > label, .field > a");
      expect(await titles.count()).toBeGreaterThan(0);
      for (const title of await titles.all()) {
        const { width = 0, height = 0 } = (await title.boundingBox()) ?? {};
        const lines = Math.round(height / 48);
        const { length } = await title.innerText();
        // A line holds four characters at least, however large they are: not one letter below the other.
        expect([path, await title.innerText(), width > 0 && lines <= Math.ceil(length / 4)]).toEqual([
          path,
          await title.innerText(),
          true,
        ]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    await close();
  });

  test("show the whole of a long name or address, and buttons in one line with each other", async () => {
    const { page, close } = await open({ viewport: { width: 320, height: 640 } });
    await join(page, { email: `${"a".repeat(60)}@${"b".repeat(60)}.example.org` });
    await page.goto("/account/email");
    const row = await page.locator(".entries li").boundingBox();
    const text = await page.locator(".entry-title > span").first().boundingBox();
    expect(edge(text)).toBeLessThanOrEqual(edge(row));
    await page.goto("/account/security/second-factor?lang=de");
    await page.getByRole("button", { name: "Einrichten" }).click();
    const [turnOn, cancel] = [page.getByRole("button", { name: "Einschalten" }), page.getByText("Abbrechen")];
    expect((await cancel.boundingBox())?.x).toBe((await turnOn.boundingBox())?.x);
    await page.context().clearCookies();
    await page.goto("/sign-up");
    const ways = [page.getByRole("button", { name: "Create account" }), page.getByText("Continue with a passkey")];
    const [first, second] = await Promise.all(ways.map((way) => way.boundingBox()));
    expect(second?.width).toBe(first?.width);
    await close();
  });

  test("leave room between a choice of several lines and what follows it", async () => {
    const { page, close } = await open({ viewport: { width: 320, height: 640 }, locale: "de" });
    await page.goto("/sign-in");
    const hint = await page.locator(".choice .hint").boundingBox();
    const button = await page.getByRole("button", { name: "Anmelden", exact: true }).boundingBox();
    expect((button?.y ?? 0) - (hint?.y ?? 0) - (hint?.height ?? 0)).toBeGreaterThanOrEqual(20);
    await close();
  });

  test("put this device first, and no two buttons have one name", async () => {
    const [mine, other, third] = [await open(), await open(), await open()];
    const person = await join(mine.page);
    await signIn(other.page, person);
    await signIn(third.page, person);
    await mine.page.goto("/account/sessions");
    expect(await mine.page.locator(".entries li").first().textContent()).toContain("This device");
    const names = await mine.page
      .getByRole("button")
      .evaluateAll((buttons) => buttons.map((button) => button.ariaLabel ?? button.textContent));
    expect(names).toContain("Sign out other devices");
    expect(new Set(names).size).toBe(names.length);
    await Promise.all([mine, other, third].map(({ close }) => close()));
  });

  test("come in six requests at most, and nothing in them moves", async () => {
    const { page, close } = await open();
    let requests = 0;
    page.on("request", () => void (requests += 1));
    await page.goto("/sign-in", { waitUntil: "networkidle" });
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          // The entries of layout shifts have a value, which the types do not know.
          const add = (entries: PerformanceEntry[]) =>
            entries.forEach((entry) => (sum += (entry as PerformanceEntry & { value: number }).value));
          new PerformanceObserver((list) => add(list.getEntries())).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 200);
        }),
    );
    expect(requests).toBeLessThanOrEqual(6);
    expect(shift).toBeLessThan(0.005);
    await close();
  });
});
