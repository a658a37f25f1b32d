import { within } from "../../db/deadline";
import type { Listen, Listener } from "../../db/listen";
import type { Log } from "../process/log";

/** What is known of changes to sessions and users, on this replica or any other, by a script or by hand. */
export interface Invalidations {
  /** Whether all that was committed until two seconds ago, at the most, has been heard. Asking keeps the listening up. */
  isCurrent(): boolean;
  /** Begins to listen, as the first asking would; resolves with whether it goes, once that is known. */
  begin(): Promise<boolean>;
  /** Resolves when all that was committed before the call is heard, or, after a quarter of a second, forgotten. */
  caughtUp(): Promise<void>;
  /** Hears no more. */
  stop(): Promise<void>;
}

interface Needs {
  listen: Listen;
  log: Log;
  /** Forgets what is kept, or being read, of these sessions and users; without ids, because any may have changed unheard, of all of them. */
  forget(ids?: string[]): void;
}

/** For how long after a sign of life it is believed that nothing changed unheard: the longest that any answer can be behind. */
const leaseMilliseconds = 2000;
const beatMilliseconds = 500;
const silenceMilliseconds = 1000;
const retryMilliseconds = 500;
/** A visitor waits no longer than this for what he changed to be heard: then everything is forgotten instead. */
const longestCatchUpMilliseconds = 250;
/** Nobody asked for so long: the connection is given up, so that a database that sleeps when idle can. */
const idleMilliseconds = 60_000;

/** Listens as long as somebody asks; after that, and after every failure, begins anew with everything forgotten. */
export function followInvalidations({ listen, log, forget }: Needs): Invalidations {
  const belief = createLease(forget);
  const line = createListenerConnection(listen, belief);
  const firstWord = Promise.withResolvers<boolean>();
  let following: Promise<void> | undefined;
  let askedAt = -Infinity;
  let stopped = false;
  const isWanted = () => !stopped && performance.now() - askedAt < idleMilliseconds;
  const follow = () =>
    keepTrying((sayItGoes) => line.holdOpen(isWanted, sayItGoes), { isWanted, log, say: firstWord.resolve });
  const areHeard = () => {
    const now = performance.now();
    askedAt = now;
    if (!stopped) following ??= follow().finally(() => (following = undefined));
    return belief.isValid(now);
  };
  return {
    isCurrent: areHeard,
    begin() {
      areHeard();
      return firstWord.promise;
    },
    async caughtUp() {
      await within(longestCatchUpMilliseconds, line.catchUp()).catch(belief.end);
    },
    async stop() {
      stopped = true;
      await line.close();
    },
  };
}

/** The belief that nothing changed unheard. */
interface Lease {
  /** Forgets what a notification names. */
  heard(payload: string): void;
  /** Notes the moment at which a sign of life is asked for; the result, called when it came, extends the belief from there. */
  startExtension(): () => void;
  /** At this moment, in milliseconds of `performance.now()`. */
  isValid(now: number): boolean;
  /** Ends it, and forgets everything. */
  end(): void;
}

function createLease(forget: Needs["forget"]): Lease {
  // Two clocks: the first stands still while a machine is suspended, the second can be set back.
  let until = 0;
  let untilOnTheWall = 0;
  return {
    heard: (payload) => forget(idsIn(payload)),
    startExtension() {
      const [now, onTheWall] = [performance.now(), Date.now()];
      return () => {
        until = Math.max(until, now + leaseMilliseconds);
        untilOnTheWall = onTheWall + leaseMilliseconds;
      };
    },
    isValid: (now) => now < until && Date.now() < untilOnTheWall,
    end() {
      until = 0;
      forget();
    },
  };
}

/** The one listening connection, while there is one. */
function createListenerConnection(listen: Listen, belief: Lease) {
  let open: { listener: Listener; told?: string } | undefined;
  /** Rejects when the connection is silent; without one nothing is kept, so there is nothing to catch up with. */
  const catchUp = coalesced(async () => {
    const line = open;
    if (!line) return;
    const extend = belief.startExtension();
    const told = await line.listener.catchUp(silenceMilliseconds);
    if (line !== open) return;
    line.told = assertUnchanged(told, line.told);
    extend();
  });
  const lose = () => {
    open = undefined;
    belief.end();
  };
  return {
    catchUp,
    /** One connection, from its beginning to its end. Rejects with what ended it, unless nobody wants it any more. */
    async holdOpen(isWanted: () => boolean, sayItGoes: () => void) {
      const line = { listener: await listen(belief.heard) };
      open = line;
      void line.listener.ended.then(() => open === line && lose());
      try {
        for (; isWanted(); await Bun.sleep(beatMilliseconds)) {
          if (open !== line) throw new Error("The listening connection was lost.");
          await catchUp();
          sayItGoes();
        }
      } finally {
        lose();
        void line.listener.close();
      }
    },
    async close() {
      belief.end();
      await open?.listener.close();
    },
  };
}

/** What tells of changes, if it is what it was before. Throws when it tells not of all, or may not have for a while. */
function assertUnchanged(told: string | undefined, before: string | undefined): string {
  if (told === undefined)
    throw new Error(
      "The triggers on session and user are missing or switched off, or the tables are filled by a subscription.",
    );
  if (before !== undefined && told !== before)
    throw new Error("The tables session and user, or their triggers, were replaced meanwhile.");
  return told;
}

/** Work that is done once at a time: whoever comes meanwhile shares the next time with all others, and so waits for two at most. */
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

interface Trying {
  isWanted(): boolean;
  log: Log;
  /** Hears each time whether it goes. */
  say(itGoes: boolean): void;
}

/** Does it again after every failure, and logs once that it fails and once that it goes again. */
async function keepTrying(once: (sayItGoes: () => void) => Promise<void>, { isWanted, log, say }: Trying) {
  let failing = false;
  const sayItGoes = () => {
    say(true);
    if (failing) log("info", "session.cache_on", {});
    failing = false;
  };
  while (isWanted()) {
    try {
      await once(sayItGoes);
    } catch (error) {
      say(false);
      if (!failing && isWanted()) log("warn", "session.cache_off", { error });
      failing = true;
      await Bun.sleep(retryMilliseconds * (0.5 + Math.random()));
    }
  }
}

/** Undefined for "all of them", which is also the answer to what nobody understands. */
function idsIn(payload: string): string[] | undefined {
  try {
    const ids: unknown = JSON.parse(payload);
    return Array.isArray(ids) ? ids.map(String) : undefined;
  } catch {
    return undefined; // `*`, or a stranger's word on our channel
  }
}
