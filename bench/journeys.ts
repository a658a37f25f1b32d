import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { launchChromium } from "../tests/support/chromium";
import { codeIn, linkIn, mailTo } from "../tests/support/mails";
import { startDemo } from "../tests/demo/start-demo";
import { table } from "./page";

/**
 * `bun bench/journeys.ts`: what people do between a docs site and its login, in a Chromium, counted: pages of the
 * login, clicks or taps, and fields that are filled in. Ends with 1 when a journey takes more than its bar.
 */

interface Counts {
  pages: number;
  clicks: number;
  entries: number;
}

/** A reader, whose steps are counted. */
interface Reader extends Counts {
  page: Page;
  click(what: Locator): Promise<void>;
  fill(label: string, value: string): Promise<void>;
}

const place = "/docs/session-api#from-a-shell";
const password = "a long phrase, nobody else's";
let people = 0;
const newPerson = () => ({ name: "Grace Hopper", email: `grace.${++people}@example.org` });

const demo = await startDemo();
const browser = await launchChromium();
try {
  const bars: Record<string, { bar: Partial<Counts>; seen: Counts }> = {
    "sign up from the docs, by code": { bar: { pages: 3, entries: 4 }, seen: await signUpByCode() },
    "sign up from the docs, by link": { bar: {}, seen: await signUpByLink() },
    "forgotten password": { bar: { pages: 4 }, seen: await forgottenPassword() },
    "sign in from the docs, on a phone": { bar: { clicks: 2 }, seen: await signInOnAPhone() },
    "sign out from the docs": { bar: { clicks: 2, pages: 0 }, seen: await signOut() },
  };
  const rows = Object.entries(bars).map(
    ([
      what,
      {
        bar,
        seen: { pages, clicks, entries },
      },
    ]) => {
      if (Object.entries(bar).some(([name, most]) => ({ pages, clicks, entries })[name as keyof Counts] > most))
        process.exitCode = 1;
      const bound = Object.entries(bar).map(([name, most]) => `${most} ${name}`);
      return [what, `${pages}`, `${clicks}`, `${entries}`, bound.join(", ") || "back at the very heading"];
    },
  );
  console.log(table(["journey", "pages of the login", "clicks", "entries", "bar"], rows));
} finally {
  await browser.close();
  await demo.remove();
}

/** Opens the docs as a stranger. */
async function read(options: BrowserContextOptions = {}): Promise<Reader> {
  const context = await browser.newContext({ baseURL: demo.docs, ...options });
  const page = await context.newPage();
  const reader: Reader = {
    ...{ page, pages: 0, clicks: 0, entries: 0 },
    async click(what) {
      reader.clicks += 1;
      await what.click();
    },
    async fill(label, value) {
      reader.entries += 1;
      await page.getByLabel(label, { exact: true }).fill(value);
    },
  };
  page.on("domcontentloaded", () => void (page.url().startsWith(demo.login) && (reader.pages += 1)));
  await page.goto(place);
  return reader;
}

function link({ page }: Reader, name: string) {
  return page.getByRole("link", { name, exact: true }).first();
}
function button({ page }: Reader, name: string) {
  return page.getByRole("button", { name, exact: true }).first();
}

/** Back at the very heading, signed in. */
async function isBack(reader: Reader, name: string) {
  await reader.page.waitForURL(demo.docs + place);
  await reader.page.getByRole("button", { name }).waitFor();
  return reader;
}

async function startSignUp() {
  const [reader, person] = [await read(), newPerson()];
  await reader.click(link(reader, "Sign in"));
  await reader.click(link(reader, "Create an account"));
  await reader.fill("Name", person.name);
  await reader.fill("Email", person.email);
  await reader.fill("Password", password);
  await reader.click(button(reader, "Create account"));
  await reader.page.locator("[name=code]").waitFor();
  return { reader, person };
}

async function signUpByCode(): Promise<Counts> {
  const { reader, person } = await startSignUp();
  await reader.fill("Code", codeIn(await mailTo(demo.login, person.email)));
  return isBack(reader, person.name);
}

async function signUpByLink(): Promise<Counts> {
  const { reader, person } = await startSignUp();
  await reader.page.goto(demo.login + linkIn(await mailTo(demo.login, person.email), "/verify-email"));
  await reader.click(button(reader, "Confirm email address"));
  await reader.fill("Password", password);
  await reader.click(button(reader, "Sign in"));
  return isBack(reader, person.name);
}

async function forgottenPassword(): Promise<Counts> {
  const { reader: before, person } = await startSignUp();
  // Confirmed, or the new password would take the name away, as a stranger's.
  await before.fill("Code", codeIn(await mailTo(demo.login, person.email)));
  await isBack(before, person.name);
  await before.page.context().close();
  const reader = await read();
  await reader.click(link(reader, "Sign in"));
  await reader.fill("Email", person.email);
  await reader.click(link(reader, "Forgot your password?"));
  if ((await reader.page.getByLabel("Email").inputValue()) === "") await reader.fill("Email", person.email);
  await untilMailMayBeSent();
  await reader.click(button(reader, "Send link"));
  await reader.page.waitForURL("**notice=reset_asked**");
  const mail = await mailTo(demo.login, person.email, "new password");
  await reader.page.goto(demo.login + linkIn(mail, "/reset-password"));
  await reader.fill("New password", `${password} again`);
  await reader.click(button(reader, "Save password"));
  return isBack(reader, person.name);
}

async function signInOnAPhone(): Promise<Counts> {
  const reader = await read({ viewport: { width: 390, height: 780 } });
  await reader.click(link(reader, "Sign in"));
  await reader.fill("Email", "ada@example.org");
  await reader.fill("Password", "correct horse battery");
  await reader.click(button(reader, "Sign in"));
  return isBack(reader, "Ada Lovelace");
}

async function signOut(): Promise<Counts> {
  const reader = await read();
  await link(reader, "Sign in").click();
  await reader.page.getByLabel("Email").fill("ada@example.org");
  await reader.page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await button(reader, "Sign in").click();
  await isBack(reader, "Ada Lovelace");
  Object.assign(reader, { pages: 0, clicks: 0, entries: 0 });
  await reader.click(reader.page.getByRole("button", { name: "Ada Lovelace" }));
  await reader.click(link(reader, "Sign out"));
  await link(reader, "Sign in").waitFor();
  return reader;
}

/** An address gets one mail in thirty seconds. */
function untilMailMayBeSent() {
  return Bun.sleep(31_000);
}
