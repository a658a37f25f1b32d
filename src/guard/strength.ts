import { TooBusy } from "../http/problem";
import { inMilliseconds, minutes } from "../time";

/** Why a password is easy to guess, as the code of a problem. */
export type Weakness = "password_common" | "password_guessable" | "password_pattern" | "password_weak";

/** How hard a password is to guess: 0 and 1 are refused, and have a weakness; 4 is the hardest. */
export interface Verdict {
  score: number;
  weakness?: Weakness;
}

/** What the thread is asked. `known` are texts that an attacker knows: of the person, and the product's name. */
export interface StrengthQuestion {
  password: string;
  known: readonly string[];
}

/** Judges passwords that are chosen. */
export interface Strength {
  /**
   * Throws TooBusy when too many wait already. Nothing of the question is kept.
   * A question takes milliseconds, and less than 0.1 seconds whatever was typed; the first after a pause also loads the lists.
   */
  judge(question: StrengthQuestion): Promise<Verdict>;
}

const longestQueue = 64;
const longestAnswer = 5; // seconds
/** After a pause of this length the thread ends, because its lists take 65 MB. */
const longestPause = 1 * minutes;

/**
 * Judges on a thread of its own, which begins with the first question: neither the start of the program nor anybody who
 * is signed in waits for the lists, and a password that was made to take long holds up other choosers only.
 */
export function createStrength(): Strength {
  const waiting: PromiseWithResolvers<Verdict>[] = [];
  let thread: Worker | undefined;
  let timer: Timer | undefined;

  function end() {
    thread?.terminate();
    thread = undefined;
    for (const { reject } of waiting.splice(0)) reject(new Error("The thread that judges passwords broke."));
  }

  function watch() {
    clearTimeout(timer);
    timer = setTimeout(end, inMilliseconds(waiting.length > 0 ? longestAnswer : longestPause));
    timer.unref();
  }

  function begin(): Worker {
    const begun = new Worker(new URL("./strength-thread.ts", import.meta.url), { ref: false });
    const isCurrent = () => thread === begun;
    begun.onmessage = ({ data }: MessageEvent<Verdict>) => {
      if (isCurrent()) waiting.shift()?.resolve(data); // answers come in the order of the questions
      watch();
    };
    for (const event of ["error", "messageerror", "close"]) begun.addEventListener(event, () => isCurrent() && end());
    return begun;
  }

  return {
    async judge(question) {
      if (waiting.length >= longestQueue) throw new TooBusy();
      const asked = Promise.withResolvers<Verdict>();
      waiting.push(asked);
      thread ??= begin();
      thread.postMessage(question);
      watch();
      return asked.promise;
    },
  };
}
