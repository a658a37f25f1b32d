/** Programs that tests started, to be ended by `setup.ts` when all tests of a process have run. */
const started = new Set<Bun.Subprocess>();

/**
 * Has a program ended at the latest when all tests have run: of several that are started side by side one may fail, and
 * then nobody has the others.
 */
export function endedAtLast<Child extends Bun.Subprocess>(child: Child): Child {
  started.add(child);
  void child.exited.then(() => started.delete(child));
  return child;
}

const toBeClosed: (() => Promise<unknown>)[] = [];

/** Has something closed when all tests have run. */
export const closedAtLast = (close: () => Promise<unknown>): void => void toBeClosed.push(close);

/** Ends what is left. */
export async function endLeft(): Promise<void> {
  await Promise.all(toBeClosed.map((close) => close()));
  for (const child of started) child.kill("SIGKILL");
  await Promise.all([...started].map((child) => child.exited));
}
