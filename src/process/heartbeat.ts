import type { Subprocess } from "bun";
import type { Log } from "./log";

const beatMilliseconds = 1000;

/** From now on this worker tells its supervisor each second that its event loop turns. */
export function beat(): void {
  setInterval(() => process.connected && process.send?.("alive"), beatMilliseconds).unref();
}

/** The workers that run, each with the seconds for which it has been silent. */
export type Silences = Map<Subprocess, number>;

/** At first: a worker that has not said anything yet is loading, on a busy machine for a while. */
export const silenceAtStart = (longestSeconds: number): number => -3 * longestSeconds;

/**
 * Kills a worker that has been silent for so long: its end tells the rest. Counted are the turns of this process's own
 * event loop, not a clock: while the machine is suspended, or this process stands still with its workers, no time goes
 * by.
 */
export function watchBeats(longestSeconds: number, log: Log): Silences {
  const silences: Silences = new Map();
  const count = () => {
    for (const [worker, seconds] of silences) {
      silences.set(worker, seconds + 1);
      if (seconds !== longestSeconds) continue;
      log("error", "worker.hung", { pid: worker.pid, seconds });
      worker.kill("SIGKILL");
    }
  };
  setInterval(count, beatMilliseconds).unref();
  return silences;
}

/** Hears a beat, which may come in after the worker's end. */
export function heardBeat(silences: Silences, worker: Subprocess): void {
  if (silences.has(worker)) silences.set(worker, 0);
}

/**
 * Says a word to a worker; false where it hears nothing any more: the channel of one that ends is closed before its end
 * is known.
 */
export function sayTo(worker: Subprocess, word: string): boolean {
  try {
    worker.send(word);
    return true;
  } catch {
    return false;
  }
}
