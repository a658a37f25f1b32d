import { afterAll, beforeAll, expect, test } from "bun:test";
import { startAdministrationHouse, type AdministrationHouse } from "../../support/administration-house";
import { look, views } from "../../support/look";

/** How the pages of the administration look. */

let house: AdministrationHouse;
beforeAll(async () => {
  house = await startAdministrationHouse();
});
afterAll(() => house.close());

for (const { name, colorScheme, viewport } of views)
  test(`every page of the administration is without violations, and fits the screen: ${name}`, async () => {
    const { id } = await house.newMember();
    const [context, page] = await house.signedIn({
      colorScheme,
      viewport,
      locale: name.startsWith("dark") ? "de" : "en",
    });
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

test.each(["en", "de"])("the button of a search stands beside its last field, at any width: %s", async (locale) => {
  const [context, page] = await house.signedIn({ locale });
  const bottomOf = (selector: string) =>
    page
      .locator(selector)
      .last()
      .evaluate((element) => element.getBoundingClientRect().bottom);
  for (const path of ["/admin/people", "/admin/events"]) {
    await page.goto(path);
    for (let width = 500; width <= 1300; width += 50) {
      await page.setViewportSize({ width, height: 800 });
      const apart = (await bottomOf(".filters button")) - (await bottomOf(".filters :is(input, select)"));
      expect([path, width, Math.abs(apart) < 2]).toEqual([path, width, true]); // pixels
    }
  }
  await context.close();
});
