import { within } from "../../db/deadline";
import type { Listen, Listener } from "../../db/listen";
import type { Log } from "../process/log";
import { keepTrying, oneAtATime } from "./keep-trying";

/** What is known of changes to sessions and users, on this replica or any other, by a script or by hand. */
export interface Invalidations {
  /**
   * Whether every change that was committed more than two seconds ago was received; `wall` is the time in milliseconds
   * since 1970, where the caller has asked for it already. Each call keeps the listener going.
   */
  isCurrent(wall?: number): boolean;
  /** The same for whoever watches, which keeps nothing going: where nobody asked for a minute, all is well too. */
  isWell(): boolean;
  /** Starts to listen, as the first isCurrent() would; resolves with whether listening works, once that is known. */
  begin(): Promise<boolean>;
  /** Resolves when every change committed before the call was received; after 250 ms it forgets everything instead. */
  caughtUp(): Promise<void>;
  /**
   * Resolves with whether every change committed before the call was received, within half a second; forgets nothing.
   * Each call keeps the listener going for a few seconds.
   */
  confirm(): Promise<boolean>;
  /** Ends the listening for good. */
  stop(): Promise<void>;
}

interface InvalidationDeps {
  listen: Listen;
  log: Log;
  /** Hears that the listening connection failed: so may others. */
  suspect?(): void;
  /**
   * Drops these sessions and users from the cache, and from reads under way. Without ids it drops everything, because
   * any row may have changed without a notification.
   */
  forget(ids?: string[]): void;
}

/** How long after a heartbeat the cache may be used: the longest that any answer can be out of date. */
const leaseMilliseconds = 2000;
const heartbeatMilliseconds = 500;
const silenceMilliseconds = 1000;
/** The longest that a visitor waits for the notification of his own change; then the whole cache is dropped instead. */
const longestCatchUpMilliseconds = 250;
/** After so long without a session check the connection is closed, so that a database that sleeps when idle can. */
const idleMilliseconds = 60_000;
/** The same without a poll of a backend: whoever polls stops by himself after a minute without a request. */
const idlePollMilliseconds = 5_000;
const longestConfirmMilliseconds = 500;

/** Listens as long as sessions are checked; after a pause or a failure it starts again with an empty cache. */
export function followInvalidations({ listen, log, suspect, forget }: InvalidationDeps): Invalidations {
  const lease = createLease(forget);
  const connection = createListenerConnection(listen, lease);
  let stopped = false;
  let [askedAt, polledAt] = [-Infinity, -Infinity];
  const isWanted = () => !stopped && (isRecent(askedAt, idleMilliseconds) || isRecent(polledAt, idlePollMilliseconds));
  const following = oneAtATime((told) => {
    const keepOpen = (onHealthy: () => void) => connection.keepOpen(isWanted, onHealthy);
    return keepTrying(keepOpen, { isWanted, log, suspect, told });
  });
  const isCurrent = (wall = Date.now()) => {
    const now = performance.now();
    askedAt = now;
    if (!stopped) following.begin();
    return lease.isValid(now, wall);
  };
  return {
    isCurrent,
    isWell: () => !isWanted() || lease.isValid(performance.now(), Date.now()),
    begin() {
      isCurrent();
      return following.firstResult();
    },
    async caughtUp() {
      await within(longestCatchUpMilliseconds, connection.catchUp()).catch(lease.end);
    },
    confirm() {
      polledAt = performance.now();
      if (!stopped) following.begin();
      // After a quiet spell listening only begins: the first to ask waits for it.
      return isCaughtUp(() => following.firstResult().then(connection.catchUp), lease);
    },
    async stop() {
      stopped = true;
      await connection.close();
    },
  };
}

const isRecent = (moment: number, milliseconds: number) => performance.now() - moment < milliseconds;

