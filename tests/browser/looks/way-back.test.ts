import { expect, test } from "bun:test";
import { startAdministrationHouse } from "../../support/administration-house";
import { phone } from "../../support/look";

/** The way back to the product, which an operator names as they like, or leaves to be called by its host. */

const longBrand = "Verwaltungsportal der Stadt Musterhausen am See";

test("the way back to a host with a long name fits a phone, with text twice as large too", async () => {
  const host = { GATEHOUSE_HOME_URL: "https://handbuch.verwaltung.example.org" };
  const named = { ...host, GATEHOUSE_HOME_NAME: "Donaudampfschifffahrtsgesellschaften" };
  const each: Record<string, string>[] = [named, host, { ...host, BRAND_NAME: longBrand }];
  for (const settings of each) {
    const house = await startAdministrationHouse(settings);
    const [context, page] = await house.signedIn({ viewport: phone, locale: "de" });
    for (const size of ["16px", "32px"]) {
      await page.goto("/account");
      await page.evaluate((size) => void (document.documentElement.style.fontSize = size), size);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([settings, size, width]).toEqual([settings, size, phone.width]);
    }
    const { BRAND_NAME: name = "Gatehouse" } = settings; // which a phone shows as its mark alone
    expect(await page.getByRole("link", { name, exact: true }).count()).toBe(1);
    await context.close();
    await house.close();
  }
});
