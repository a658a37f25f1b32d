/** How long somebody in a test asks again, in milliseconds. */
export const longestPatience = 60 * 1000;

/**
 * Asks again while the answer is 503, or while there is none, for a minute. Gives the last answer, and every status
 * that came.
 */
export async function patiently<Got extends { status: number }>(
  ask: () => Promise<Got>,
): Promise<{ last: Got; statuses: number[] }> {
  const statuses: number[] = [];
  for (const deadline = performance.now() + longestPatience; ; await Bun.sleep(250)) {
    const last = await ask();
    statuses.push(last.status);
    if (![503, 0].includes(last.status) || performance.now() > deadline) return { last, statuses };
  }
}
