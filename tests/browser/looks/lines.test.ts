import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Locator, Page } from "playwright-core";
import { startAdministrationHouse } from "../../support/administration-house";
import { authenticatorOf } from "../../support/authenticator-app";
import { sharedChromium } from "../../support/chromium";
import { newPerson } from "../../support/harness";
import { phone } from "../../support/look";
import { startProgram, type Program } from "../../support/program";

/** Where lines end, and what stands apart: on a phone, with large text, in the colors of a system. */

let gatehouse: Program;
let browser: Browser;
beforeAll(async () => {
  gatehouse = await startProgram({
    GATEHOUSE_HOME_URL: "https://docs.example.com",
    GATEHOUSE_HOME_NAME: "Docs",
    GATEHOUSE_LINKS: "Terms=https://example.com/terms",
  });
  browser = await sharedChromium();
});
afterAll(() => gatehouse.remove());

const email = "maximiliane.mustermann@verwaltung.example.org";

/** A new person's browser; the page before it is the one that asks for the code. */
async function join(viewport: { width: number; height: number }): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: gatehouse.origin, viewport })).newPage();
  const person = { ...newPerson(), email: `${crypto.randomUUID().slice(0, 4)}.${email}` };
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.locator("[name=code]").waitFor();
  expect(await oddLines(page.locator(".lead bdi"))).toEqual([]);
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(person.email);
  await page.locator("[name=password]").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/account**");
  return page;
}

/** The lines of a text as they are shown, but for the first, which begin with the rest of a word. */
const oddLines = (text: Locator): Promise<string[]> =>
  text.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const lines: string[] = [];
    let top = -Infinity;
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (let at = 0; at < (node.textContent ?? "").length; at++) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = [...range.getClientRects()].at(-1); // the first may be a hyphen in the line before
        if (box && box.top > top + box.height / 2 && box.width > 0) lines.push("");
        if (box && box.width > 0) top = box.top; // a space at the end of a line has no width
        lines.push(`${lines.pop() ?? ""}${range}`);
      }
    const isOdd = (line: string, before = "") => /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(line);
    return lines.filter((line, at) => isOdd(line, lines[at - 1]));
  });

/** How far the second is below the first. */
async function gap(above: Locator, below: Locator): Promise<number> {
  const [first, second] = await Promise.all([above.boundingBox(), below.boundingBox()]);
  return (second?.y ?? -Infinity) - (first?.y ?? 0) - (first?.height ?? 0);
}

test("a long address goes on in the next line with its @ or a dot, not with the rest of a word", async () => {
  const page = await join(phone);
  const shown = { "": ".lead bdi", "/email": ".entry-title > span", "/profile": "dd bdi", "/delete?step=sure": "bdi" };
  for (const [path, text] of Object.entries(shown)) {
    await page.goto(`/account${path}`);
    expect(await page.locator(text).first().textContent()).toContain(email);
    expect([path, await oddLines(page.locator(text).first())]).toEqual([path, []]);
  }
  await page.goto("/account");
  const hit = await page.locator(".bar img").evaluate((mark) => {
    const { x, y } = mark.getBoundingClientRect();
    return document.elementFromPoint(x - 7, y - 7)?.closest("a")?.className; // the mark is 28 pixels wide
  });
  expect(hit).toBe("brand");
  await page.evaluate(() => void (document.documentElement.style.fontSize = "32px"));
  expect(await oddLines(page.locator(".bar .button > span"))).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
  await page.context().close();
});

