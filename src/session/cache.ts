import type { Listen } from "../../db/listen";
import type { Log } from "../process/log";
import { followInvalidations } from "./invalidation";
import { onlyCookie, sealed, type CookieSeal } from "./cookie";
import type { SignedIn } from "./signed-in";

/** A session that was checked, kept for as long as nothing changes. */
export interface Kept {
  /** The cookie's value as Better Auth writes it: no other spelling finds the session here. */
  cookie: string;
  /** Whether a secret signed it that no longer signs. */
  isOutdated: boolean;
  signedIn: SignedIn;
  /** The session API's answer, once it was asked for; made anew when the session stops being fresh. */
  answer?: { fresh: boolean; text: string };
  /** The same of Better Auth's own answer, which does not change. */
  betterAuthAnswer?: string;
  /** The whole `Cookie` header that it was last found by. */
  header?: string;
}

/** The session cache: sessions read from the database, used while it is known that nothing changed since. */
export interface SessionCache {
  /**
   * The session of a `Cookie` header, if it is cached, unchanged and not over. Reads memory only. Whoever has asked for
   * the time gives it: a clock costs as much as a look into memory.
   */
  find(cookieHeader: string | null, now?: number): Kept | undefined;
  /**
   * To be called before the database is read. The result caches what was read, unless that changed meanwhile: the row
   * may then be older than the change.
   */
  beginReading(): (cookieHeader: string | null, token: string, signedIn: SignedIn) => void;
  /** Starts to listen before the first check; resolves with whether sessions are cached from now on. */
  begin(): Promise<boolean>;
  /** Resolves when every change committed before the call is reflected, or the cache was emptied. */
  caughtUp(): Promise<void>;
  /**
   * Resolves with whether every change committed before the call is reflected, and whoever `hear`s was told of it. It
   * keeps the listener going for a few seconds, and never empties the cache.
   */
  confirm(): Promise<boolean>;
  stop(): Promise<void>;
  /** How many sessions are cached, and whether they may be used, should anybody ask. */
  state(): { entries: number; isBelieved: boolean };
}

interface SessionCacheDeps {
  listen: Listen;
  log: Log;
  /** Hears that changes cannot be heard any more. */
  suspect?(): void;
  seal: CookieSeal;
  longestSeconds: number;
  /**
   * How many sessions are cached; the one that was read first is dropped first. With 0 nothing is, nor listened for.
   */
  maxSessions: number;
  /** Is told which sessions and users changed; without ids: anything may have. */
  hear?(ids?: readonly string[]): void;
}

/** A cache that is used only while the notifications of changes arrive. */
export function createSessionCache(needs: SessionCacheDeps): SessionCache {
  const { seal, longestSeconds, maxSessions: most, hear } = needs;
  if (most === 0) return noCache;
  const store = createStore(most, seal.name);
  const changeLog = createChangeLog();
  const forget = (ids?: string[]) => {
    changeLog.note(ids);
    store.forget(ids);
    hear?.(ids);
  };
  const invalidations = followInvalidations({ ...needs, forget });
  return {
    find(cookieHeader, now = Date.now()) {
      if (cookieHeader === null || !invalidations.isCurrent(now)) return undefined;
      const kept = store.find(cookieHeader);
      return kept && isAlive(kept.signedIn.session, longestSeconds, now) ? kept : undefined;
    },
    beginReading() {
      if (!invalidations.isCurrent()) return () => undefined;
      const began = changeLog.moment();
      return (cookieHeader, token, signedIn) => {
        if (!invalidations.isCurrent() || changeLog.changedSince(began, idsOf(signedIn))) return;
        const cookie = onlyCookie(cookieHeader ?? "", seal.name);
        if (cookie === null) return;
        // Other spellings of one signature would let one session fill the cache.
        const age = seal.secrets.findIndex((secret) => cookie === encodeURIComponent(sealed(token, secret)));
        if (age !== -1) store.put({ cookie, isOutdated: age > 0, signedIn });
      };
    },
    begin: invalidations.begin,
    caughtUp: invalidations.caughtUp,
    confirm: invalidations.confirm,
    stop: invalidations.stop,
    state: () => ({ entries: store.size(), isBelieved: invalidations.isWell() }),
  };
}

