/** The one way to an answer: what is asked, what is shared, and what is remembered. */

import { type Answer, type Caller, readAnswer, Unavailable } from "./caller.js";
import { type Put, shareQuestions, type Tell } from "./flights.js";
import { isEachRequestAlone, openLine } from "./line.js";
import { openLive } from "./live.js";
import { type Moment, thisMoment } from "./moment.js";
import type { Settings } from "./options.js";
import { keepRecent } from "./recent.js";

/** Who has these cookies? */
export interface Asked {
  cookie: string;
  /** Called when there is a question to put. */
  requestId(): string;
  /** Whether an answer from memory will do, where there is one. */
  fromMemory: boolean;
}

/** What is remembered of answers. */
export interface Memory {
  /** The caller, where the memory has one that counts. */
  get(cookie: string): Caller | undefined;
  /** Keeps what was asked at a moment. */
  keep(cookie: string, caller: Caller, asked: Moment): void;
  /** Nobody has this cookie any more: a write has found out what a read may not deny. */
  forget(cookie: string): void;
  /** Ends whatever keeps it right. */
  close?(): void;
}

/** Answers questions. */
export interface Desk {
  /** At once where memory knows. Throws Unavailable when it cannot be known. */
  ask(asked: Asked): Answer | Promise<Answer>;
  close(): void;
}

const longestBody = 16 * 1024; // bytes; an answer has some hundred
const connections = 64;

/** The way to answers that the settings ask for. */
export function openDesk(settings: Settings): Desk {
  const { url, deadlineSeconds, log } = settings;
  const tell: Tell = (reason, requestId) => log(`Gatehouse at ${url}: ${reason} (request ${requestId})`);
  const one = putter(settings, tell);
  const put = isEachRequestAlone() ? one : shareQuestions(one, deadlineSeconds, tell);
  const memory = memoryFor(settings);

  async function question(cookie: string, requestId: string): Promise<Answer> {
    const asked = thisMoment();
    const answer = await put(cookie, requestId);
    if (answer) memory?.keep(cookie, answer, asked);
    else memory?.forget(cookie);
    return answer;
  }

  return {
    ask: ({ cookie, requestId, fromMemory }) =>
      (fromMemory ? memory?.get(cookie) : undefined) ?? question(cookie, requestId()),
    close: () => memory?.close?.(),
  };
}

function memoryFor(settings: Settings): Memory | undefined {
  if (settings.liveKey !== undefined) return openLive(settings, settings.liveKey);
  return settings.cacheSeconds === undefined ? undefined : keepRecent(settings.cacheSeconds);
}

/** Puts one question each time, and tells the log when there was no answer. */
function putter(settings: Settings, tell: Tell): Put {
  const line = openLine(settings, { deadlineSeconds: settings.deadlineSeconds, longestBody, connections });
  return async (cookie, requestId) => {
    try {
      return readAnswer(await line({ path: "/api/session", headers: { cookie, "x-request-id": requestId } }));
    } catch (error) {
      const reason = error instanceof Unavailable ? error.message : "failed";
      tell(reason, requestId);
      throw new Unavailable(reason);
    }
  };
}
