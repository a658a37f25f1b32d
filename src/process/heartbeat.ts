import type { Subprocess } from "bun";

const beatMilliseconds = 1000;
/** A worker that has not said anything yet is still loading, on a busy machine for a while. */
const timesLongerAtStart = 4;

/** From now on this worker tells its supervisor each second that its event loop turns. */
export function beat(): void {
  setInterval(() => process.connected && process.send?.("alive"), beatMilliseconds).unref();
}

/** Who has been silent for how long. */
export interface Watch {
  begin(worker: Subprocess): void;
  heard(worker: Subprocess): void;
  end(worker: Subprocess): void;
}

/**
 * Calls back, once for each worker, when it has not beaten for so many seconds. Counted are the turns of this process's
 * own event loop, not a clock: while the machine is suspended, or this process stands still with its workers, no time
 * goes by.
 */
export function watchBeats(longestSilenceSeconds: number, onHung: (worker: Subprocess) => void): Watch {
  const silence = new Map<Subprocess, number>(); // in seconds
  const count = () => {
    for (const [worker, seconds] of silence) {
      silence.set(worker, seconds + 1);
      if (seconds === longestSilenceSeconds) onHung(worker);
    }
  };
  setInterval(count, beatMilliseconds).unref();
  return {
    begin: (worker) => void silence.set(worker, -longestSilenceSeconds * (timesLongerAtStart - 1)),
    heard: (worker) => void (silence.has(worker) && silence.set(worker, 0)),
    end: (worker) => void silence.delete(worker),
  };
}
