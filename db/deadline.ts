import { AsyncLocalStorage } from "node:async_hooks";

/** The time for something was up; it may still happen afterwards. */
export class TooLate extends Error {}

/**
 * The longest that one request waits for the database, all its queries together: for a free connection, connecting,
 * statements and locks. The visitor is then asked to try again, within the two seconds that are promised.
 */
export const budgetMilliseconds = 1700;

/** How long a request may still wait. Queries overlap with their transaction, so time is counted once. */
interface Budget {
  left: number;
  waiting: number;
  since: number;
}

const budgetOfRequest = new AsyncLocalStorage<Budget>();
const fresh = (): Budget => ({ left: budgetMilliseconds, waiting: 0, since: 0 });

/** Does the work of one request: all its queries together wait no longer than one budget. */
export const withRequestBudget = <Result>(work: () => Result): Result => budgetOfRequest.run(fresh(), work);

/**
 * What the work resolves to, or TooLate when the request's budget is used up. Only the driver can end the work
 * itself.
 */
export async function withDeadline<Result>(work: PromiseLike<Result>): Promise<Result> {
  const budget = budgetOfRequest.getStore() ?? fresh();
  if (budget.waiting++ === 0) budget.since = performance.now();
  const left = budget.left - (performance.now() - budget.since);
  try {
    return await within(left, work, () => new TooLate("The database did not answer in time."));
  } finally {
    if (--budget.waiting === 0) budget.left -= performance.now() - budget.since;
  }
}

/**
 * Resolves or rejects as the work does, unless the time is up first: then it rejects with `lateError()`. The work is
 * not cancelled: what the work resolves to or rejects with afterwards is ignored. No timer is left running.
 */
export function within<Result>(
  milliseconds: number,
  work: PromiseLike<Result>,
  lateError: () => Error = () => new TooLate("It took too long."),
): Promise<Result> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), Math.max(0, milliseconds));
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
