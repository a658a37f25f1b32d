import type { Browser, CDPSession, Page } from "playwright-core";
import { launchChromium } from "../tests/support/chromium";
import { startProgram } from "../tests/support/program";
import { table } from "./page";

/** `bun bench/pages.ts`: what pages for anybody weigh, and how soon they are there, in a Chromium of this machine. */

/** Bytes a second, the round trip in milliseconds, and how many times slower than ours the processor is. */
const lines = {
  "no limit": undefined,
  "1.6 Mbit/s, 562 ms": { bytes: 200_000, latency: 562, slower: 4 },
  "400 kbit/s, 2 s": { bytes: 50_000, latency: 2000, slower: 4 },
};
const paths = ["/sign-in", "/sign-up", "/forgot-password", "/verify-email"];
const mostBytes = 20 * 1024;
const mostRequests = 6;
/** The latest largest paint, and the slowest answer to an input, in milliseconds. */
const latestPaint = 3000;
const slowestInput = 100;

const gatehouse = await startProgram();
const browser = await launchChromium();
try {
  const rows: string[][] = [];
  for (const path of paths)
    for (const [line, limits] of Object.entries(lines)) {
      const { requests, bytes, paint, shift } = await measure(browser, path, limits);
      if (bytes > mostBytes || requests > mostRequests || paint > latestPaint || shift > 0) process.exitCode = 1;
      rows.push([
        path,
        line,
        `${requests}`,
        `${(bytes / 1024).toFixed(2)} KiB`,
        `${(paint / 1000).toFixed(2)} s`,
        `${shift}`,
      ]);
    }
  console.log(table(["page", "connection", "requests", "over the wire", "largest paint", "layout shift"], rows));
  const slowest = await slowestInteraction(browser);
  if (slowest > slowestInput) process.exitCode = 1;
  console.log(`\nThe slowest of a press of Enter and a click at sign-in: ${slowest} ms`);
} finally {
  await browser.close();
  await gatehouse.remove();
}

async function measure(browser: Browser, path: string, limits: (typeof lines)[keyof typeof lines]) {
  const context = await browser.newContext({ baseURL: gatehouse.origin, viewport: { width: 390, height: 780 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const counted = { requests: 0, bytes: 0 };
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    counted.requests += 1;
    counted.bytes += encodedDataLength;
  });
  if (limits) await slowDown(session, limits);
  await page.goto(path, { waitUntil: "networkidle", timeout: 60_000 });
  const seen = await paintAndShift(page);
  await context.close();
  return { ...counted, ...seen };
}

/** The longest time, in milliseconds, from an input to the next paint, on a processor four times slower. */
async function slowestInteraction(browser: Browser): Promise<number> {
  const page = await browser.newPage({ baseURL: gatehouse.origin, viewport: { width: 390, height: 780 } });
  const session = await page.context().newCDPSession(page);
  await page.addInitScript(() => {
    const seen = Object.assign(globalThis, { slowest: 0 });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.slowest = Math.max(seen.slowest, duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  await page.goto("/sign-in");
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.locator("[name=email]").press("Enter");
  await page.locator("[aria-invalid]").first().waitFor();
  await page.locator("[name=email]").pressSequentially("ada@example.org");
  await page.locator("[name=password]").pressSequentially("not the password");
  await page.locator("#sign-in [type=submit]").click();
  await page.getByRole("alert").first().waitFor();
  await page.waitForTimeout(300);
  const slowest = await page.evaluate(() => (globalThis as unknown as { slowest: number }).slowest); // made above
  await page.close();
  return slowest;
}

async function slowDown(
  session: CDPSession,
  { bytes, latency, slower }: { bytes: number; latency: number; slower: number },
) {
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
}

/** When the largest thing was painted, in milliseconds, and how far things have moved by themselves. */
function paintAndShift(page: Page) {
  return page.evaluate(
    () =>
      new Promise<{ paint: number; shift: number }>((resolve) => {
        const seen = { paint: 0, shift: 0 };
        const watch = (type: string, note: (entry: PerformanceEntry & { value: number }) => void) =>
          new PerformanceObserver(
            // The value is of layout shifts only.
            (list) => list.getEntries().forEach((entry) => note(entry as PerformanceEntry & { value: number })),
          ).observe({ type, buffered: true });
        watch("largest-contentful-paint", ({ startTime }) => (seen.paint = startTime));
        watch("layout-shift", ({ value }) => (seen.shift += value));
        setTimeout(() => resolve(seen), 300);
      }),
  );
}
