import { threadPath } from "./thread-path";
import { TooBusy } from "../http/problem";
import { availableParallelism } from "node:os";
import { isOwnHash } from "./own-hash";
import type { Metrics } from "../process/metrics";
import type { HashQuestion } from "./hash-question";

/** Hashing, with a bound on how much of the machine it may take. */
export interface Passwords {
  /** The argon2id hash of exactly these bytes: no Unicode folding, so two passwords are one only when equal. */
  hash(password: string): Promise<string>;
  /** Whether the password made the hash. A hash of no known kind is a wrong password, found out at the same price. */
  verify(stored: { hash: string; password: string }): Promise<boolean>;
  /**
   * Runs work that will hash, once there is a place for it; throws TooBusy when none came free for a second. Ask before
   * touching the database: turning people away after a query still lets a flood starve everyone else. And not at once:
   * whoever floods comes back as soon as he is answered.
   */
  admit<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * True for a hash of another program, or of ours with former parameters: it still opens the door, and is replaced when
 * it does.
 */
export const isLegacyHash = (hash: string): boolean => !isOwnHash(hash);

/** Hashes on all cores but one, shared with the other processes of the port; one at a time at least. */
export function createPasswords(workers = 1, cores = availableParallelism(), metrics?: Metrics): Passwords {
  // One core stays free for everybody who is already signed in.
  const count = Math.max(1, Math.floor((cores - 1) / workers));
  const seconds = (taken: number) => metrics?.observe("gatehouse_hash_duration_seconds", taken);
  const { admit, outside } = createAdmission(count * 16);
  const { inTurn, waiting } = createHashPool(count, { tell: seconds, isFlooded: () => outside.size > 0 });
  metrics?.watch(() => ({ gatehouse_hash_queue: [[{}, waiting.length + outside.size]] }));
  const hash = (password: string) => inTurn((ask) => ask({ password })).then(String);
  return {
    hash,
    verify: (stored) => inTurn(async (ask) => (await ask(stored)) === true),
    admit,
  };
}

const longestWaitMilliseconds = 1000;
const longestQueue = 1000;

/** Lets so many in at a time; the others wait outside, in order, for a second. */
function createAdmission(places: number) {
  let free = places;
  const queue = new Set<() => void>();

  async function placeInTime(): Promise<void> {
    if (queue.size >= longestQueue) throw new TooBusy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      queue.delete(resolve);
      reject(new TooBusy());
    }, longestWaitMilliseconds);
    queue.add(resolve);
    return promise.finally(() => clearTimeout(timer));
  }

  function leave() {
    const [next] = queue;
    if (next) queue.delete(next);
    if (next) next();
    else free += 1;
  }

  const admit = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free -= 1;
    else await placeInTime();
    try {
      return await work();
    } finally {
      leave();
    }
  };
  return { admit, outside: queue };
}

type Ask = (question: HashQuestion) => Promise<string | boolean>;

interface Around {
  /** Hears how long a piece of work took. */
  tell(seconds: number): void;
  /** Whether more people come than there are places for. */
  isFlooded(): boolean;
}

/** Lets `count` pieces of work run at a time, each with a thread to ask; the others wait their turn, in order. */
function createHashPool(count: number, { tell, isFlooded }: Around) {
  const free = Array.from({ length: count }, createThread);
  const waiting: ((lane: Ask) => void)[] = [];
  const isBusy = mainThreadIsBusy();
  const handOn = (lane: Ask) => {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  };
  const inTurn = async <Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> => {
    const lane = free.pop() ?? (await new Promise<Ask>((resolve) => waiting.push(resolve)));
    const began = performance.now();
    try {
      return await work(lane);
    } finally {
      const taken = performance.now() - began;
      tell(taken / 1000);
      if (isBusy()) setTimeout(handOn, taken * (isFlooded() ? restInFlood : rest), lane);
      else handOn(lane);
    }
  };
  return { inTurn, waiting };
}

/**
 * How long a thread rests, of the time that it worked. Measured by `bun bench/sign-in.ts` and `bun run bench`: less
 * costs those who are signed in, more those who sign in.
 */
const [rest, restInFlood] = [0.15, 2];

/** Whether this thread, which serves everybody else, had hardly a pause since it was asked last. */
function mainThreadIsBusy() {
  let [worked, at] = [process.threadCpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.threadCpuUsage(worked);
    const share = (user + system) / 1000 / (performance.now() - at);
    [worked, at] = [process.threadCpuUsage(), performance.now()];
    return share > 0.6;
  };
}

/**
 * A thread that answers one question at a time. It is begun with the first; one that broke is replaced with the next.
 */
function createThread(): Ask {
  let thread: Worker | undefined;
  let asked = Promise.withResolvers<string | boolean>();
  const begin = () => {
    const begun = new Worker(threadPath("hasher"), { ref: false });
    const broke = () => {
      if (thread !== begun) return; // said already
      thread = undefined;
      begun.terminate();
      asked.reject(new Error("The hashing thread broke."));
    };
    begun.onmessage = ({ data }) => asked.resolve(data);
    for (const event of ["error", "messageerror", "close"]) begun.addEventListener(event, broke);
    return begun;
  };
  return (question) => {
    asked = Promise.withResolvers();
    thread ??= begin();
    thread.postMessage(question);
    return asked.promise;
  };
}
