import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { newPerson } from "../support/harness";
import { startProgram, type Program } from "../support/program";
import { sharedChromium } from "../support/chromium";

/** What only a browser can show: what runs, what is kept, what is asked of whom, and what the back button finds. */

let gatehouse: Program;
let evil: Bun.Server<undefined>;
let browser: Browser;
beforeAll(async () => {
  gatehouse = await startProgram();
  const frames = ["/sign-in", "/account", "/api/session"].map(
    (path) => `<iframe src="${gatehouse.origin}${path}"></iframe>`,
  );
  evil = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(`<!doctype html>${frames.join("")}`, { headers: { "content-type": "text/html" } }),
  });
  browser = await sharedChromium();
});
afterAll(async () => {
  await evil.stop(true);
  await gatehouse.remove();
});

const pages = ["", "/email", "/password", "/sessions", "/activity", "/export", "/delete"].map(
  (section) => `/account${section}`,
);

/** Somebody who is signed in, with every address that their browser asked for. */
async function signedIn(name: string) {
  const context = await browser.newContext({ baseURL: gatehouse.origin });
  const person = { ...newPerson(), name };
  for (const path of ["/sign-up", "/sign-in"])
    await context.request.post(path, { form: person, headers: { origin: gatehouse.origin } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto("/account");
  return { context, page, asked };
}

const signOut = async (page: Page) => {
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByText("You’re signed out.").waitFor();
};

test("in a browser a name that is a script runs nowhere, and an element's takes nobody's place", async () => {
  const { context, page } = await signedIn(
    `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>`,
  );
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.message()));
  for (const path of ["/account", "/account/profile", "/account/sessions", "/sign-out"]) {
    await page.goto(path);
    expect([path, await page.title()]).toEqual([path, expect.not.stringContaining("run")]);
  }
  await page.goto("/account/profile");
  await page.locator("[name=name]").fill(`<a id=htmx></a><form id=document><input name=cookie>`);
  await page.getByRole("button", { name: "Save name" }).click();
  await page.getByText("Saved.").waitFor();
  expect(await page.evaluate(() => document.querySelectorAll("a#htmx, form#document").length)).toBe(0);
  expect(dialogs).toEqual([]);
  await context.close();
});

test("in a browser nothing is kept but the cookies, which no script can read, and nobody else is asked", async () => {
  const { context, page, asked } = await signedIn("Ada");
  for (const path of pages) {
    await page.goto(path);
    const kept = await page.evaluate(async () => [
      localStorage.length,
      sessionStorage.length,
      (await indexedDB.databases()).length,
      (await caches.keys()).length,
      document.cookie,
      window.onmessage,
    ]);
    expect([path, ...kept]).toEqual([path, 0, 0, 0, 0, "", null]);
  }
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((url) => new URL(url).origin !== gatehouse.origin)).toEqual([]);
  expect(
    await page.locator("header img").evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0),
  ).toBe(true);
  await context.close();
});

test("in a browser the back button after signing out shows nothing of the account", async () => {
  const { context, page } = await signedIn("Ada Secretname");
  await page.goto("/account/email");
  const began = performance.now();
  await signOut(page);
  console.log(`signing out took ${Math.round(performance.now() - began)} ms`);
  for (let i = 0; i < 2; i++) {
    await page.goBack();
    await page.waitForLoadState();
    expect(await page.content()).not.toContain("Secretname");
    expect(new URL(page.url()).pathname).not.toStartWith("/account");
  }
  await context.close();
});

test("in a browser no page of ours is shown in a frame of another site", async () => {
  const { context, page } = await signedIn("Ada");
  await page.goto(evil.url.href);
  const shown = page.frames().slice(1);
  expect(shown).toHaveLength(3);
  for (const frame of shown)
    expect(await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "")).not.toMatch(
      /Sign in|Ada|no_session|user/,
    );
  await context.close();
});
