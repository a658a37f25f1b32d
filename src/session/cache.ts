import type { Listen } from "../../db/listen";
import type { Log } from "../process/log";
import { followInvalidations } from "./invalidation";
import { onlyCookie, sealed, type CookieSeal } from "./cookie";
import type { SignedIn } from "./signed-in";

/** A session that was checked, kept for as long as nothing changes. */
export interface Kept {
  /** The cookie's value as Better Auth writes it: no other spelling finds the session here. */
  cookie: string;
  signedIn: SignedIn;
  /** The session API's answer, once it was asked for; made anew when the session stops being fresh. */
  answer?: { fresh: boolean; text: string };
  /** The same of Better Auth's own answer, which does not change. */
  betterAuthAnswer?: string;
}

/** The live cache: sessions that were read from the database, while it is known that nothing changed since. */
export interface SessionCache {
  /** The session of a `Cookie` header, if it is kept, nothing changed, and it is not over. Asks nobody. */
  find(cookieHeader: string | null): Kept | undefined;
  /**
   * To be called before the database is read; the result keeps what was read, unless it changed meanwhile: the answer
   * may then be older than the change.
   */
  beginReading(): (cookieHeader: string | null, token: string, signedIn: SignedIn) => void;
  /** Begins to listen before anybody asks; resolves with whether sessions are kept from now on. */
  begin(): Promise<boolean>;
  /** Resolves when no change that was committed before the call can be missing any more. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

interface Needs {
  listen: Listen;
  log: Log;
  seal: CookieSeal;
  longestSeconds: number;
  /** How many sessions are kept; the one that was read first goes first. With 0 none is, and nobody listens. */
  most: number;
}

/** A cache that believes itself only while the database's changes are heard. */
export function createLiveSessions({ listen, log, seal, longestSeconds, most }: Needs): SessionCache {
  if (most === 0) return noCache;
  const shelf = createStore(most);
  const latest = createChangeLog();
  const forget = (ids?: string[]) => {
    latest.note(ids);
    shelf.forget(ids);
  };
  const changes = followInvalidations({ listen, log, forget });
  return {
    find(cookieHeader) {
      if (cookieHeader === null || !changes.isCurrent()) return undefined;
      const kept = shelf.get(onlyCookie(cookieHeader, seal.name) ?? "");
      return kept && isAlive(kept.signedIn.session, longestSeconds) ? kept : undefined;
    },
    beginReading() {
      if (!changes.isCurrent()) return () => undefined;
      const began = latest.moment();
      return (cookieHeader, token, signedIn) => {
        if (!changes.isCurrent() || latest.changedSince(began, idsOf(signedIn))) return;
        const cookie = onlyCookie(cookieHeader ?? "", seal.name);
        // Other spellings of one signature would let one session fill the cache.
        if (cookie !== null && cookie === encodeURIComponent(sealed(token, seal.secret)))
          shelf.put({ cookie, signedIn });
      };
    },
    begin: changes.begin,
    caughtUp: changes.caughtUp,
    stop: changes.stop,
  };
}

/** Where sessions are kept, `most` of them, to be found by cookie and forgotten by the id of the session or its user. */
function createStore(most: number) {
  const byCookie = new Map<string, Kept>();
  const byId = new Map<string, Set<Kept>>();

  function drop(kept: Kept) {
    byCookie.delete(kept.cookie);
    for (const id of idsOf(kept.signedIn)) {
      const all = byId.get(id);
      all?.delete(kept);
      if (all?.size === 0) byId.delete(id);
    }
  }

  return {
    get: (cookie: string) => byCookie.get(cookie),
    put(kept: Kept) {
      const former = byCookie.get(kept.cookie) ?? (byCookie.size >= most ? byCookie.values().next().value : undefined);
      if (former) drop(former);
      byCookie.set(kept.cookie, kept);
      for (const id of idsOf(kept.signedIn)) byId.set(id, (byId.get(id) ?? new Set()).add(kept));
    },
    /** Without ids: everything. */
    forget(ids?: string[]) {
      if (ids) for (const id of ids) byId.get(id)?.forEach(drop);
      else for (const all of [byCookie, byId]) all.clear();
    },
  };
}

const mostNoted = 10_000;

/** What changed last, so that what was read meanwhile is not kept: by the id of a session or a user. */
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

/** A memory that keeps nothing. */
export const noCache: SessionCache = {
  find: () => undefined,
  beginReading: () => () => undefined,
  begin: () => Promise.resolve(false),
  caughtUp: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** Whether a session that is in the table counts: not past its expiry, nor past the longest any session lasts. */
export function isAlive({ createdAt, expiresAt }: SignedIn["session"], longestSeconds: number): boolean {
  const now = Date.now();
  return expiresAt.getTime() > now && createdAt.getTime() + longestSeconds * 1000 > now;
}
