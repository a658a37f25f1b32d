import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Capability } from "../../src/capability";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { sharedChromium } from "./chromium";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "./harness";
import { list } from "./passkeys";
import { freePort } from "./program";
import { until } from "./until";
import { openEquipped, type Equipped } from "./virtual-authenticator";

/** A Gatehouse with passkeys, in this process and on a port, and browsers with authenticators in front of it. */
export interface PasskeyHouse {
  gatehouse: Gatehouse;
  open(options?: BrowserContextOptions): Promise<Equipped>;
  /** As if everybody had signed in an hour ago. */
  grow(): Promise<unknown>;
  close(): Promise<void>;
}

export async function startPasskeyHouse(
  others: readonly Capability[] = [],
  hostname = "localhost",
): Promise<PasskeyHouse> {
  const port = freePort();
  const settings = { BETTER_AUTH_URL: `http://${hostname}:${port}` };
  const gatehouse = await startGatehouse(settings, undefined, [...others, passkeys]);
  let requests = 0; // limits count by address
  const server = Bun.serve({
    port,
    hostname,
    fetch: (request) => gatehouse.edge(request, `198.51.100.${++requests % 250}`),
  });
  const browser: Browser = await sharedChromium();
  return {
    gatehouse,
    open: (options = {}) => openEquipped(browser, { baseURL: gatehouse.origin, ...options }),
    grow: () => gatehouse.rows("update session set created_at = now() - interval '1 hour'"),
    async close() {
      await server.stop(true);
      await gatehouse.close();
    },
  };
}

export const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Signs up, in by the password, and wants no passkey yet. */
export async function join(page: Page): Promise<Person> {
  const person = newPerson();
  await page.goto("/sign-up");
  for (const [name, value] of Object.entries(person)) await page.locator(`[name=${name}]`).fill(value);
  await press(page, "Create account");
  await page.locator("[name=code]").waitFor();
  await signIn(page, person);
  return person;
}

/** Signs in by the password; to whoever is offered a passkey, not now. */
export async function signIn(page: Page, person: Person) {
  await typePassword(page, person);
  if (page.url().includes("/offer")) await press(page, "Not now");
  await page.waitForURL("**/account");
}

/** Waits until the script of the page to sign in has told that this browser could keep a passkey. */
export async function untilEquipped(page: Page) {
  const isTold = async () => (await page.context().cookies()).some(({ value }) => value.endsWith(".local"));
  await until("the browser is known to be equipped", isTold);
}

/** Signs in by the password, and stays on the page that comes; `typed` is done before the form is sent. */
export async function typePassword(page: Page, { email, password }: Person, typed = async () => {}) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await typed();
  await press(page, "Sign in");
  await page.waitForURL("**/account**");
}

/** Signed out, goes to the page to sign in, and presses the button of the passkeys there. */
export async function pressPasskey({ page, context, pressesButton }: Equipped, path = "/sign-in") {
  await context.clearCookies();
  await pressesButton();
  await page.goto(path);
  await press(page, "Sign in with a passkey");
}

export async function addPasskey(page: Page) {
  await page.goto(list);
  await press(page, "Add a passkey");
  await page.getByText("Your passkey is ready.").waitFor();
}

/** Counts from the next page on how often password managers are told which passkeys there are. */
export async function countTold(page: Page) {
  let count = 0;
  await page.exposeFunction("countOne", () => void count++);
  await page.addInitScript("PublicKeyCredential.signalAllAcceptedCredentials = async () => countOne()");
  return () => Promise.resolve(count);
}