test("with text twice as large no title, button or brand breaks within a word, and a code is seen whole", async () => {
  const page = await join(phone);
  const see = async (path: string) => {
    await page.evaluate(() => void (document.documentElement.style.fontSize = "32px"));
    for (const text of await page.locator(".brand span, h1, form button, .button, footer a").all())
      expect([path, await text.innerText(), await oddLines(text)]).toEqual([path, await text.innerText(), []]);
  };
  const inside = ["/profile", "/password", "/export", "/delete?step=sure", "/security/passkeys"];
  for (const path of [...inside.map((section) => `/account${section}`), "/sign-out", "/forgot-password"]) {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=de`);
    await see(path);
  }
  await page.goto("/account/security/second-factor");
  await page.getByRole("button", { name: "Einrichten" }).click();
  await page.locator("[name=code]").fill("000000");
  await page.locator("[name=code][aria-invalid]").waitFor();
  await see("second factor");
  const isWhole = await page.locator("[name=code]").evaluate((input) => input.scrollWidth <= input.clientWidth);
  expect(isWhole).toBe(true);
  const secret = await page.locator(".secret").innerText();
  await page.locator("[name=code]").fill(authenticatorOf(secret.replace(/\s/g, "")).code());
  await page.locator(".recovery-codes").waitFor();
  await see("recovery codes");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
  for (const code of await page.locator(".recovery-codes code").all())
    expect(await code.evaluate((element) => element.getClientRects().length)).toBe(1); // one line
  await page.context().clearCookies();
  for (const path of ["/sign-in", "/sign-up", "/nowhere"]) {
    await page.goto(`${path}?lang=de`);
    await see(path);
  }
  await page.context().close();
});

test("a short address in a sentence is not broken where the next line has room for it", async () => {
  const page = await (await browser.newContext({ baseURL: gatehouse.origin, viewport: phone })).newPage();
  await page.goto("/sign-up");
  const { name, password } = newPerson();
  for (const [field, value] of Object.entries({ name, email: "ada.l@example.org", password }))
    await page.locator(`[name=${field}]`).fill(value);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.locator("[name=code]").waitFor();
  expect((await page.locator(".lead b").boundingBox())?.height).toBeLessThan(30); // one line
  await page.context().close();
});

test("a finger hits lists, sections and the footer, of 44 pixels, and a row of a person anywhere", async () => {
  const house = await startAdministrationHouse();
  await house.newMember();
  const [context, page] = await house.signedIn({ viewport: phone, hasTouch: true, isMobile: true });
  await page.goto("/account");
  for (const target of await page.locator("main .entries .button, nav a, #sign-out button").all())
    expect([await target.innerText(), (await target.boundingBox())?.height]).toEqual([await target.innerText(), 44]);
  for (const link of await page.locator("footer a").all())
    expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await page.goto("/admin/people");
  const row = await page.locator(".people li").first().boundingBox();
  await page.touchscreen.tap((row?.x ?? 0) + (row?.width ?? 0) - 20, (row?.y ?? 0) + (row?.height ?? 0) - 8);
  await page.waitForURL("**/admin/people/*");
  await context.close();
  await house.close();
});

test("how hard a password is to guess is drawn in the colors of a system too", async () => {
  const page = await (await browser.newContext({ baseURL: gatehouse.origin, forcedColors: "active" })).newPage();
  await page.goto("/sign-up");
  await page.locator("[name=password]").pressSequentially("Passwort2026!");
  const bar = page.locator("[data-strength=weak]");
  await bar.waitFor();
  expect(await bar.evaluate((note) => getComputedStyle(note, "::before").backgroundImage)).toContain("gradient");
  await page.context().close();
});

test("what is said stands apart from the list, the picture or the button that follows it", async () => {
  const page = await join(phone);
  await page.goto("/account/security/second-factor");
  expect(await gap(page.locator(".card > p"), page.getByRole("button", { name: "Set up" }))).toBeGreaterThan(11);
  await page.goto("/account/delete");
  expect(await gap(page.locator(".card > p"), page.locator(".points"))).toBeGreaterThan(5);
  await page.goto("/account/profile");
  expect(await gap(page.getByRole("heading", { name: "Picture" }), page.locator(".card .avatar"))).toBeGreaterThan(11);
  expect((await page.locator("#picture").boundingBox())?.width).toBeGreaterThan(240); // the chosen file's name is read
  await page.context().close();
});

test("the buttons of a row stand at one height, and on a phone all cards begin at one edge", async () => {
  const page = await join({ width: 1280, height: 800 });
  await page.goto("/account/email");
  await page.locator("#email-form [name=email]").fill(`new.${crypto.randomUUID()}@example.org`);
  await page.getByRole("button", { name: "Change email address" }).click();
  const buttons = page.locator(".acts button");
  await buttons.nth(1).waitFor();
  const topOf = async (at: number) => (await buttons.nth(at).boundingBox())?.y;
  expect(await topOf(1)).toBe(await topOf(0));
  await page.setViewportSize(phone);
  const edges = [page.locator(".entries .tile").first(), page.locator("#email-form label").first()];
  const [row = {}, form = {}] = await Promise.all(edges.map(async (edge) => ({ x: (await edge.boundingBox())?.x })));
  expect(form).toEqual(row);
  await page.context().close();
});

test("the mails of local mode stand below the brand's name, and their texts begin where their titles do", async () => {
  const page = await join(phone);
  await page.goto("/dev/mail");
  const [mark, name] = [page.locator(".brand img"), page.locator(".brand span")];
  const [pictured, named] = await Promise.all([mark.boundingBox(), name.boundingBox()]);
  expect(named?.x).toBeGreaterThan((pictured?.x ?? Infinity) + (pictured?.width ?? 0));
  const left = (within: Locator) =>
    within.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect().left;
    });
  const [title, summary] = [page.locator(".mail h2 a").first(), page.locator(".mail summary").first()];
  expect((await left(summary)) - (await left(title))).toBeLessThan(30); // its triangle
  await page.context().close();
});

test("the administration fits a phone, with text twice as large too, and breaks no word in its table", async () => {
  const house = await startAdministrationHouse();
  const [context, page] = await house.signedIn({ viewport: phone, locale: "de" });
  await page.goto("/admin");
  await page.locator(".numbers summary").click();
  const titles = page.locator(".numbers th");
  expect(await titles.count()).toBeGreaterThan(10);
  for (const title of await titles.all()) expect(await oddLines(title)).toEqual([]);
  await page.goto("/admin/invitations");
  await page.locator("[name=email]").fill("eingeladen@example.org");
  await page.locator("[name=reason]").fill("neu");
  await page.getByRole("button", { name: "Einladung schicken" }).click();
  const row = page.locator(".entries li");
  expect(await gap(row.locator(".entry-title"), row.locator(".button"))).toBeGreaterThan(0); // has the line alone
  for (const path of ["/admin", "/admin/people", "/admin/events"]) {
    await page.goto(path);
    await page.evaluate(() => void (document.documentElement.style.fontSize = "32px"));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect([path, width]).toEqual([path, phone.width]);
    for (const title of await page.locator(".brand span, h2, .badge").all()) expect(await oddLines(title)).toEqual([]);
  }
  await context.close();
  await house.close();
});
