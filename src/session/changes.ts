import { cannotKnow, keyNeeded } from "./answers";
import { createBackendCheck } from "./bearer";
import type { ChangeRing } from "./change-ring";
import { newPollCounts, type PollCounts } from "./counts";
import type { ChangesAnswer } from "./schemas";

/**
 * `GET /api/session/changes?after=CURSOR`, a long poll for backends that answer from memory: 200 with the ids that
 * changed, at once when there are any and within half a second otherwise; or with `reset`, when that cannot be told.
 * 503 when it is not known, 401 without a key. A 200 tells of everything that was committed before the question came,
 * so a backend may count two seconds from when it asked.
 */
export interface Changes {
  answer(request: Request): Promise<Response>;
  /** Answers whoever waits with 503, and whoever comes: the program is about to end. */
  end(): void;
  /** How many polls wait now, and how many were answered how. */
  state(): { waiting: number; counts: Readonly<PollCounts> };
}

interface ChangesDeps {
  ring: ChangeRing;
  /** Resolves with whether everything committed before the call is in the ring. */
  confirm(): Promise<boolean>;
  keys: readonly string[];
  /** What a backend has to judge by itself whenever it answers from memory. */
  limits: { longestSeconds: number; freshSeconds: number };
}

interface Poll {
  after: string | null;
  tell(answer: Response): void;
}

/** How long a poll waits for a change, in milliseconds: with a question to the database that is below half a second. */
const holdMilliseconds = 400;
/** However many backends poll and however much changes, telling them of it takes a part of a core at the most. */
const mostToldPerMillisecond = 4;

/** The changes of a ring, told to whoever has one of the keys. */
export function createChanges({ ring, confirm, keys, limits }: ChangesDeps): Changes {
  const isOfBackend = createBackendCheck(keys);
  const waiting = new Set<Poll>();
  const counts = newPollCounts();
  const { teller, unknown } = createAnswers({ ring, limits, counts });
  let ended = false;
  const answers = createAlarm(async () => {
    const polls = [...waiting];
    const isKnown = await confirm();
    const before = counts.unchanged;
    const told = teller();
    for (const poll of polls) if (waiting.delete(poll)) poll.tell(isKnown ? told(poll.after) : unknown());
    answers.restFor((polls.length - (counts.unchanged - before)) / mostToldPerMillisecond);
  });
  ring.onNote(() => {
    if (waiting.size > 0) answers.soon();
  });
  return {
    async answer(request) {
      if (!isOfBackend(request)) {
        counts.refused += 1;
        return keyNeeded(headers);
      }
      if (ended) return unknown();
      const after = new URL(request.url).searchParams.get("after");
      const { promise, resolve } = Promise.withResolvers<Response>();
      waiting.add({ after, tell: resolve });
      if (ring.cursor() === after) answers.within(holdMilliseconds);
      else answers.soon();
      return promise;
    },
    end() {
      ended = true;
      for (const { tell } of waiting) tell(unknown());
      waiting.clear();
    },
    state: () => ({ waiting: waiting.size, counts }),
  };
}

const headers = { "cache-control": "no-store" };

/** An answer, and as what it is counted. */
interface Told {
  kind: "reset" | "changed" | "unchanged";
  text: string;
}

/** What polls are answered with. Each answer is counted. */
function createAnswers({ ring, limits, counts }: Pick<ChangesDeps, "ring" | "limits"> & { counts: PollCounts }) {
  function make(after: string | null): Told {
    const ids = ring.since(after);
    const what = ids ? { ids } : { reset: true as const };
    const body: ChangesAnswer = { cursor: ring.cursor(), ...what, now: new Date().toISOString(), ...limits };
    const kind = ids === undefined ? "reset" : ids.length > 0 ? "changed" : "unchanged";
    return { kind, text: JSON.stringify(body) };
  }

  return {
    /** Tells those who wait now: backends with one cursor are told the same, which is made once for all of them. */
    teller(): (after: string | null) => Response {
      const made = new Map<string | null, Told>();
      return (after) => {
        const told = made.get(after) ?? make(after);
        made.set(after, told);
        const { kind, text } = told;
        counts[kind] += 1;
        return new Response(text, { headers: { ...headers, "content-type": "application/json;charset=utf-8" } });
      };
    },
    unknown(): Response {
      counts.unknown += 1;
      return cannotKnow(headers);
    },
  };
}

/** Does something at the earliest of the moments that were asked for. */
function createAlarm(act: () => Promise<void>) {
  let timer: Timer | undefined;
  let dueAt = Infinity;
  let restsUntil = 0;
  function within(milliseconds: number) {
    const at = performance.now() + milliseconds;
    if (at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      dueAt = Infinity;
      void act();
    }, milliseconds);
  }
  return {
    /** In so many milliseconds at the latest. */
    within,
    /** At once, or when the rest is over. */
    soon: () => within(Math.max(0, restsUntil - performance.now())),
    restFor: (milliseconds: number) => void (restsUntil = performance.now() + milliseconds),
  };
}
