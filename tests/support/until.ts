/** How often to look, and when to give up; in milliseconds. */
export interface Patience {
  every?: number;
  longest?: number;
}

/**
 * Looks again and again until something is so; gives the milliseconds that took.
 * Throws with what never was when the longest wait, a minute, is over.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { every = 5, longest = 60_000 }: Patience = {},
): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > longest) throw new Error(`It never was so that ${what}.`);
    await Bun.sleep(every);
  }
  return Math.round(performance.now() - began);
}
