import { expect } from "bun:test";
import { chromium, type Page } from "playwright-core";
import { chromiumPath } from "../support/chromium";
import { menuOf, signInLink } from "./journey";
import { gotoUntilAnswered, idle, isQuestion, lookAway, press, signOutElsewhere, type Scenes } from "./world";

/** When the page asks who reads: once it is idle, and whenever its reader was away. What ended meanwhile is seen. */
export const comingBack: Scenes = {
  "when a tab that was opened in the background is first looked at, and not before": async (world) => {
    const { page, context, questions, close } = await world.member();
    await page.addInitScript(inBackground);
    await page.addInitScript(holdIdle);
    await page.goto("/docs/log");
    await idleNow(page);
    await signOutElsewhere(context, world.gatehouse.origin);
    expect(questions).toEqual([]);
    await show(page);
    await idleNow(page);
    await signInLink(page).waitFor();
    expect(questions).toHaveLength(1);
    await close();
  },

  "when a tab that was hidden is shown again": async (world) => {
    const { page, person, context, close } = await world.member();
    await page.goto("/docs/log");
    await menuOf(page, person.name).waitFor();
    await hide(page);
    await signOutElsewhere(context, world.gatehouse.origin);
    await show(page);
    await signInLink(page).waitFor();
    await close();
  },

  "when the browser brings back a page that it had kept, and says nothing else": async (world) => {
    const { page, person, context, close } = await world.member();
    await page.goto("/docs/log");
    await menuOf(page, person.name).waitFor();
    await signOutElsewhere(context, world.gatehouse.origin);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await signInLink(page).waitFor();
    await close();
  },

  "when a window that was loaded behind another comes to the front": async (world) => {
    const { page, person, context, close } = await world.member();
    await page.addInitScript(behindAnother);
    await page.goto("/docs/log");
    await menuOf(page, person.name).waitFor();
    await signOutElsewhere(context, world.gatehouse.origin);
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await signInLink(page).waitFor();
    await close();
  },

  "by somebody who came back and left again before the page was idle": async (world) => {
    const { page, person, context, close } = await world.member();
    await page.addInitScript(holdIdle);
    await page.goto("/docs/log");
    await idleNow(page);
    await menuOf(page, person.name).waitFor();
    await (await lookAway(page))();
    await untilItWaits(page);
    const comeBack = await lookAway(page);
    await Promise.all([page.waitForEvent("requestfinished", isQuestion), idleNow(page)]);
    await signOutElsewhere(context, world.gatehouse.origin);
    await comeBack();
    await idleNow(page);
    await signInLink(page).waitFor();
    await close();
  },

  "though the network came back meanwhile": async (world) => {
    const { page, person, context, close } = await world.member();
    await page.goto("/docs/log");
    await menuOf(page, person.name).waitFor();
    const comeBack = await lookAway(page);
    await context.setOffline(true);
    await Promise.all([page.waitForEvent("requestfinished", isQuestion), context.setOffline(false)]);
    await signOutElsewhere(context, world.gatehouse.origin);
    await comeBack();
    await signInLink(page).waitFor();
    await close();
  },

  "by somebody who goes back, from the first moment, though the browser kept the page": async (world) => {
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--no-sandbox", "--disable-gpu"],
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
    const context = await browser.newContext({ baseURL: world.docs });
    const [page, person] = [await context.newPage(), await world.join(context)];
    await page.addInitScript(noteFirstFrame);
    await page.goto("/docs/log");
    await menuOf(page, person.name).waitFor();
    await page.goto(`${world.gatehouse.origin}/sign-out?return_to=${encodeURIComponent(page.url())}`);
    await press(page, "Sign out");
    await signInLink(page).waitFor();
    await page.evaluate(() => history.go(-2));
    await page.waitForFunction(() => "firstFrame" in globalThis);
    expect(await page.evaluate(() => (globalThis as unknown as { firstFrame: string }).firstFrame)).toBe("");
    await signInLink(page).waitFor();
    await browser.close();
  },
};

/** When the page asks who reads, and what it does without an answer. */
export const question: Scenes = {
  "waits until the page is idle": async (world) => {
    const { page, person, questions, close } = await world.member();
    await page.addInitScript(holdIdle);
    await page.goto("/docs/log");
    await untilItWaits(page);
    expect(questions).toEqual([]);
    await idleNow(page);
    await menuOf(page, person.name).waitFor();
    expect(questions).toHaveLength(1);
    await close();
  },

  "is asked again when the network is back, and until then the page is read in peace": async (world) => {
    const { page, person, context, close } = await world.member();
    await gotoUntilAnswered(page, "/docs/log");
    await context.setOffline(true);
    await hide(page);
    await show(page);
    await menuOf(page, person.name).waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "The log" }).waitFor();
    await context.setOffline(false);
    await menuOf(page, person.name).waitFor();
    await close();
  },

  "is given up after five seconds when the login hangs, and the page is read in peace meanwhile": async (world) => {
    const { page, person, complaints, close } = await world.member();
    await page.clock.install();
    await world.whileLoginHangs(async () => {
      const asked = page.waitForRequest(isQuestion);
      await page.goto("/docs/log");
      await asked;
      await page.getByRole("link", { name: "Settings" }).first().click();
      await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
      await Promise.all([page.waitForEvent("requestfailed", isQuestion), page.clock.fastForward(5000)]);
      await idle(page);
    });
    await (await lookAway(page))();
    await menuOf(page, person.name).waitFor();
    expect(complaints).toEqual([]);
    await close();
  },
};

// Playwright loads every page in front, so it is told what a browser would tell it.

function behindAnother() {
  document.hasFocus = () => false;
}

function inBackground() {
  document.hasFocus = () => false;
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
}

const hide = (page: Page) => tell(page, true);
const show = (page: Page) => tell(page, false);

const tell = (page: Page, hidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

/** The browser is idle when the test says so, and not before. */
function holdIdle() {
  const held: IdleRequestCallback[] = ((globalThis as unknown as { held: unknown }).held = []);
  globalThis.requestIdleCallback = (act) => held.push(act);
}

const untilItWaits = (page: Page) =>
  page.waitForFunction(() => (globalThis as unknown as { held: unknown[] }).held.length > 0);

async function idleNow(page: Page) {
  await untilItWaits(page);
  await page.evaluate(() =>
    (globalThis as unknown as { held: IdleRequestCallback[] }).held
      .splice(0)
      .forEach((act) => act({ didTimeout: false, timeRemaining: () => 10 })),
  );
}

/** What the navbar's item says in the first frame of a page that the browser had kept. */
function noteFirstFrame() {
  const note = () =>
    Object.assign(globalThis, { firstFrame: document.querySelector("nav.navbar [class*=place]")?.textContent });
  addEventListener("pageshow", ({ persisted }: PageTransitionEvent) => void (persisted && requestAnimationFrame(note)));
}
