import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { sharedChromium } from "./chromium";
import { giveRole } from "./golden";
import { startGatehouse, type Gatehouse, type Visitor } from "./harness";
import { freePort } from "./program";

/** A Gatehouse with an administration, in this process and on a port, and an administrator of it. */
export interface AdministrationHouse {
  gatehouse: Gatehouse;
  /** A browser in which the administrator is signed in, or somebody else. */
  signedIn(options?: BrowserContextOptions, as?: Visitor): Promise<[BrowserContext, Page]>;
  /** Somebody without a role. */
  newMember(): Promise<{ id: string; email: string }>;
  close(): Promise<void>;
}

export async function startAdministrationHouse(more: Record<string, string> = {}): Promise<AdministrationHouse> {
  const port = freePort();
  const settings = { BETTER_AUTH_URL: `http://localhost:${port}`, PORT: String(port), ...more };
  const gatehouse = await startGatehouse(settings, undefined, [twoFactor, administration]);
  const server = Bun.serve({
    port,
    hostname: "localhost",
    fetch: (request, socket) => gatehouse.edge(request, socket.requestIP(request)?.address ?? ""),
  });
  const browser = await sharedChromium();
  const admin = gatehouse.visitor();
  const { email } = await admin.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
  await giveRole(gatehouse, email);
  return {
    gatehouse,
    signedIn: (options = {}, as = admin) => signedIn(browser, { baseURL: gatehouse.origin, ...options }, as),
    async newMember() {
      const { email } = await gatehouse.visitor().join();
      const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
      return { email, id: row?.id ?? "" };
    },
    async close() {
      await server.stop(true);
      await gatehouse.close();
    },
  };
}

async function signedIn(
  browser: Browser,
  options: BrowserContextOptions,
  as: Visitor,
): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext(options);
  await context.addCookies([...as.cookies].map(([name, value]) => ({ name, value, url: as.origin })));
  return [context, await context.newPage()];
}
