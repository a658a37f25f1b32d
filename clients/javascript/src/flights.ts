/** At most one question at a time for each cookie, and never an answer that is older than the request it is for. */

import { type Answer, Unavailable } from "./caller.js";
import { startTimer } from "./deadline.js";

/** Asks who has these cookies. Throws Unavailable when that cannot be known, within the deadline, whatever happens. */
export type Put = (cookie: string, requestId: string) => Promise<Answer>;

/** Tells the log why a question has no answer. */
export type Tell = (reason: string, requestId: string) => void;

/** One for each cookie that is asked about, and one for each question: more than could be asked within the deadline. */
const mostTasks = 2000;

const tooMany = "too many questions at once";

/** Whoever waits for a question that is put, or will be. */
interface Waiter {
  requestId: string;
  settle(answer: Answer | Unavailable): void;
}

/** What is asked about one cookie. */
interface Queue {
  /** For a question that is not yet put. */
  waiters: Waiter[];
  /** When the next question may be put; undefined before the first. */
  turn?: Promise<void>;
}

/**
 * Lets requests with the same cookie share the questions that `put` puts.
 *
 * Who arrives while a question is under way waits for the next one, and shares that: the answer under way may have been
 * made before a sign-out that the newcomer's browser has seen. The next one is put when the one before is answered, or,
 * when Gatehouse is slow, beside it after an eighth of the deadline. So any number of requests at once cost one
 * question at a time, two at most for one burst, and a sign-out holds from the next request on.
 *
 * A question is put in the context (`AsyncLocalStorage`) of the request whose id it has, and holds none of another.
 *
 * What it gives throws Unavailable when that is not known within the deadline, and for a flood of cookies, so that
 * memory stays bounded; of the flood, which puts no question, it tells by itself.
 */
export function shareQuestions(put: Put, deadlineSeconds: number, tell: Tell): Put {
  const deadline = deadlineSeconds * 1000; // milliseconds
  const patience = deadline / 8; // so there are never more than eight for one cookie
  const queues = new Map<string, Queue>(); // by cookie
  let underWay = 0;

  /** Puts a question, in its turn, for whoever waits for it by then: called by the first of them. */
  async function serve(cookie: string, queue: Queue) {
    await queue.turn; // also where there is none: whoever asks in this very turn of the event loop comes along
    // Taken out, for from here on it is the next question that others wait for.
    queue.turn = settledWithin(putFor(cookie, queue.waiters.splice(0)), patience);
    await queue.turn;
    if (queue.waiters.length === 0) queues.delete(cookie);
  }

  async function putFor(cookie: string, boarded: readonly Waiter[]) {
    underWay += 1;
    const answer = await put(cookie, boarded[0]?.requestId ?? "").catch(asUnavailable);
    underWay -= 1;
    for (const waiter of boarded) waiter.settle(answer);
  }

  return (cookie, requestId) =>
    new Promise((resolve, reject) => {
      const found = queues.get(cookie);
      if (!found && queues.size + underWay >= mostTasks) {
        tell(tooMany, requestId);
        return reject(new Unavailable(tooMany));
      }
      const queue = found ?? { waiters: [] };
      if (!found) queues.set(cookie, queue);
      queue.waiters.push(waiterFor({ requestId, deadline, resolve, reject }));
      if (queue.waiters.length === 1) void serve(cookie, queue);
    });
}

interface Waiting {
  requestId: string;
  deadline: number;
  resolve(answer: Answer): void;
  reject(unavailable: Unavailable): void;
}

function waiterFor({ requestId, deadline, resolve, reject }: Waiting): Waiter {
  const settle = (answer: Answer | Unavailable) => {
    stop();
    if (answer instanceof Unavailable)
      reject(new Unavailable(answer.message)); // one for each
    else resolve(answer);
  };
  const stop = startTimer(deadline, () => settle(new Unavailable("no answer in time")));
  return { requestId, settle };
}

const asUnavailable = (error: unknown) => (error instanceof Unavailable ? error : new Unavailable(String(error)));

/** Resolves when the work is done, or after some milliseconds. */
async function settledWithin(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
