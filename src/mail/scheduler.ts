/** Work that is done in rounds, one at a time. */
export interface Scheduler {
  /** Another round soon; during one, right after it. Costs nothing when called often. */
  wake(): void;
  /** When the last round began, by `performance.now()`. */
  lastBegan(): number;
  /** Resolves when no round is going on. */
  idle(): Promise<void>;
  /** No further round; resolves when the current one has ended. */
  stop(): Promise<void>;
}

/**
 * Rounds of `work`, which gives the seconds until the next one, 0 for at once, or undefined to sleep until woken. It
 * must not throw.
 */
export function createScheduler(work: () => Promise<number | undefined>): Scheduler {
  let current: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let began = 0;
  let timer: Timer | undefined;

  async function go() {
    await Bun.sleep(0); // whoever woke us is answered first
    while (again && !stopped) {
      again = false;
      began = performance.now();
      clearTimeout(timer);
      const seconds = await work();
      if (seconds === 0) again = true;
      if (!seconds || stopped) continue;
      timer = setTimeout(wake, seconds * 1000);
      timer.unref();
    }
    current = undefined;
  }
  function wake() {
    again = true;
    if (!stopped) current ??= go();
  }
  return {
    wake,
    lastBegan: () => began,
    async idle() {
      await current;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