/** Without a connection there is nothing to catch up with, and no lease either. */
const isCaughtUp = (catchUp: () => Promise<void>, lease: Lease) =>
  within(longestConfirmMilliseconds, catchUp()).then(
    () => lease.isValid(performance.now(), Date.now()),
    () => false,
  );

/** Until when the cache may be used. */
interface Lease {
  /** Drops what a notification names from the cache. */
  receive(payload: string): void;
  /** Notes when a heartbeat is sent; the result, called when it came back, extends the lease from that moment. */
  startExtension(): () => void;
  /** At this moment, in milliseconds of `performance.now()`. */
  isValid(now: number, wall: number): boolean;
  /** Ends the lease, and drops everything from the cache. */
  end(): void;
}

function createLease(forget: InvalidationDeps["forget"]): Lease {
  // Two clocks: the first stands still while a machine is suspended, the second can be set back.
  let until = 0;
  let untilOnTheWall = 0;
  return {
    receive: (payload) => forget(idsIn(payload)),
    startExtension() {
      const [now, onTheWall] = [performance.now(), Date.now()];
      return () => {
        until = Math.max(until, now + leaseMilliseconds);
        untilOnTheWall = onTheWall + leaseMilliseconds;
      };
    },
    isValid: (now, wall) => now < until && wall < untilOnTheWall,
    end() {
      until = 0;
      forget();
    },
  };
}

/** The one listening connection, while there is one. */
function createListenerConnection(listen: Listen, lease: Lease) {
  let open: { listener: Listener; fingerprint?: string } | undefined;
  /** Rejects when the connection does not answer. Without a connection nothing is cached, so it resolves at once. */
  const catchUp = coalesced(async () => {
    const connection = open;
    if (!connection) return;
    const extend = lease.startExtension();
    const fingerprint = await connection.listener.catchUp(silenceMilliseconds);
    if (connection !== open) return;
    connection.fingerprint = assertUnchanged(fingerprint, connection.fingerprint);
    extend();
  });
  const lose = () => {
    open = undefined;
    lease.end();
  };
  return {
    catchUp,
    /** Listens on one connection until it is lost (rejects with the reason) or no longer wanted (resolves). */
    async keepOpen(isWanted: () => boolean, onHealthy: () => void) {
      const connection = { listener: await listen(lease.receive) };
      open = connection;
      void connection.listener.ended.then(() => open === connection && lose());
      try {
        for (; isWanted(); await Promise.race([Bun.sleep(heartbeatMilliseconds), connection.listener.ended])) {
          if (open !== connection) throw new Error("The listening connection was lost.");
          await catchUp();
          onHealthy();
        }
      } finally {
        lose();
        void connection.listener.close();
      }
    },
    async close() {
      lease.end();
      await open?.listener.close();
    },
  };
}

/**
 * The fingerprint of the tables and triggers that notify. Throws when a trigger is missing or switched off, and when
 * the fingerprint is another than before: changes may then have gone without a notification.
 */
function assertUnchanged(fingerprint: string | undefined, before: string | undefined): string {
  if (fingerprint === undefined)
    throw new Error(
      "Triggers that tell of sessions are missing or switched off, or a subscription fills their tables.",
    );
  if (before !== undefined && fingerprint !== before)
    throw new Error("Tables that a session check reads, or their triggers, were replaced meanwhile.");
  return fingerprint;
}

/** Runs the work once at a time. All calls during a run share the next run, so a call waits for two runs at most. */
function coalesced(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = () => (underWay = work().finally(() => (underWay = undefined)));
  const afterThat = (former: Promise<void>) =>
    former
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
  return () => (underWay ? (next ??= afterThat(underWay)) : begin());
}

/** The ids in a notification; undefined for all, also when the payload cannot be read. */
function idsIn(payload: string): string[] | undefined {
  try {
    const ids: unknown = JSON.parse(payload);
    return Array.isArray(ids) ? ids.map(String) : undefined;
  } catch {
    return undefined; // `*`, or a payload that another program sent on our channel
  }
}
