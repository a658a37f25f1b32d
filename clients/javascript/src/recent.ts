/** Callers seen a moment ago, for programs that asked for that. */

import type { Caller } from "./caller.js";

const most = 4096;

/**
 * Keeps who a cookie belongs to for some seconds, and never beyond the session's end; the last 4,096 of them. Moments
 * are those of `performance.now()`.
 *
 * Only ever "somebody": that nobody was signed in, or that it could not be known, is asked again.
 */
export function keepRecent(seconds: number) {
  const kept = new Map<string, { caller: Caller; until: number }>(); // the one that was used longest ago comes first

  return {
    /** The caller, when it was asked for that short a while ago. */
    get(cookie: string): Caller | undefined {
      const entry = kept.get(cookie);
      kept.delete(cookie);
      if (!entry || performance.now() >= entry.until) return undefined;
      kept.set(cookie, entry);
      return entry.caller;
    },

    /** Nobody has this cookie any more. */
    forget: (cookie: string): void => void kept.delete(cookie),

    /** Keeps what was asked at a moment. */
    keep(cookie: string, caller: Caller, askedAt: number): void {
      const left = Date.parse(caller.session.expiresAt) - Date.now(); // milliseconds
      kept.delete(cookie);
      kept.set(cookie, { caller, until: Math.min(askedAt + seconds * 1000, performance.now() + left) });
      const [oldest] = kept.size > most ? kept.keys() : [];
      if (oldest !== undefined) kept.delete(oldest);
    },
  };
}
