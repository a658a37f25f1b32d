import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../tests/browser/chromium";
import { startProgram } from "../tests/program";

/** Takes the pictures of the README: `bun run pictures`. */

const phone = { width: 390, height: 780 };
const desktop = { width: 1100, height: 780 };
const person = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery" };

const gatehouse = await startProgram();
const browser = await launchChromium();
try {
  await take(browser, "light", phone);
  await take(browser, "dark", desktop);
} finally {
  await browser.close();
  await gatehouse.remove();
}

async function take(browser: Browser, scheme: "light" | "dark", viewport: typeof phone) {
  const context = await browser.newContext({ colorScheme: scheme, viewport, baseURL: gatehouse.origin });
  const page = await context.newPage();
  const shot = (name: string) => page.screenshot({ path: join(import.meta.dir, "pictures", `${name}-${scheme}.png`) });

  await page.goto("/sign-in");
  await shot("sign-in");
  await fill(page, { email: "not-an-address", password: "" });
  await page.getByText("Two fields").waitFor();
  await shot("sign-in-problems");
  await page.goto("/sign-up");
  await fill(page, person);
  await shot("sign-up");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Now sign in.").waitFor();
  await shot("signed-up");
  await fill(page, { email: person.email, password: "not the password" });
  await page.getByText("do not match").waitFor();
  await shot("sign-in-wrong");
  await fill(page, { email: person.email, password: person.password });
  await page.waitForURL("**/account");
  await shot("account");
  await page.getByLabel("Name").fill("Ada King");
  await page.getByRole("button", { name: "Save name" }).click();
  await page.getByText("Your name is saved.").waitFor();
  await shot("account-saved");
  await page.goto("/sign-out");
  await shot("sign-out");
  await page.goto("/nowhere");
  await shot("not-found");
  await context.close();
}

/** Types into the fields with these names; on the sign-in page, sends the form. */
async function fill(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
  if (page.url().includes("/sign-in")) await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
