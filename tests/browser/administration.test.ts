import { afterAll, beforeAll, expect, test } from "bun:test";
import { startAdministrationHouse, type AdministrationHouse } from "../support/administration-house";
import { giveRole } from "../support/golden";

/** The administration in a real browser, with scripts and without. */

let house: AdministrationHouse;
beforeAll(async () => {
  house = await startAdministrationHouse();
});
afterAll(() => house.close());

test("what was searched for is found again on the way back from somebody who was found", async () => {
  const { email } = await house.newMember();
  const [context, page] = await house.signedIn();
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

test.each([true, false])("somebody is found, and suspended with a reason; scripts: %p", async (javaScriptEnabled) => {
  const { id, email } = await house.newMember();
  const [context, page] = await house.signedIn({ javaScriptEnabled });
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
  expect(await house.gatehouse.rows("select 1 from gatehouse.suspension where user_id = $1", [id])).toHaveLength(1);
  await context.close();
});

test("the field that is wrong has the focus, whichever it is", async () => {
  const { id } = await house.newMember();
  const [context, page] = await house.signedIn();
  await page.goto(`/admin/people/${id}/suspend`);
  await page.getByLabel("Reason").fill("spam");
  await page.locator("[name=until]").fill("2020-01-01");
  await page.getByRole("button", { name: "Suspend" }).click();
  await page.locator("[name=until][aria-invalid]:focus").waitFor();
  await page.goto("/admin/invitations");
  await page.getByRole("button", { name: "Send invitation" }).click();
  await page.locator("[name=email][aria-invalid]:focus").waitFor();
  await page.getByText("Say why, in a few words.").waitFor();
  await page.locator("[name=email]").fill("somebody@example.org");
  await page.getByRole("button", { name: "Send invitation" }).click();
  await page.locator("[name=reason][aria-invalid]:focus").waitFor();
  await context.close();
});

test.each([true, false])("a second factor is taken off, with a reason; scripts: %p", async (javaScriptEnabled) => {
  const { id } = await house.newMember();
  await house.gatehouse.rows(
    "insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')",
    [id],
  );
  const [context, page] = await house.signedIn({ javaScriptEnabled });
  await page.goto(`/admin/people/${id}`);
  await page.getByRole("link", { name: "Turn two-step sign-in off" }).click();
  await page.getByLabel("Reason").fill("lost the phone");
  await page.getByRole("button", { name: "Turn two-step sign-in off" }).click();
  await page.getByText("Two-step sign-in is off.").waitFor();
  expect(await page.getByRole("link", { name: "Turn two-step sign-in off" }).count()).toBe(0);
  expect(await house.gatehouse.rows("select 1 from gatehouse.authenticator_app where user_id = $1", [id])).toEqual([]);
  await context.close();
});

test.each([true, false])("somebody's data is downloaded after a proof; scripts: %p", async (javaScriptEnabled) => {
  const { id, email } = await house.newMember();
  const own = house.gatehouse.visitor();
  const person = await own.join();
  await giveRole(house.gatehouse, person.email);
  const grow = `update session set created_at = now() - interval '1 hour'
    where user_id = (select id from "user" where email = $1)`;
  await house.gatehouse.rows(grow, [person.email]);
  const [context, page] = await house.signedIn({ javaScriptEnabled }, own);
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
