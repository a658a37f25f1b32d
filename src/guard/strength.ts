import { threadPath } from "./thread-path";
import { TooBusy } from "../http/problem";
import { inMilliseconds, minutes } from "../time";
import { createTurns } from "./turns";

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
   * Throws TooBusy when too many wait already, or no answer came for 8 seconds. A question takes 10 to 100 milliseconds
   * of a core, whatever was typed; the first after a pause loads the lists too, in 0.3 seconds. Nothing of it is kept.
   * Of the clients who ask, one after the other has a turn: whoever floods waits for their own questions.
   */
  judge(question: StrengthQuestion, client?: string): Promise<Verdict>;
}

const mostForOne = 64; // a class that signs up at one moment
const longestQueue = 96; // of all: whoever has the most in it makes room for another
const longestAnswer = 8; // seconds: less than a request may take
/** After a pause of this length the thread ends, because its lists take 65 MB. */
const longestPause = 1 * minutes;

/** A question, and who asks it. */
interface Asked extends PromiseWithResolvers<Verdict> {
  question: StrengthQuestion;
  client: string;
}

/**
 * Judges on a thread of its own, which begins with the first question: neither the start of the program nor anybody who
 * is signed in waits for the lists, and a password that was made to take long holds up other choosers only.
 */
export function createStrength(): Strength {
  const turns = createTurns<Asked>();
  let current: Asked | undefined;
  let thread: Thread | undefined;
  let timer: Timer | undefined;

  function end(reason: Error) {
    thread?.stop();
    thread = undefined;
    for (let asked = current; asked; asked = turns.next()) asked.reject(reason);
    current = undefined;
  }

  function goOn() {
    current = turns.next();
    if (current) thread ??= beginThread({ answer, end });
    if (current) thread?.ask(current.question);
    clearTimeout(timer);
    timer = setTimeout(() => end(new TooBusy()), inMilliseconds(current ? longestAnswer : longestPause));
    timer.unref();
  }

  function answer(verdict: Verdict) {
    current?.resolve(verdict);
    goOn();
  }

  return {
    async judge(question, client = "") {
      const theirs = turns.countOf(client) + Number(current?.client === client);
      if (theirs >= mostForOne) throw new TooBusy();
      const asked = { ...Promise.withResolvers<Verdict>(), question, client };
      turns.add(client, asked);
      if (turns.count() > longestQueue) turns.dropOfMost()?.reject(new TooBusy());
      if (!current) goOn();
      return asked.promise;
    },
  };
}

interface Thread {
  ask(question: StrengthQuestion): void;
  stop(): void;
}

interface Listeners {
  answer(verdict: Verdict): void;
  end(reason: Error): void;
}

/** A thread whose answers are heard until it ends, and whose end is heard once. */
function beginThread({ answer, end }: Listeners): Thread {
  const worker = new Worker(threadPath("strength-thread"), { ref: false });
  let isHeard = true;
  worker.onmessage = ({ data }: MessageEvent<Verdict>) => isHeard && answer(data);
  const broke = () => isHeard && end(new Error("The thread that judges passwords broke."));
  for (const event of ["error", "messageerror", "close"]) worker.addEventListener(event, broke);
  return {
    ask: (question) => worker.postMessage(question),
    stop() {
      isHeard = false;
      worker.terminate();
    },
  };
}
