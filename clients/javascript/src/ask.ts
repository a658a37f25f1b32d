/** The one way to an answer: what is asked, what is shared, and what is remembered. */

import type { Answer } from "./caller.js";
import { shareQuestions } from "./flights.js";
import { isEachRequestAlone, openLine } from "./line.js";
import type { Settings } from "./options.js";
import { keepRecent } from "./recent.js";

/** Who has these cookies? */
export interface Question {
  cookie: string;
  requestId: string;
  /** Whether an answer of a moment ago will do, where the program allows for that at all. */
  mayBeRecent: boolean;
}

/** Answers a question; throws Unavailable when it cannot be known. */
export type Ask = (question: Question) => Promise<Answer>;

/** The way to answers that the settings ask for. */
export function openAsk(settings: Settings): Ask {
  const line = openLine(settings);
  const put = isEachRequestAlone() ? line : shareQuestions(line, settings.deadlineSeconds);
  if (settings.cacheSeconds === undefined) return ({ cookie, requestId }) => put(cookie, requestId);
  const recent = keepRecent(settings.cacheSeconds);
  return async ({ cookie, requestId, mayBeRecent }) => {
    const seen = mayBeRecent ? recent.get(cookie) : undefined;
    if (seen) return seen;
    const askedAt = performance.now();
    const answer = await put(cookie, requestId);
    if (!answer)
      recent.forget(cookie); // a write has found out what a read may not deny
    else if (mayBeRecent) recent.keep(cookie, answer, askedAt);
    return answer;
  };
}
