import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { broughtChromium } from "./brought";

const debians = "/usr/bin/chromium";
/** The one that CHROMIUM names, else Debian's, else the one that the test command brings: it need not be there. */
export const chromiumPath = process.env.CHROMIUM ?? (existsSync(debians) ? debians : broughtChromium);

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
