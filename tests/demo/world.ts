import { expect } from "bun:test";
import type { BrowserContext, BrowserContextOptions, Page, Request } from "playwright-core";
import { serveFolder } from "../../examples/demo/static";
import { launchChromium } from "../support/chromium";
import { codeIn, mailTo } from "../support/mails";
import { newPerson, type Person } from "../support/harness";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { freshSite, type Site } from "./site";

/**
 * The docs site, the login and a browser; the same site once more at an origin nobody trusts, and room for another
 * one.
 */
export interface World {
  gatehouse: Program;
  docs: string;
  stranger: string;
  /** A trusted origin where nothing is served yet. */
  other: string;
  site: Site;
  open(options?: BrowserContextOptions): Promise<Opened>;
  /** Somebody who signed in a moment ago. */
  member(options?: BrowserContextOptions): Promise<Opened & { person: Person }>;
  /** Signs somebody up, and in with this browser. */
  join(context: BrowserContext): Promise<Person>;
  stopLogin(): Promise<void>;
  startLogin(): Promise<void>;
  /** Until the end of the work the login takes requests, and answers none. */
  whileLoginHangs(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about, but for answers that say no and servers that are stopped. */
  complaints: string[];
  /** Each request to the session API. */
  questions: string[];
  close(): Promise<void>;
}

/** Tests that share a world, by their titles. */
export type Scenes = Record<string, (world: World) => Promise<void>>;

export async function startWorld(): Promise<World> {
  const ports = { login: freePort(), docs: freePort(), stranger: freePort(), other: freePort() };
  const at = (port: number) => `http://localhost:${port}`;
  const [docs, stranger, other] = [at(ports.docs), at(ports.stranger), at(ports.other)];
  const dataDirectory = newFolder();
  const settings = { TRUSTED_ORIGINS: `${docs},${other}`, TRUSTED_PROXIES: "127.0.0.1, ::1" };
  const login = () => startProgram({ PORT: String(ports.login), ...settings }, dataDirectory);
  const site = await freshSite();
  const built = site.build({ GATEHOUSE_URL: at(ports.login), DOCS_URL: docs });
  const [gatehouse, folder, browser] = await Promise.all([login(), built, launchChromium()]);
  const servers = [serveFolder(folder, ports.docs), serveFolder(folder, ports.stranger)];
  let running = gatehouse;
  let visitors = 0;
  const open = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ baseURL: docs, ...options });
    return { page: await context.newPage(), context, ...listen(context), close: () => context.close() };
  };
  const join = (context: BrowserContext) => joinAt(gatehouse.origin, context, `203.0.113.${++visitors}`);
  const member = async (options?: BrowserContextOptions) => {
    const opened = await open(options);
    return { person: await join(opened.context), ...opened };
  };
  const whileLoginHangs = async (work: () => Promise<void>) => {
    running.process.kill("SIGSTOP");
    await work().finally(() => running.process.kill("SIGCONT"));
  };
  return {
    ...{ gatehouse, docs, stranger, other, site },
    ...{ open, join, member, whileLoginHangs },
    stopLogin: async () => void (await running.stop()),
    startLogin: async () => void (running = await login()),
    async close() {
      await browser.close();
      await running.remove();
      for (const server of servers) await server.stop(true);
      site.remove();
    },
  };
}

/** From an address of one's own, because limits count by address. */
async function joinAt(origin: string, context: BrowserContext, address: string): Promise<Person> {
  const person = newPerson();
  const headers = { origin, "x-forwarded-for": address };
  const post = (path: string) =>
    fetch(origin + path, { method: "POST", body: new URLSearchParams({ ...person }), redirect: "manual", headers });
  await post("/sign-up");
  const cookies = (await post("/sign-in")).headers.getSetCookie().map((line) => /^([^=]+)=([^;]+)/.exec(line) ?? []);
  await context.addCookies(cookies.flatMap(([, name, value]) => (name && value ? [{ name, value, url: origin }] : [])));
  return person;
}

function listen(context: BrowserContext) {
  const complaints: string[] = [];
  const questions: string[] = [];
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !/status of 401|ERR_CONNECTION_REFUSED/.test(message.text()))
      complaints.push(message.text());
  });
  context.on("request", (request) => {
    if (isQuestion(request)) questions.push(request.url());
  });
  return { complaints, questions };
}

export const isQuestion = (request: Request) => new URL(request.url()).pathname === "/api/session";

/** The reader looks at another window, as the browser itself tells the page. Gives the way back. */
export async function lookAway(page: Page): Promise<() => Promise<void>> {
  const other = await page.context().newPage();
  // Playwright's own: every page would be looked at
  for (const each of [page, other])
    await (await page.context().newCDPSession(each)).send("Emulation.setFocusEmulationEnabled", { enabled: false });
  await other.bringToFront();
  return async () => {
    await page.bringToFront();
    await other.close();
  };
}

/** The same person signs out with the same browser, but not here. */
export async function signOutElsewhere(context: BrowserContext, origin: string) {
  const answer = await context.request.post(`${origin}/sign-out`, { form: {}, headers: { origin }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Once everything that fades or slides in has arrived. */
export const atRest = (page: Page) =>
  page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => undefined),
  );

/** Once the page has nothing left to do: it has drawn what it was told, and is idle. */
export const idle = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done()))),
      ),
  );

/** Goes somewhere, and waits until the page has heard who is signed in, or that it cannot be known, and is idle. */
export async function gotoUntilAnswered(page: Page, address: string) {
  const answered = Promise.race([
    page.waitForEvent("requestfinished", isQuestion),
    page.waitForEvent("requestfailed", isQuestion),
  ]);
  await page.goto(address);
  await answered;
  await idle(page);
}

export const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** From the sign-in page through sign-up and the mail's six digits, which sign in, to where the visitor came from. */
export async function signUp(page: Page, origin: string, { name, email, password }: Person) {
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Create account");
  await page.getByText("Six digits, valid for 10 minutes.").waitFor();
  await page.locator("[name=code]").fill(codeIn(await mailTo(origin, email)));
  await page.waitForURL((url) => url.pathname !== "/verify-email"); // the sixth digit sends the form
}

export async function signIn(page: Page, { email, password }: Person) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Sign in");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
