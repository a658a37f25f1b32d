import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { startAdministrationHouse, type AdministrationHouse } from "../support/administration-house";

/** What becomes of a form whose answer is that of a proxy, or that something failed. */

let house: AdministrationHouse;
beforeAll(async () => {
  house = await startAdministrationHouse();
});
afterAll(() => house.close());

const typed = "A name that took long";
const save = (page: Page) => page.getByRole("button", { name: "Save name", exact: true }).click();

/** What there is of the form with the name once something was said in it. */
async function formIn(page: Page) {
  await page.locator("form .alert").waitFor();
  return { name: await page.locator("#name").inputValue(), title: await page.title() };
}
const kept = { name: typed, title: expect.stringMatching(/^Error: /) };

test.each([{ status: 413 }, { status: 502, headers: { "x-request-id": "given by the proxy" } }, { status: 504 }])(
  "a proxy's own page, with status $status, does not take the place of a form",
  async (answer) => {
    const [context, page] = await house.signedIn();
    await page.goto("/account/profile");
    await page.locator("#name").fill(typed);
    const body = "<!doctype html><title>Oh no</title><h1>Bad Gateway</h1>";
    await page.route("**/account/profile", (route) => route.fulfill({ ...answer, contentType: "text/html", body }));
    await save(page);
    await page.getByText("We can’t reach the server.").waitFor();
    expect(await formIn(page)).toEqual(kept);
    await page.unroute("**/account/profile");
    await save(page);
    await page.getByText("Saved.").waitFor();
    expect([await page.locator(".alert").count(), await page.title()]).toEqual([0, "Profile · Gatehouse"]);
    await context.close();
  },
);

test("what was typed stays where the server fails, and the form says so once, with the number to quote", async () => {
  const [context, page] = await house.signedIn();
  const { rows } = house.gatehouse;
  await page.goto("/account/profile");
  await page.locator("#name").fill(typed);
  await rows(`alter table "user" rename column name to gone`);
  for (let time = 0; time < 2; time++) {
    const answered = page.waitForResponse("**/account/profile");
    await save(page);
    const reference = (await answered).headers()["x-request-id"]?.slice(0, 8) ?? "none";
    await page.locator("form .alert", { hasText: reference }).waitFor();
    expect(await page.locator(".alert").innerText()).toStartWith("Something went wrong on our side.");
    expect(await formIn(page)).toEqual(kept);
  }
  await rows(`alter table "user" rename column gone to name`);
  await save(page);
  await page.getByText("Saved.").waitFor();
  await context.close();
});

test("a search whose answer failed keeps what was found, and says so until the next that did not", async () => {
  const [context, page] = await house.signedIn();
  await page.goto("/admin/people");
  const answer = { status: 502, contentType: "text/html", body: "" };
  await page.route("**/admin/people?**", (route) => route.fulfill(answer));
  await page.locator("main form input").first().pressSequentially("ada");
  await page.getByText("We can’t reach the server.").waitFor();
  expect(await page.locator("#found").count()).toBe(1);
  await page.unroute("**/admin/people?**");
  const answered = page.waitForResponse("**/admin/people?**");
  await page.locator("main form input").first().pressSequentially(" e");
  await answered;
  await page.locator("form .alert").waitFor({ state: "detached" });
  expect(await page.title()).toBe("People · Gatehouse");
  await context.close();
});

test("a sign-out that failed says so in the title too, though its form is not in the main part", async () => {
  const [context, page] = await house.signedIn();
  await page.goto("/account");
  await page.route("**/sign-out", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "" }));
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.locator("#sign-out .alert").waitFor();
  expect(await page.title()).toBe("Error: Your account · Gatehouse");
  await context.close();
});
