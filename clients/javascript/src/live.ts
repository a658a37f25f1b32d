/** Answers from memory, for as long as Gatehouse tells what changed. */

import type { Memory } from "./desk.js";
import { isEachRequestAlone, openLine } from "./line.js";
import { LiveMemory } from "./live-memory.js";
import { Poller } from "./live-poller.js";
import { thisMoment } from "./moment.js";
import { builtIn, fetchOverOne } from "./one-connection.js";
import type { Settings } from "./options.js";

/** Gatehouse holds a poll for half a second, and tells some 4,000 ids at the most: these are its bounds. */
const terms = { deadlineSeconds: 1.5, longestBody: 512 * 1024, connections: 1 };

const idleSeconds = 60;

/**
 * A memory that polls Gatehouse with a key, from the first answer that it keeps until nobody asked for a minute.
 * Throws TypeError where a program cannot have one.
 */
export function openLive(settings: Settings, key: string, idle = idleSeconds): Memory {
  const { crypto, inOwnContext } = livingOn();
  const memory = new LiveMemory(keyedHash(crypto));
  const { url, fetch = fetchOverOne(url), log } = settings;
  const poller = new Poller({ memory, line: openLine({ url, fetch }, terms), key, log, idle });
  let closedAt = Number.NEGATIVE_INFINITY; // by the steady clock
  return {
    get(cookie) {
      const now = thisMoment();
      poller.wantedAt = now.steady;
      return memory.find(cookie, now);
    },
    keep(cookie, caller, asked) {
      if (asked.steady <= closedAt) return; // close() holds, until a later request
      inOwnContext(() => poller.start()); // that of the request would be held for as long as it polls
      memory.keep(cookie, caller, asked.steady);
    },
    forget: (cookie) => memory.forget(cookie, thisMoment()),
    close() {
      closedAt = thisMoment().steady;
      poller.stop();
    },
  };
}

/** What a memory takes from the runtime. Throws TypeError where each request is alone. */
function livingOn() {
  const crypto = isEachRequestAlone() ? undefined : builtIn?.("node:crypto");
  if (!crypto || !inOwnContext)
    throw new TypeError(
      "liveKey: needs a program that lives on between requests: Node 20.16, Bun or Deno, " +
        "and neither Workers nor the Edge runtime of Next's middleware.",
    );
  return { crypto, inOwnContext };
}

/**
 * Calls a function in the context in which this module was loaded. The one in which a client is made may be that of a
 * request, and would be held, and named in each trace, for as long as the client polls.
 */
const inOwnContext = isEachRequestAlone() ? undefined : builtIn?.("node:async_hooks")?.AsyncLocalStorage.snapshot();

/**
 * A hash whose key is this memory's own, before the cookie. HMAC would take three times as long for each request, and
 * keep off only whoever sees a result and goes on from it; no result leaves the memory.
 */
function keyedHash(crypto: typeof import("node:crypto")): (cookie: string) => string {
  const key = crypto.randomBytes(32).toString("base64");
  return (cookie) => crypto.hash("sha256", key + cookie, "base64");
}
