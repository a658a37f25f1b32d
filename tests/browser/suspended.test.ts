import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { sharedChromium } from "../support/chromium";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";
import { keepPicture, look, views } from "../support/look";
import { freePort } from "../support/program";

/** What somebody sees who is suspended, in a real browser. */

let gatehouse: Gatehouse;
let server: Bun.Server<undefined>;
let browser: Browser;
let person: Person;
beforeAll(async () => {
  const port = freePort();
  const settings = { BETTER_AUTH_URL: `http://localhost:${port}`, GATEHOUSE_SUPPORT_URL: "https://example.com/help" };
  gatehouse = await startGatehouse(settings);
  server = Bun.serve({ port, hostname: "localhost", fetch: (request) => gatehouse.edge(request, "198.51.100.1") });
  person = newPerson();
  await gatehouse.visitor().signUp(person);
  await gatehouse.rows(
    `insert into gatehouse.suspension (user_id, reason, until) select id, $2, '2099-05-01 12:00Z' from "user"
      where email = $1`,
    [person.email, "You sold spoons in the docs.\nWrite to us, and we will look at it together."],
  );
  browser = await sharedChromium();
});
afterAll(async () => {
  await server.stop(true);
  await gatehouse.close();
});

for (const { name, ...view } of [...views, { name: "german", locale: "de-DE" }])
  test(`somebody who is suspended is told why, in ${name}`, async () => {
    const context = await browser.newContext({ baseURL: gatehouse.origin, ...view });
    const page = await context.newPage();
    await page.goto("/sign-in");
    await page.locator("[name=email]").fill(person.email);
    await page.locator("[name=password]").fill(person.password);
    await page.locator("[name=password]").press("Enter");
    await page.waitForURL("**/suspended");
    expect(await page.locator(".who").textContent()).toContain("You sold spoons in the docs.");
    await look(page, `suspended-${name}`);
    await context.close();
  });

test("somebody who is suspended is told why, without scripts", async () => {
  const context = await browser.newContext({ baseURL: gatehouse.origin, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(person.email);
  await page.locator("[name=password]").fill(person.password);
  await page.locator("[name=password]").press("Enter");
  await page.getByText("You sold spoons").waitFor();
  await keepPicture(page, "suspended-plain");
  await context.close();
});
