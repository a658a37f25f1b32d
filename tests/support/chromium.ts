import { chromium, type Browser } from "playwright-core";

/** Where Debian's package puts it; other systems name theirs in CHROMIUM. */
export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A headless Chromium that talks to nobody but the pages it is given. */
export function launchChromium(): Promise<Browser> {
  const quiet = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", ...quiet] });
}
