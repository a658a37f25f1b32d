/** Deadlines that a program which is busy does not mistake for the silence of others. */

/** In milliseconds: a timer that is called so much too late was held up by the program itself. */
const busyFor = 50;

/**
 * Calls `reached` after some milliseconds; gives what prevents that.
 *
 * While a program works, nothing is sent or read, and afterwards its timers come first: before answers that have lain
 * there for long. So where a timer was held up, a quarter of the time is added, once.
 */
export function startTimer(milliseconds: number, reached: () => void): () => void {
  const due = performance.now() + milliseconds;
  let timer = setTimeout(() => {
    if (performance.now() < due + busyFor) reached();
    else timer = setTimeout(reached, milliseconds / 4);
  }, milliseconds);
  return () => clearTimeout(timer);
}
