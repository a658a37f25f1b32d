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
  patience?: Patience,
): Promise<number> {
  const began = performance.now();
  await untilFound(what, async () => (await isSo()) || undefined, patience);
  return Math.round(performance.now() - began);
}

/** Looks again and again until something is there, and gives it. Throws likewise. */
export async function untilFound<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  { every = 5, longest = 60_000 }: Patience = {},
): Promise<Found> {
  for (const began = performance.now(); ; await Bun.sleep(every)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - began > longest) throw new Error(`It never was so that ${what}.`);
  }
}
