const longestWaitMilliseconds = 5000;

/** The time of the processor that an answer took, or of the clock where that is less, or where it waited for long. */
export async function timed<Got>(ask: () => Promise<Got>): Promise<{ got: Got; milliseconds: number }> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const got = await ask();
  const waited = performance.now() - began;
  const { user, system } = process.cpuUsage(used);
  return { got, milliseconds: waited > longestWaitMilliseconds ? waited : Math.min(waited, (user + system) / 1000) };
}
