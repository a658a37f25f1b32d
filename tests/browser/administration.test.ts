import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { administration } from "../../src/capabilities/administration/index";
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
  gatehouse = await startGatehouse(settings, undefined, [administration]);
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
async function signedIn(options: Parameters<Browser["newContext"]>[0] = {}): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ baseURL: gatehouse.origin, ...options });
  const cookies = [...admin.cookies].map(([name, value]) => ({ name, value, url: gatehouse.origin }));
  await context.addCookies(cookies);
  return [context, await context.newPage()];
}

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
    const paths = ["/admin", "/admin/people", person, `${person}/suspend`, "/admin/invitations", "/admin/events"];
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
