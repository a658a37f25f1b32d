import type { Page } from "playwright-core";
import { launchChromium } from "../tests/support/chromium";
import { startProgram } from "../tests/support/program";
import { fill } from "./pictures/states";

/**
 * `bun scripts/transcript.ts`: what a screen reader is given by Chromium, printed: the tree of the page and what its
 * live regions say, at a wrong password, a wrong code and a saved name.
 */

const gatehouse = await startProgram();
const browser = await launchChromium();
const page = await browser.newPage({ baseURL: gatehouse.origin });
const person = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery staple" };
const press = (name: string) => page.getByRole("button", { name, exact: true }).first().click();
try {
  await page.goto("/sign-up");
  await fill(page, person);
  await press("Create account");
  await page.locator("[name=code]").waitFor();
  await page.locator("[name=code]").fill("123");
  await tell("a wrong code", () => press("Confirm email address"));
  await page.goto("/sign-in");
  await fill(page, { email: person.email, password: "not the password" });
  await tell("a wrong password", () => press("Sign in"));
  await fill(page, { password: person.password });
  await press("Sign in");
  await page.waitForURL("**/account");
  await page.goto("/account/profile");
  await fill(page, { name: "Ada King" });
  await tell("a saved name", () => press("Save name"));
} finally {
  await browser.close();
  await gatehouse.remove();
}

/** Prints what is said while something is done, and how the page reads afterwards. */
async function tell(what: string, act: () => Promise<void>) {
  await listen(page);
  await act();
  await page.waitForTimeout(1500); // regions speak after the swap
  const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said); // made by `listen`
  const focus = await page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);
  console.log(`\n## ${what}\ntitle: ${await page.title()}\nsaid: ${said.join(" | ")}\nfocus: ${focus}`);
  console.log(await page.locator("main").ariaSnapshot());
}

/** Notes each text that a live region comes to have. */
function listen(heard: Page) {
  return heard.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const text = element?.closest("[role=alert],[role=status],[aria-live]")?.textContent;
        if (text && said.at(-1) !== text) said.push(text);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
}
