/** The database did not answer in time; what was asked may still happen. */
export class TooLate extends Error {}

/**
 * The longest that anybody waits for one answer of the database, everything included: a free connection, connecting,
 * the statement, the lock in its way. A visitor is then told to try again, within the two seconds that are promised.
 */
const longestAnswer = 1700; // milliseconds

/** The answer, or TooLate after the longest wait. The work itself goes on: only its driver can end it. */
export async function answerInTime<Result>(work: PromiseLike<Result>): Promise<Result> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate("The database did not answer in time.")), longestAnswer);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