/** Holds `most` sessions, found by the cookie `name` and dropped by the id of the session or its user. */
function createStore(most: number, name: string) {
  const byCookie = new Map<string, Kept>();
  const byHeader = createHeaderMemory();
  const byId = new Map<string, Set<Kept>>();

  function drop(kept: Kept) {
    byCookie.delete(kept.cookie);
    byHeader.drop(kept);
    for (const id of idsOf(kept.signedIn)) {
      const all = byId.get(id);
      all?.delete(kept);
      if (all?.size === 0) byId.delete(id);
    }
  }

  return {
    size: () => byCookie.size,
    find(header: string) {
      const known = byHeader.find(header);
      if (known) return known;
      const kept = byCookie.get(onlyCookie(header, name) ?? "");
      if (kept) byHeader.put(header, kept);
      return kept;
    },
    put(kept: Kept) {
      const former = byCookie.get(kept.cookie) ?? (byCookie.size >= most ? byCookie.values().next().value : undefined);
      if (former) drop(former);
      byCookie.set(kept.cookie, kept);
      for (const id of idsOf(kept.signedIn)) byId.set(id, (byId.get(id) ?? new Set()).add(kept));
    },
    /** Without ids: everything. */
    forget(ids?: string[]) {
      if (ids) for (const id of ids) byId.get(id)?.forEach(drop);
      else for (const all of [byCookie, byHeader, byId]) all.clear();
    },
  };
}

const longestHeader = 1024; // characters

/** One header of each session: most come with the same again and again, and reading one costs more than this look. */
function createHeaderMemory() {
  const byHeader = new Map<string, Kept>();
  const drop = ({ header }: Kept) => {
    if (header !== undefined) byHeader.delete(header);
  };
  return {
    find: (header: string) => byHeader.get(header),
    put(header: string, kept: Kept) {
      if (header.length > longestHeader) return;
      drop(kept);
      kept.header = header;
      byHeader.set(header, kept);
    },
    drop,
    clear: () => byHeader.clear(),
  };
}

const mostNoted = 10_000;

/** The ids of sessions and users that changed lately, so that a row read during a change is not cached. */
function createChangeLog() {
  const changedAt = new Map<string, number>();
  let moment = 0;
  let forgottenAt = 0; // what began before may have missed something
  return {
    moment: () => moment,
    /** Without ids: anything may have changed. */
    note(ids?: string[]) {
      moment += 1;
      if (!ids || changedAt.size > mostNoted) {
        changedAt.clear();
        forgottenAt = moment;
      }
      for (const id of ids ?? []) changedAt.set(id, moment);
    },
    changedSince: (began: number, ids: string[]) =>
      began < forgottenAt || ids.some((id) => (changedAt.get(id) ?? 0) > began),
  };
}

const idsOf = ({ session, user }: SignedIn) => [session.id, user.id];

/** A cache that holds nothing. */
export const noCache: SessionCache = {
  find: () => undefined,
  beginReading: () => () => undefined,
  begin: () => Promise.resolve(false),
  caughtUp: () => Promise.resolve(),
  confirm: () => Promise.resolve(false),
  stop: () => Promise.resolve(),
  state: () => ({ entries: 0, isBelieved: false }),
};

/**
 * Whether a session that is in the table counts: not past its expiry, nor past the longest any session lasts. One that
 * begins as long from now was written by SQL, or by a clock that was set back since: nothing might end it for years.
 */
export const isAlive = (
  { createdAt, expiresAt }: SignedIn["session"],
  longestSeconds: number,
  now: number, // milliseconds since 1970
): boolean => expiresAt.getTime() > now && Math.abs(now - createdAt.getTime()) < longestSeconds * 1000;
