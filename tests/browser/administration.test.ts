import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { launchChromium } from "../support/chromium";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { look, views } from "../support/look";
import { freePort } from "../support/program";

/** The administration in a real browser: how its pages look, and a suspension with scripts and without. */

let gatehouse: Gatehouse;
let server: { stop(force: boolean): unknown };
let browser: Browser;
let admin: Visitor;
beforeAll(async () => {
  const port = freePort();
  const settings = { BETTER_AUTH_URL: `http://localhost:${port}`, PORT: String(port) };
  gatehouse = await startGatehouse(settings, undefined, [twoFactor, administration]);
  server = Bun.serve({
    port,
    hostname: "localhost",
    fetch: (request, socket) => gatehouse.edge(request, socket.requestIP(request)?.address ?? ""),
  });
  browser = await launchChromium();
  admin = gatehouse.visitor();
  const { email } = await admin.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
  await giveRole(gatehouse, email);
});
afterAll(async () => {
  await browser.close();
  server.stop(true);
  await gatehouse.close();
});

/** A browser in which the administrator is signed in. */
async function signedIn(
  options: Parameters<Browser["newContext"]>[0] = {},
  as = admin,
): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ baseURL: gatehouse.origin, ...options });
  const cookies = [...as.cookies].map(([name, value]) => ({ name, value, url: gatehouse.origin }));
  await context.addCookies(cookies);
  return [context, await context.newPage()];
}

test("what was searched for is found again on the way back from somebody who was found", async () => {
  const { email } = await newPersonsId();
  const [context, page] = await signedIn();
  await page.goto("/admin/people");
  await page.locator("#search").fill(email);
  await page.waitForURL((url) => url.searchParams.get("search") === email);
  expect(await page.locator("#search:focus").count()).toBe(1);
  await page.locator(".people a").click();
  await page.waitForURL("**/admin/people/*");
  await page.goBack();
  await page.getByText("1 person", { exact: true }).waitFor();
  expect(await page.locator("#search").inputValue()).toBe(email);
  await page.locator("#search").fill("nobody");
  await page.getByText("Nobody found.").waitFor();
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.getByText("Niemand gefunden.").waitFor();
  expect(await page.locator("#search").inputValue()).toBe("nobody");
  await context.close();
}, 20_000);

async function newPersonsId() {
  const { email } = await gatehouse.visitor().join();
  const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  return { email, id: row?.id ?? "" };
}

for (const { name, colorScheme, viewport } of views)
  test(`every page of the administration is without violations, and fits the screen: ${name}`, async () => {
    const { id } = await newPersonsId();
    const [context, page] = await signedIn({ colorScheme, viewport, locale: name.startsWith("dark") ? "de" : "en" });
    const person = `/admin/people/${id}`;
    const paths = [
      "/admin",
      "/admin/people",
      person,
      `${person}/suspend`,
      `${person}/export`,
      "/admin/invitations",
      "/admin/invitations?revoke=ada@example.org",
      "/admin/events",
    ];
    for (const path of paths) {
      await page.goto(path);
      await look(page, `${path.replaceAll(/\W/g, "-").replace(id, "id")}-${name}`);
    }
    await context.close();
  });

test.each([true, false])("somebody is found, and suspended with a reason; scripts: %p", async (javaScriptEnabled) => {
  const { id, email } = await newPersonsId();
  const [context, page] = await signedIn({ javaScriptEnabled });
  await page.goto("/admin/people");
  await page.getByLabel("Email address, name or id").pressSequentially(email);
  if (!javaScriptEnabled) await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("1 person", { exact: true }).waitFor();
  await page.locator(".people a").click();
  await page.getByRole("link", { name: "Suspend", exact: true }).click();
  await page.getByRole("button", { name: "Suspend" }).click();
  await page.getByText("Say why, in a few words.").waitFor();
  await page.getByLabel("Reason").fill("spam");
  await page.getByRole("button", { name: "Suspend" }).click();
  await page.getByText("The account is suspended.").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/admin/people/${id}`);
  expect(await gatehouse.rows("select 1 from gatehouse.suspension where user_id = $1", [id])).toHaveLength(1);
  await context.close();
});

test.each([true, false])("a second factor is taken off, with a reason; scripts: %p", async (javaScriptEnabled) => {
  const { id } = await newPersonsId();
  await gatehouse.rows("insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')", [
    id,
  ]);
  const [context, page] = await signedIn({ javaScriptEnabled });
  await page.goto(`/admin/people/${id}`);
  await page.getByRole("link", { name: "Turn two-step sign-in off" }).click();
  await page.getByLabel("Reason").fill("lost the phone");
  await page.getByRole("button", { name: "Turn two-step sign-in off" }).click();
  await page.getByText("Two-step sign-in is off.").waitFor();
  expect(await page.getByRole("link", { name: "Turn two-step sign-in off" }).count()).toBe(0);
  expect(await gatehouse.rows("select 1 from gatehouse.authenticator_app where user_id = $1", [id])).toEqual([]);
  await context.close();
});

test.each([true, false])("somebody's data is downloaded after a proof; scripts: %p", async (javaScriptEnabled) => {
  const { id, email } = await newPersonsId();
  const own = gatehouse.visitor();
  const person = await own.join();
  await giveRole(gatehouse, person.email);
  const grow = `update session set created_at = now() - interval '1 hour'
    where user_id = (select id from "user" where email = $1)`;
  await gatehouse.rows(grow, [person.email]);
  const [context, page] = await signedIn({ javaScriptEnabled }, own);
  await page.goto(`/admin/people/${id}/export`);
  await page.getByLabel("Reason").fill("asked for it");
  await page.getByRole("button", { name: "Download their data" }).click();
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Download their data" }).click();
  await page.getByText("The file is ready to download.").waitFor();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download their data" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe(`data-${id}.json`);
  expect(JSON.parse(await Bun.file(await file.path()).text())).toMatchObject({ profile: { email } });
  await context.close();
});
