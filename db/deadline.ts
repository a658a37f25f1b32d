import { AsyncLocalStorage } from "node:async_hooks";

/** The database did not answer in time; what was asked may still happen. */
export class TooLate extends Error {}

/**
 * The longest that one request waits for the database, all its questions together: free connections, connecting,
 * statements, locks in their way. The visitor is then told to try again, within the two seconds that are promised.
 */
const longestWait = 1700; // milliseconds

/** How long a request may still wait. Questions inside a transaction overlap with it, so time is counted once. */
interface Budget {
  left: number;
  waiting: number;
  since: number;
}

const budgetOfRequest = new AsyncLocalStorage<Budget>();
const fresh = (): Budget => ({ left: longestWait, waiting: 0, since: 0 });

/** Does the work of one request, all of whose questions to the database share one patience. */
export const withRequestBudget = <Result>(work: () => Result): Result => budgetOfRequest.run(fresh(), work);

/** The answer, or TooLate when the patience is at its end. The work itself goes on: only its driver can end it. */
export async function withDeadline<Result>(work: PromiseLike<Result>): Promise<Result> {
  const patience = budgetOfRequest.getStore() ?? fresh();
  if (patience.waiting++ === 0) patience.since = performance.now();
  const left = patience.left - (performance.now() - patience.since);
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate("The database did not answer in time.")), Math.max(0, left));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    if (--patience.waiting === 0) patience.left -= performance.now() - patience.since;
  }
}
