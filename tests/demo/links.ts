import { expect } from "bun:test";
import { menuOf, signInLink } from "./journey";
import { idle, signIn, type Scenes, type World } from "./world";

const signInAt = ({ gatehouse, docs }: World, place: string) =>
  `${gatehouse.origin}/sign-in?return_to=${encodeURIComponent(docs + place)}`;

/** The link "Sign in", for an address of any shape, in another tab, and for who reads without scripts. */
export const links: Scenes = {
  "brings its reader back to an address with a query, an umlaut and a backslash": async (world) => {
    const { page, person, context, close } = await world.member();
    await context.clearCookies();
    await page.goto("/docs/settings?x=1&y=ü&z=C:\\docs#examples");
    await signInLink(page).click();
    await signIn(page, person);
    await menuOf(page, person.name).waitFor();
    expect(page.url()).toBe(`${world.docs}/docs/settings?x=1&y=%C3%BC&z=C:%5Cdocs#examples`);
    await close();
  },

  "that is opened in another tab knows the way back from where its reader is by now": async (world) => {
    const { page, context, close } = await world.open();
    await page.goto("/docs/settings?x=1");
    await signInLink(page).focus();
    await page.evaluate(() => history.replaceState(null, "", "#examples"));
    const [tab] = await Promise.all([context.waitForEvent("page"), signInLink(page).click({ button: "middle" })]);
    await tab.waitForURL(signInAt(world, "/docs/settings?x=1#examples"));
    expect(page.url()).toBe(`${world.docs}/docs/settings?x=1#examples`);
    await close();
  },

  "is there without scripts, in the very place, and leads back to the page": async (world) => {
    const [plain, usual] = await Promise.all([world.open({ javaScriptEnabled: false }), world.open()]);
    for (const { page } of [plain, usual]) await page.goto("/docs/settings");
    expect(await signInLink(plain.page).boundingBox()).toEqual(await signInLink(usual.page).boundingBox());
    expect(await signInLink(plain.page).getAttribute("href")).toBe(signInAt(world, "/docs/settings"));
    expect(usual.complaints).toEqual([]);
    await plain.page.setViewportSize({ width: 320, height: 640 });
    expect(await signInLink(plain.page).isVisible()).toBe(true);
    await Promise.all([plain.close(), usual.close()]);
  },

  "without scripts can stand in a page's text too, and nobody with scripts sees it": async (world) => {
    const [plain, usual] = await Promise.all([world.open({ javaScriptEnabled: false }), world.open()]);
    const link = ({ page }: typeof plain) => page.locator("main").getByRole("link", { name: "Sign in", exact: true });
    for (const { page } of [plain, usual]) await page.goto("/");
    expect(await link(plain).getAttribute("href")).toBe(signInAt(world, "/"));
    await link(usual).waitFor(); // what a stranger with scripts is shown
    expect(await link(usual).count()).toBe(1);
    await Promise.all([plain.close(), usual.close()]);
  },

  "that signs out takes a double click, in a browser of 2021 too, and loads no page": async (world) => {
    const { page, person, context, complaints, close } = await world.member();
    await page.goto("/docs/log");
    await menuOf(page, person.name).click();
    await page.evaluate(() => Reflect.deleteProperty(AbortSignal, "timeout"));
    await context.route(`${world.gatehouse.origin}/api/session`, async (route) => {
      await Bun.sleep(300); // milliseconds, in which the second click is heard
      await route.continue();
    });
    const loads: string[] = [];
    page.on("framenavigated", (frame) => loads.push(frame.url()));
    await page.getByRole("link", { name: "Sign out" }).dblclick();
    await signInLink(page).waitFor();
    await idle(page);
    expect(loads).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },

  "whose words do not fit shows them whole to who points at it, and only then": async (world) => {
    const { page, close } = await world.open();
    await page.goto("/docs/settings");
    const title = async () => {
      await signInLink(page).hover();
      return signInLink(page).getAttribute("title");
    };
    expect(await title()).toBeFalsy();
    await page.addStyleTag({ content: ":root { --gatehouse-navbar-width: 3rem }" });
    await page.mouse.move(0, 0);
    expect(await title()).toBe("Sign in");
    await close();
  },
};
