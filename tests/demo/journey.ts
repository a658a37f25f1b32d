import { expect } from "bun:test";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { newPerson } from "../support/harness";
import { gotoUntilAnswered, idle, lookAway, press, signIn, signUp, type Scenes, type World } from "./world";

const place = "/docs/session-api#from-a-shell";

/** The item of the navbar, whatever it says. */
export const item = (page: Page) => page.locator("nav.navbar [class*=place]");
export const signInLink = (page: Page) => item(page).getByRole("link", { name: "Sign in" });
export const menuOf = (page: Page, name: string) => item(page).getByRole("button", { name });

/** Somebody who is signed in, and reads. */
async function memberAt(world: World, path: string, options: BrowserContextOptions = {}) {
  const member = await world.member(options);
  await member.page.goto(path);
  return member;
}

const otherTab = async (context: BrowserContext, address: string) => {
  const page = await context.newPage();
  await page.goto(address);
  return page;
};

/** Signing up, in and out from the docs, and what other tabs and the back button show. */
export const readers: Scenes = {
  "signs up from the docs by code, and is back at the very heading, signed in": async (world) => {
    const { page, complaints, close } = await world.open();
    const person = newPerson();
    await page.goto(place);
    await signInLink(page).click();
    await signUp(page, world.gatehouse.origin, person);
    await menuOf(page, person.name).waitFor();
    expect(page.url()).toBe(world.docs + place);
    expect(complaints).toEqual([]);
    await close();
  },

  "comes back to where they went meanwhile, without a page load, and to the heading they chose": async (world) => {
    const { page, close } = await world.open();
    await page.goto("/");
    await signInLink(page).waitFor();
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("link", { name: "Examples", exact: true }).click();
    await signInLink(page).focus();
    expect(await signInLink(page).getAttribute("href")).toBe(
      `${world.gatehouse.origin}/sign-in?return_to=${encodeURIComponent(`${world.docs}/docs/settings#examples`)}`,
    );
    await close();
  },

  "signs out from the docs in two clicks, and stays at the very heading": async (world) => {
    const { page, person, complaints, close } = await memberAt(world, place);
    await menuOf(page, person.name).click();
    await item(page).getByRole("link", { name: "Sign out" }).click();
    await signInLink(page).waitFor();
    expect(page.url()).toBe(world.docs + place);
    await page.goto(`${world.gatehouse.origin}/account`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    expect(complaints).toEqual([]);
    await close();
  },

  "who signs in or out in another tab finds it done on coming back": async (world) => {
    const { page, person, context, close } = await memberAt(world, "/docs/log");
    const second = await otherTab(context, `${world.docs}/docs/log`);
    await menuOf(second, person.name).waitFor();
    await page.goto(`${world.gatehouse.origin}/sign-out`);
    await press(page, "Sign out");
    await page.waitForURL(({ pathname }) => pathname !== "/sign-out"); // done, not only begun
    expect(await menuOf(second, person.name).isVisible()).toBe(true);
    await (await lookAway(second))();
    await signInLink(second).waitFor();
    await signIn(await otherTab(context, `${world.gatehouse.origin}/sign-in`), person);
    await (await lookAway(second))();
    await menuOf(second, person.name).waitFor();
    await close();
  },

  "who goes back after signing out sees no name": async (world) => {
    const { page, person, close } = await memberAt(world, "/docs/log");
    await menuOf(page, person.name).waitFor();
    await page.goto(`${world.gatehouse.origin}/sign-out?return_to=${encodeURIComponent(page.url())}`);
    await press(page, "Sign out");
    await signInLink(page).waitFor();
    for (let i = 0; i < 2; i++) await page.goBack();
    await signInLink(page).waitFor();
    expect(page.url()).toBe(`${world.docs}/docs/log`);
    await close();
  },

  "meets <SignedIn> and <SignedOut> for what they are": async (world) => {
    const { page, close } = await world.open();
    await page.goto("/");
    await page.getByText("You’re not signed in").waitFor();
    expect(await page.getByText("You’re signed in").count()).toBe(0);
    await close();
    const member = await memberAt(world, "/");
    await member.page.getByText("You’re signed in").waitFor();
    expect(await member.page.getByText("You’re not signed in").count()).toBe(0);
    await member.close();
  },
};

/** What the plugin does to a page: next to nothing. */
export const pages: Scenes = {
  "asks once, however many components want to know and however far one reads": async (world) => {
    const { page, questions, close } = await world.open();
    await page.goto("/");
    await page.getByText("You’re not signed in").waitFor();
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    await page.evaluate(() => dispatchEvent(new Event("focus"))); // nobody was away
    await idle(page);
    expect(questions).toHaveLength(1);
    await close();
  },

  "does not move when the answer comes": async (world) => {
    const { page, person, complaints, close } = await world.member();
    await page.addInitScript(watchShifts);
    await gotoUntilAnswered(page, "/docs/operate");
    await menuOf(page, person.name).waitFor();
    expect(await shiftsOf(page)).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  },

  "does not move on a phone either, where the answer shows in the text": async (world) => {
    const { page, close } = await world.open({ viewport: { width: 390, height: 780 } });
    await page.addInitScript(watchShifts);
    await page.goto("/me");
    await page.getByText("You’re signed out").waitFor();
    expect(await shiftsOf(page)).toBe(0);
    await close();
  },

  "shows a member nothing that is for strangers, not even for a moment": async (world) => {
    const { page, close } = await world.member();
    await page.addInitScript(watchWords);
    await page.goto("/");
    await page.getByText("You’re signed in").waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as { words: string }).words)).not.toContain(
      "You’re not signed in",
    );
    await close();
  },

  "is read in peace while the login is stopped, and knows its reader when that is back": async (world) => {
    const { page, person, complaints, close } = await memberAt(world, "/docs/log");
    await world.stopLogin();
    await gotoUntilAnswered(page, "/docs/settings");
    expect((await item(page).innerText()).trim()).toBe("");
    await page.getByRole("link", { name: "The log" }).first().click();
    await page.getByRole("heading", { name: "The log" }).waitFor();
    await world.startLogin();
    await (await lookAway(page))();
    await menuOf(page, person.name).waitFor();
    expect(complaints).toEqual([]);
    await close();
  },
};

