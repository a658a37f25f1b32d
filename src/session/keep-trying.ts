import type { Log } from "../process/log";

/** How the listening connection is kept: begun once, and again after a failure. */

/** Work that goes on until it ends by itself, and is begun unless it is under way. */
export function oneAtATime(work: (told: (isWorking: boolean) => void) => Promise<void>) {
  let underWay: Promise<void> | undefined;
  let first = Promise.withResolvers<boolean>();
  return {
    begin() {
      if (underWay) return;
      first = Promise.withResolvers();
      underWay = work(first.resolve).finally(() => (underWay = undefined));
    },
    /** What it told first, of whether it works, since it was begun last. */
    firstResult: () => first.promise,
  };
}

const retryMilliseconds = 500;

interface RetryOptions {
  isWanted(): boolean;
  log: Log;
  /** Hears of each failure. */
  suspect?(): void;
  /** Called after each success and each failure. */
  told(isWorking: boolean): void;
}

/** Runs `once` again after every failure; logs the first failure of a series, and the first success after it. */
export async function keepTrying(
  once: (onHealthy: () => void) => Promise<void>,
  { isWanted, log, suspect, told }: RetryOptions,
): Promise<void> {
  let failing = false;
  const onHealthy = () => {
    told(true);
    if (failing) log("info", "session.cache_on", {});
    failing = false;
  };
  while (isWanted()) {
    try {
      await once(onHealthy);
    } catch (error) {
      told(false);
      suspect?.();
      if (!failing && isWanted()) log("warn", "session.cache_off", { error });
      failing = true;
      await Bun.sleep(retryMilliseconds * (0.5 + Math.random()));
    }
  }
}
