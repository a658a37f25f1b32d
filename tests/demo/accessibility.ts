import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { violations } from "../support/look";
import { stripes } from "../support/pictures";
import { atRest, signIn, type Scenes } from "./world";

const phone = { width: 320, height: 640 };

/** What has the focus, as it is read. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const copy = document.activeElement?.cloneNode(true);
    if (!(copy instanceof Element)) return undefined;
    for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
    return copy.textContent?.trim();
  });

/** The same in a colour scheme. */
const itemIn = (colorScheme: "light" | "dark"): Scenes => ({
  [`in ${colorScheme} a stranger and a member meet no violation, with the menu open too`]: async (world) => {
    const stranger = await world.open({ colorScheme });
    await stranger.page.goto("/");
    await stranger.page.getByText("You’re not signed in").waitFor();
    expect(await violations(stranger.page)).toEqual([]);
    await stranger.close();
    const { page, person, close } = await world.member({ colorScheme });
    await page.goto("/me");
    await page.getByRole("button", { name: person.name }).click();
    await page.getByRole("link", { name: "Account" }).waitFor();
    await atRest(page); // Infima fades the menu in
    expect(await violations(page)).toEqual([]);
    await close();
  },
  [`in ${colorScheme} on a phone the item is in the sidebar, and nothing is wider than the screen`]: async (world) => {
    const { page, person, close } = await world.member({ colorScheme, viewport: phone });
    await page.goto("/me");
    await page.getByRole("button", { name: "Toggle navigation bar" }).click();
    const sidebar = page.locator(".navbar-sidebar");
    const name = sidebar.getByText(person.name);
    await name.waitFor();
    await atRest(page); // it slides in
    expect(await sidebar.getByRole("link", { name: "Sign out" }).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    const cut = (label: HTMLElement) => {
      label.textContent = "x".repeat(60);
      return label.scrollWidth - label.clientWidth;
    };
    expect(await name.evaluate(cut)).toBe(0);
    await sidebar.getByRole("link", { name: "Account" }).click();
    await page.waitForURL(`${world.gatehouse.origin}/account`);
    await close();
  },
});

/** The navbar's item for whoever uses a keyboard, a screen reader or a small screen. */
export const itemForEverybody: Scenes = {
  ...itemIn("light"),
  ...itemIn("dark"),
  "on a phone a stranger signs in from the sidebar, and is back at the very heading": async (world) => {
    const { page, person, context, close } = await world.member({ viewport: phone });
    await context.clearCookies();
    await page.goto("/docs/settings?x=1#examples");
    const open = async () => {
      await page.getByRole("button", { name: "Toggle navigation bar" }).click();
      await page.getByRole("button", { name: "Back to main menu" }).click(); // from the pages of the docs
    };
    await open();
    await page.locator(".navbar-sidebar").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, person);
    await page.waitForURL(`${world.docs}/docs/settings?x=1#examples`);
    await open();
    await page.locator(".navbar-sidebar").getByText(person.name).waitFor();
    await close();
  },

  "on a phone a stranger signs in with two taps, and is back at the very heading": async (world) => {
    const { page, person, context, close } = await world.member({ viewport: phone, hasTouch: true });
    await context.clearCookies();
    await page.goto("/docs/settings?x=1#examples");
    await page.locator(".navbar__items").getByRole("link", { name: "Sign in" }).tap(); // one
    await page.getByLabel("Email").fill(person.email);
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).tap(); // two
    await page.waitForURL(`${world.docs}/docs/settings?x=1#examples`);
    await page.locator(".navbar__items").getByRole("button", { name: person.name }).tap();
    await page.getByText(person.email).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await close();
  },

  "on a phone with text twice as large the whole menu is on the screen": async (world) => {
    const { page, person, close } = await world.member({ viewport: phone });
    await page.goto("/me");
    await page.getByRole("button", { name: person.name }).click();
    await page.evaluate(() => void (document.documentElement.style.fontSize = "32px"));
    await atRest(page);
    const menu = page.locator("nav [class*=place] ul");
    const longest = "maximiliane.mustermann@verwaltung.example.org"; // in place of theirs, which is short
    await menu.locator("[class*=label]").evaluate((email, long) => void (email.textContent = long), longest);
    const { x = -1, width = 0 } = (await menu.boundingBox()) ?? {};
    expect([x >= 0, x + width <= phone.width]).toEqual([true, true]);
    await close();
  },

  "a picture is shown, and initials where it cannot be loaded": async (world) => {
    const { page, person, close } = await world.member();
    const initials = [...person.name][0] ?? "";
    await page.goto("/me");
    const button = page.getByRole("button", { name: person.name });
    expect((await button.textContent())?.startsWith(initials.toUpperCase())).toBe(true);
    await page.goto(`${world.gatehouse.origin}/account/profile`);
    const file = { name: "me.png", mimeType: "image/png", buffer: Buffer.from(stripes()) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Save picture" }).click();
    await page.waitForURL("**notice=picture_saved**");
    await page.goto("/me");
    await page.waitForFunction(() => (document.querySelector("button img") as HTMLImageElement)?.naturalWidth > 0);
    await page.route("**/pictures/*", (route) => route.abort());
    await page.reload();
    await page.waitForFunction(() => document.querySelector("button[aria-expanded]") !== null);
    await button.locator("img").waitFor({ state: "detached" });
    await close();
  },

  "the menu is opened, walked through and closed by keyboard, and says which it is": async (world) => {
    const { page, person, close } = await world.member();
    await page.goto("/me");
    const button = page.getByRole("button", { name: person.name });
    await button.focus();
    expect(await button.getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("Tab");
    expect(await focused(page)).not.toBe("Account"); // what is hidden is not reached
    await button.focus();
    await page.keyboard.press("Enter");
    expect(await button.getAttribute("aria-expanded")).toBe("true");
    await atRest(page);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Account");
    await page.keyboard.press("Escape");
    expect([await focused(page), await button.getAttribute("aria-expanded")]).toEqual([person.name, "false"]);
    await page.keyboard.press("Space");
    await atRest(page);
    for (let i = 0; i < 3; i++) await page.keyboard.press("Tab"); // past the last link
    expect(await button.getAttribute("aria-expanded")).toBe("false");
    await button.click();
    await page.getByRole("heading", { level: 1 }).click();
    expect(await button.getAttribute("aria-expanded")).toBe("false");
    await close();
  },

  "who signs out by keyboard goes on at the link that takes the menu's place": async (world) => {
    const { page, person, close } = await world.member();
    await page.goto("/me");
    await page.getByRole("button", { name: person.name }).focus();
    await page.keyboard.press("Enter");
    await atRest(page);
    for (let i = 0; i < 2; i++) await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Sign out");
    await page.keyboard.press("Enter");
    await page.locator("nav a:focus", { hasText: "Sign in" }).waitFor();
    await close();
  },

  "a name of any length stays in its place, and is text": async (world) => {
    const { page, close } = await world.member();
    await page.goto(`${world.gatehouse.origin}/account/profile`);
    const name = "<img src=x> Wolfeschlegelsteinhausen von Bergerdorff";
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByText("Saved.").waitFor();
    await page.goto(`${world.docs}/me`);
    const button = page.getByRole("button", { name: "Wolfeschlegelsteinhausen" });
    await button.waitFor();
    expect((await button.boundingBox())?.width).toBeLessThanOrEqual(160);
    expect(await page.locator("nav img[src=x]").count()).toBe(0);
    // cut at its end, not at its beginning, also where a page is written from right to left
    await page.evaluate(() => void (document.documentElement.dir = "rtl"));
    const label = button.locator("[class*=label]");
    expect(await label.evaluate((name) => getComputedStyle(name).direction)).toBe("ltr");
    await close();
  },
};
