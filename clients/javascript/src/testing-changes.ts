/** What the small Gatehouse for tests tells of changes, as the real one does. */

const holdMilliseconds = 400;
const limits = { longestSeconds: 30 * 24 * 60 * 60, freshSeconds: 15 * 60 };

/** The ids that changed, in their order; whoever polls waits for the next. */
export function tellChanges() {
  let process = crypto.randomUUID();
  let ids: string[] = [];
  const waiting = new Set<() => void>();
  const cursor = () => `${process}.${ids.length}`;
  const wake = () => {
    for (const goOn of waiting) goOn();
  };

  return {
    /** Begins anew, as another process: no cursor from before is known. */
    restart() {
      process = crypto.randomUUID();
      ids = [];
      wake();
    },

    /** These sessions and users changed. */
    note(...changed: string[]) {
      ids.push(...changed);
      wake();
    },

    /** The body of the answer to a poll, as soon as something changed, or after a while. */
    async since(after: string): Promise<object> {
      if (after === cursor()) await nextOf(waiting);
      const [of, position] = after.split(".");
      const told = of === process ? { ids: [...new Set(ids.slice(Number(position)))] } : { reset: true };
      return { cursor: cursor(), ...told, now: new Date().toISOString(), ...limits };
    },
  };
}

/** Waits until it is woken, or for a while. */
async function nextOf(waiting: Set<() => void>) {
  let goOn = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    goOn = resolve;
    waiting.add(goOn);
    timer = setTimeout(goOn, holdMilliseconds);
  });
  clearTimeout(timer);
  waiting.delete(goOn);
}
