import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { broughtChromium } from "./brought";
import { closedAtLast } from "./left";

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

let shared: Promise<Browser> | undefined;

/** The one of all tests of a process: each opens contexts of its own, and nobody closes it. */
export function sharedChromium(): Promise<Browser> {
  if (!shared) closedAtLast(async () => (await shared)?.close());
  return (shared ??= launchChromium());
}
