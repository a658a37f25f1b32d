import { withDeadline } from "../../db/deadline";
import type { Database } from "../../db/types";
import type { Log } from "../process/log";
import { createSessionApi, type SessionApi } from "./api";
import type { CheckCounts } from "./counts";
import type { CookieSeal } from "./cookie";
import { createSessionCheck, type SessionCheck } from "./check";
import { createForwardAuth, type ForwardAuth, type ProxiedVisit } from "./forward-auth";
import { createGetSession, type GetSession } from "./get-session";
import { createFastPaths, type FastPaths } from "./fast-path";
import { createSessionCache, type SessionCache } from "./cache";
import { createChangeRing } from "./change-ring";
import { createChanges, type Changes } from "./changes";

/** Everything that tells who is signed in, from the quickest way to the longest. */
export interface Sessions {
  fastPaths: FastPaths;
  sessionCache: SessionCache;
  /** For pages, which show and change what matters: it asks the database each time, as every replica would. */
  check: SessionCheck;
  api: SessionApi;
  getSession: GetSession;
  forwardAuth: ForwardAuth;
  /** For backends that answer from memory; absent where none has a key. */
  changes?: Changes;
}

interface SessionDeps {
  database: Database;
  /** Hears of what changed in the database. */
  listen: Database["listen"];
  seal: CookieSeal;
  log: Log;
  /** Hears that the database may be gone. */
  suspect(): void;
  /** What the edge puts on every answer. */
  guards: Record<string, string>;
  /** A session for which fewer factors were proved is nobody's. */
  leastFactors?: number;
  /** Where a user sets up a second factor; without it nobody can. */
  secondFactorUrl?: string;
  /** Where a proxy's visitor signs in. */
  signInUrl(visit: ProxiedVisit): string;
  /** Where checks for programs are counted; without it they are not. */
  counts?: CheckCounts;
  /** False from the moment at which the program is about to end. */
  isOpen(): boolean;
  config: {
    host: string;
    trustedOrigins: readonly string[];
    backendKeys?: readonly string[];
    sessions: {
      longestSeconds: number;
      freshSeconds: number;
      idleSeconds: number;
      extendedEverySeconds: number;
      kept: number;
    };
  };
}

/** The check of sessions on a database, with its memory and its API. */
export function openSessions(needs: SessionDeps): Sessions {
  const { database, seal, log, suspect, guards, signInUrl, secondFactorUrl } = needs;
  const { isOpen, config, leastFactors, counts, listen } = needs;
  const { host, trustedOrigins, sessions, backendKeys: keys } = config;
  const { longestSeconds, freshSeconds, idleSeconds, extendedEverySeconds } = sessions;
  const ring = keys && createChangeRing();
  const sessionCache = createSessionCache({
    listen,
    log,
    suspect,
    seal,
    longestSeconds,
    maxSessions: sessions.kept,
    hear: ring?.note,
  });
  const limits = { longestSeconds, freshSeconds };
  const { sessionByToken } = database.checks;
  // For what asks the database more than once: all of it together waits no longer than one request may.
  const inBudget: typeof sessionByToken = (token) => withDeadline(sessionByToken(token));
  const rule = { seal, longestSeconds, leastFactors };
  const check = createSessionCheck({ sessionByToken: inBudget, ...rule });
  const checkFor = (ask: typeof sessionByToken) =>
    createSessionCheck({ sessionByToken: ask, ...rule, cache: sessionCache, counts });
  const quickCheck = checkFor(sessionByToken);
  const rules = { host, extendsFromSeconds: idleSeconds - extendedEverySeconds };
  return {
    fastPaths: createFastPaths({ cache: sessionCache, guards, trustedOrigins, freshSeconds, rules, isOpen, counts }),
    sessionCache,
    check,
    api: createSessionApi({ check: quickCheck, guards, trustedOrigins, freshSeconds, log }),
    getSession: createGetSession({ check: checkFor(inBudget), seal, rules }),
    forwardAuth: createForwardAuth({ check: quickCheck, signInUrl, secondFactorUrl, log }),
    changes: ring && createChanges({ ring, keys, limits, confirm: sessionCache.confirm }),
  };
}
