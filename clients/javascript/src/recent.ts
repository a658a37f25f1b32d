/** Callers seen a moment ago, for programs that asked for that. */

import type { Caller } from "./caller.js";
import { after, hasCome, type Moment, thisMoment } from "./moment.js";

const most = 4096;

interface Kept {
  /** Undefined where nobody has the cookie: a mark, which keeps older answers out until none of them counts. */
  caller: Caller | undefined;
  /** By the steady clock. */
  askedAt: number;
  until: Moment;
}

/**
 * Keeps who a cookie belongs to for some seconds, and never beyond the session's end; the last 4,096 of them.
 *
 * Only ever "somebody": that nobody was signed in, or that it could not be known, is asked again.
 */
export function keepRecent(seconds: number) {
  const kept = new Map<string, Kept>(); // the one that was used longest ago comes first
  let droppedAt = Number.NEGATIVE_INFINITY; // the latest `askedAt` of those that made room

  function put(cookie: string, entry: Kept) {
    kept.delete(cookie);
    kept.set(cookie, entry);
    const [oldest] = kept.size > most ? kept : [];
    if (!oldest) return;
    kept.delete(oldest[0]);
    droppedAt = Math.max(droppedAt, oldest[1].askedAt); // it may have been a mark
  }

  return {
    /** The caller, when it was asked for that short a while ago. */
    get(cookie: string): Caller | undefined {
      const entry = kept.get(cookie);
      kept.delete(cookie);
      if (!entry || hasCome(entry.until, thisMoment())) return undefined;
      kept.set(cookie, entry);
      return entry.caller;
    },

    /** Nobody has this cookie any more: an answer that was asked for before, and comes later, is not kept. */
    forget(cookie: string): void {
      const now = thisMoment();
      put(cookie, { caller: undefined, askedAt: now.steady, until: after(now, seconds) });
    },

    /** Keeps what was asked at a moment, unless more is known by what was asked later. */
    keep(cookie: string, caller: Caller, asked: Moment): void {
      if (asked.steady <= (kept.get(cookie)?.askedAt ?? droppedAt)) return;
      const { steady, wall } = after(asked, seconds);
      const until = { steady, wall: Math.min(wall, Date.parse(caller.session.expiresAt) / 1000) };
      put(cookie, { caller, askedAt: asked.steady, until });
    },
  };
}
