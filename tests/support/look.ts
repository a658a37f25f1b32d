import { expect } from "bun:test";
import type axe from "axe-core";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** How pages look, on a phone and on a desk. */

export const phone = { width: 320, height: 640 };
export const desktop = { width: 1280, height: 800 };

/** Light and dark, on a phone and on a desk. */
export const views = (["light", "dark"] as const).flatMap((colorScheme) =>
  [phone, desktop].map((viewport) => ({ name: `${colorScheme}-${viewport.width}`, colorScheme, viewport })),
);

/** Is told of a page that is shown, by a name for its state. */
export type Look = (state: string) => Promise<void>;

/** For whoever is on the way for another reason. */
export const unseen: Look = () => Promise.resolve();

const axeSource = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");

/** What axe finds wrong with the page as it is shown now. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  expect(passes.length).toBeGreaterThan(10);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Nothing is wrong with the page, and it fits the screen. With PICTURES set, its picture is kept in that folder. */
export async function look(page: Page, state: string): Promise<void> {
  await keepPicture(page, state);
  expect([state, await violations(page)]).toEqual([state, []]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect([state, overflow]).toEqual([state, 0]);
}

/** Where no script runs, axe does not run either: the picture alone. */
export async function keepPicture(page: Page, state: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${state}.png`), fullPage: true });
}
