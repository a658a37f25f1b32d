import type { BrowserContext, BrowserContextOptions, Page, Request } from "playwright-core";
import { serveFolder } from "../../examples/demo/static";
import { launchChromium } from "../browser/chromium";
import { codeIn, mailTo } from "../browser/inbox";
import { newPerson, type Person } from "../harness";
import { freePort, newFolder, startProgram, type Program } from "../program";
import { freshSite, type Site } from "./site";

/** The docs site, the login and a browser; and the same site once more at an origin nobody trusts. */
export interface World {
  gatehouse: Program;
  docs: string;
  stranger: string;
  site: Site;
  open(options?: BrowserContextOptions): Promise<Opened>;
  /** Somebody who signed in a moment ago. */
  member(options?: BrowserContextOptions): Promise<Opened & { person: Person }>;
  stopLogin(): Promise<void>;
  startLogin(): Promise<void>;
  /** Stops the login, and has each request to its address answered like this until the end of the work. */
  inItsPlace(answer: { status: number; body: string }, work: () => Promise<void>): Promise<void>;
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

export async function startWorld(settings: Record<string, string> = {}): Promise<World> {
  const ports = { login: freePort(), docs: freePort(), stranger: freePort() };
  const docs = `http://localhost:${ports.docs}`;
  const dataDirectory = newFolder();
  const login = () => startProgram({ PORT: String(ports.login), TRUSTED_ORIGINS: docs, TRUSTED_PROXIES: "127.0.0.1, ::1", ...settings }, dataDirectory);
  const site = await freshSite();
  const [gatehouse, folder, browser] = await Promise.all([login(), site.build({ GATEHOUSE_URL: `http://localhost:${ports.login}`, DOCS_URL: docs }), launchChromium()]);
  const servers = [serveFolder(folder, ports.docs), serveFolder(folder, ports.stranger)];
  let running = gatehouse;
  let visitors = 0;
  const open = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ baseURL: docs, ...options });
    return { page: await context.newPage(), context, ...listen(context), close: () => context.close() };
  };
  return {
    gatehouse,
    docs,
    stranger: `http://localhost:${ports.stranger}`,
    site,
    open,
    async member(options) {
      const person = newPerson();
      const headers = { origin: gatehouse.origin, "x-forwarded-for": `203.0.113.${++visitors}` }; // limits count by address
      const post = (path: string) => fetch(gatehouse.origin + path, { method: "POST", body: new URLSearchParams({ ...person }), redirect: "manual", headers });
      await post("/sign-up");
      const cookies = (await post("/sign-in")).headers.getSetCookie().map((line) => /^([^=]+)=([^;]+)/.exec(line) ?? []);
      const opened = await open(options);
      await opened.context.addCookies(cookies.flatMap(([, name, value]) => (name && value ? [{ name, value, url: gatehouse.origin }] : [])));
      return { person, ...opened };
    },
    async stopLogin() {
      await running.stop();
    },
    async startLogin() {
      running = await login();
    },
    async inItsPlace({ status, body }, work) {
      await running.stop();
      const headers = { "access-control-allow-origin": docs, "access-control-allow-credentials": "true" };
      const other = Bun.serve({ port: ports.login, hostname: "localhost", fetch: () => new Response(body, { status, headers }) });
      await work().finally(async () => {
        await other.stop(true);
        running = await login();
      });
    },
    async close() {
      await browser.close();
      await running.remove();
      for (const server of servers) await server.stop(true);
      site.remove();
    },
  };
}

function listen(context: BrowserContext) {
  const complaints: string[] = [];
  const questions: string[] = [];
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !/status of 401|ERR_CONNECTION_REFUSED/.test(message.text())) complaints.push(message.text());
  });
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/session") questions.push(request.url());
  });
  return { complaints, questions };
}

/** Once everything that fades or slides in has arrived. */
export const atRest = (page: Page) => page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => undefined));

/** Once the page has nothing left to do: it has drawn what it was told, and is idle. */
export const idle = (page: Page) => page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done())))));

/** Goes somewhere, and waits until the page has heard who is signed in, or that it cannot be known, and is idle. */
export async function gotoUntilAnswered(page: Page, address: string) {
  const isQuestion = (request: Request) => new URL(request.url()).pathname === "/api/session";
  const answered = Promise.race([page.waitForEvent("requestfinished", isQuestion), page.waitForEvent("requestfailed", isQuestion)]);
  await page.goto(address);
  await answered;
  await idle(page);
}

export const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** From the sign-in page through sign-up and the mail's six digits, to the sign-in page again. */
export async function signUp(page: Page, origin: string, { name, email, password }: Person) {
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Create account");
  await page.getByText("Six digits.").waitFor();
  await page.locator("[name=code]").fill(codeIn(await mailTo(origin, email)));
  await press(page, "Confirm address");
  await page.getByText("Your address is confirmed.").waitFor();
}

export async function signIn(page: Page, { email, password }: Person) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Sign in");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