/** What is no answer of ours, whatever its status. */
const foreignAnswers: [what: string, answer: { status: number; body: string }][] = [
  ["a program that knows no user", { status: 200, body: "{}" }],
  ["a null", { status: 200, body: "null" }],
  ["another user", { status: 200, body: '{"user":{"id":1,"name":{}}}' }],
  ["a page", { status: 200, body: "<!doctype html>" }],
  ["a proxy's own 401", { status: 401, body: "Unauthorized" }],
  ["another 401", { status: 401, body: '{"error":"token expired"}' }],
];

/** The page when somebody else answers in the login's place: it stays whole, and claims nothing. */
export const foreignAnswerers: Scenes = Object.fromEntries(
  foreignAnswers.map(([what, answer]) => [
    `stays whole, and claims nothing, when ${what} answers in the login's place`,
    async (world: World) => {
      const { page, context, close } = await world.member();
      const headers = { "access-control-allow-origin": world.docs, "access-control-allow-credentials": "true" };
      await context.route(`${world.gatehouse.origin}/api/session`, (route) => route.fulfill({ ...answer, headers }));
      await gotoUntilAnswered(page, "/");
      expect((await item(page).innerText()).trim()).toBe("");
      await page.getByRole("heading", { level: 1 }).waitFor();
      for (const words of ["You’re signed in", "You’re not signed in", "crashed"])
        expect(await page.getByText(words).count()).toBe(0);
      await close();
    },
  ]),
);

/** The same site where nobody trusts it. */
export const strangerOrigin: Scenes = {
  "learns nothing, and nobody is sent back to it": async (world) => {
    const { context, close } = await memberAt(world, "/");
    const page = await context.newPage();
    await gotoUntilAnswered(page, `${world.stranger}/docs/log`);
    expect((await item(page).innerText()).trim()).toBe("");
    const answer = await page.evaluate(
      (url) =>
        fetch(`${url}/api/session`, { credentials: "include" }).then(
          () => "read",
          () => "refused",
        ),
      world.gatehouse.origin,
    );
    expect(answer).toBe("refused");
    await page.goto(`${world.gatehouse.origin}/sign-in?return_to=${encodeURIComponent(`${world.stranger}/docs/log`)}`);
    expect(page.url()).toBe(`${world.gatehouse.origin}/account`);
    await close();
  },
};

/** Adds up the layout shifts of a page from its first paint on. */
function watchShifts() {
  const world = globalThis as unknown as { shifts: number };
  world.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) world.shifts += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
}

async function shiftsOf(page: Page) {
  await idle(page);
  return page.evaluate(() => (globalThis as unknown as { shifts: number }).shifts);
}

/** Collects what is added to a page, as long as it lives. */
function watchWords() {
  const world = globalThis as unknown as { words: string };
  world.words = "";
  const look = (records: MutationRecord[]) =>
    records.forEach(({ addedNodes }) => addedNodes.forEach(({ textContent }) => (world.words += textContent)));
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}
