/** Callers in memory, for as long as it is known that nothing changed. Pure: what time it is, it is told. */

import { type Caller, Unavailable } from "./caller.js";
import { isInstant, isList, isRecord, isText, isWhole, jsonIn, type Received } from "./json.js";
import { after, hasCome, type Moment } from "./moment.js";

/** So long what is in memory counts, from when Gatehouse was asked what changed. No answer from memory is older. */
const leaseSeconds = 2;
/** So long another process of Gatehouse may answer without what this one was told already: its own lease. */
const lagSeconds = 2;
const mostCallers = 20_000;
/** One cookie can be written in many ways that Gatehouse takes: one session must not fill the memory of everybody. */
const mostOfSession = 4;
const mostTold = 10_000; // ids
/** Stands before a cookie among what was told, so that it is never taken for an id. */
const cookieMark = "#";

/** What Gatehouse tells of changes: the ids of sessions and users, or none where anything may have changed. */
export interface Changes {
  cursor: string;
  ids: readonly string[] | undefined;
  /** Seconds since 1970, by Gatehouse's clock. */
  now: number;
  longestSeconds: number;
  freshSeconds: number;
}

const cursorShape = /^[A-Za-z0-9._~-]{1,200}$/;

/** Reads an answer to a poll. Throws Unavailable for everything but what is documented. */
export function readChanges(received: Received): Changes {
  const { status } = received;
  if (status !== 200) throw new Unavailable(`answered with status ${status}${hints[status] ?? ""}`);
  const changes = changesIn(jsonIn(received));
  if (!changes) throw new Unavailable("answered 200 with something that tells no changes");
  return changes;
}

/** What a status says of the keys. Where there is none, there is no such path. */
const hints: Partial<Record<number, string>> = {
  401: ": is liveKey one of the keys in its GATEHOUSE_BACKEND_KEY?",
  404: ": has it a GATEHOUSE_BACKEND_KEY?",
};

function changesIn(said: unknown): Changes | undefined {
  if (!isRecord(said)) return undefined;
  const { cursor, ids, reset = false, now, longestSeconds, freshSeconds } = said;
  if (!isText(cursor) || !cursorShape.test(cursor) || !isInstant(now)) return undefined;
  if (!isWhole(longestSeconds, 1) || !isWhole(freshSeconds, 0)) return undefined;
  const rest = { cursor, now: Date.parse(now) / 1000, longestSeconds, freshSeconds };
  if (reset === true && ids === undefined) return { ...rest, ids };
  return reset === false && isList(ids, isText) ? { ...rest, ids } : undefined;
}

interface Kept {
  caller: Caller;
  /** When it was asked for, by the steady clock. */
  asked: number;
  /** Seconds since 1970. */
  created: number;
  expires: number;
}

/** Holds callers by a keyed hash of their cookie; the one that was kept first makes room for the next. */
export class LiveMemory {
  readonly #most: number;
  readonly #keyOf: (cookie: string) => string;
  readonly #kept = new Map<string, Kept>();
  readonly #byId = new Map<string, Set<string>>();
  /** When of each session, user and cookie it was told that it changed; in the order of the times. */
  readonly #told = new Map<string, number>();
  #resetAt = Number.POSITIVE_INFINITY; // nothing was told yet
  #until: Moment = { steady: 0, wall: 0 };
  /** The clock of Gatehouse, less the steady one here: too much rather than too little. */
  #ahead = 0;
  #longest = 0;
  #fresh = 0;

  constructor(keyOf: (cookie: string) => string, most = mostCallers) {
    this.#keyOf = keyOf;
    this.#most = most;
  }

  /** The caller, if there is one in memory that counts. */
  find(cookie: string, now: Moment): Caller | undefined {
    if (hasCome(this.#until, now)) return undefined;
    const kept = this.#kept.get(this.#keyOf(cookie));
    if (!kept) return undefined;
    const there = now.steady + this.#ahead;
    // Gatehouse is asked whether it is over: by its own clock it may not be.
    if (there >= kept.expires || there >= kept.created + this.#longest) return undefined;
    if (there >= kept.created + this.#fresh && kept.caller.session.fresh) kept.caller = notFresh(kept.caller);
    return kept.caller;
  }

  /**
   * Keeps an answer that was asked for at a moment of the steady clock, unless it may be older than a change. Whoever
   * answered may have heard of a change two seconds later than this memory was told of it, and nobody tells it twice.
   * Of two answers the one that was asked for later counts, whichever comes last.
   */
  keep(cookie: string, caller: Caller, asked: number): void {
    const key = this.#keyOf(cookie);
    const former = this.#kept.get(key);
    if (former && former.asked > asked) return;
    this.#drop(key); // what a write has found out is not denied, even where it cannot be kept
    const since = asked - lagSeconds;
    if (this.#resetAt >= since) return;
    const names = [cookieMark + key, ...idsOf(caller)];
    if (names.some((name) => (this.#told.get(name) ?? Number.NEGATIVE_INFINITY) >= since)) return;
    const own = this.#byId.get(caller.session.id);
    if (own && own.size >= mostOfSession) this.#dropFirst(own);
    if (this.#kept.size >= this.#most) this.#dropFirst(this.#kept);
    const [created, expires] = [caller.session.createdAt, caller.session.expiresAt].map((at) => Date.parse(at) / 1000);
    this.#kept.set(key, { caller, asked, created: created ?? 0, expires: expires ?? 0 });
    for (const id of idsOf(caller)) this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(key));
  }

  /** Nobody has this cookie any more: no answer from before is kept after that. */
  forget(cookie: string, now: Moment): void {
    const key = this.#keyOf(cookie);
    this.#note(cookieMark + key, now);
    this.#drop(key);
  }

  /** Forgets what changed. What is left counts for two seconds from when this was asked. */
  hear({ ids, now: there, longestSeconds, freshSeconds }: Changes, asked: Moment, now: Moment): void {
    if (!ids) this.reset(now);
    for (const id of ids ?? []) {
      this.#note(id, now);
      for (const key of [...(this.#byId.get(id) ?? [])]) this.#drop(key);
    }
    this.#ahead = there - asked.steady;
    [this.#longest, this.#fresh] = [longestSeconds, freshSeconds];
    this.#until = after(asked, leaseSeconds);
  }

  /** What is in memory counts no more, until it is known again what changed. */
  suspend(): void {
    this.#until = { steady: 0, wall: 0 };
  }

  /** Forgets everything: anything may have changed. */
  reset(now: Moment): void {
    this.suspend();
    for (const part of [this.#kept, this.#byId, this.#told]) part.clear();
    this.#resetAt = now.steady;
  }

  #note(name: string, now: Moment) {
    this.#told.delete(name);
    this.#told.set(name, now.steady);
    if (this.#told.size <= mostTold) return;
    this.#told.clear();
    this.#resetAt = now.steady; // it may have been anybody: for two seconds nothing is kept
  }

  #dropFirst(keys: ReadonlySet<string> | ReadonlyMap<string, Kept>) {
    const [first] = keys.keys();
    if (first !== undefined) this.#drop(first);
  }

  #drop(key: string) {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    for (const id of kept ? idsOf(kept.caller) : []) {
      const keys = this.#byId.get(id);
      keys?.delete(key);
      if (keys?.size === 0) this.#byId.delete(id);
    }
  }
}

const idsOf = ({ user, session }: Caller) => [session.id, user.id];

const notFresh = ({ user, session }: Caller): Caller =>
  Object.freeze({ user, session: Object.freeze({ ...session, fresh: false }) });
