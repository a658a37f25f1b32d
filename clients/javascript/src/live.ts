/** Answers from memory, for as long as Gatehouse tells what changed. */

import type { Memory } from "./desk.js";
import { Unavailable } from "./caller.js";
import { isEachRequestAlone, type Line, openLine } from "./line.js";
import { type Changes, LiveMemory, type Moment, readChanges } from "./live-memory.js";
import { builtIn, fetchOverOne } from "./one-connection.js";
import type { Settings } from "./options.js";

/** Gatehouse holds a poll for half a second, and tells some 4,000 ids at the most: these are its bounds. */
const terms = { deadlineSeconds: 1.5, longestBody: 512 * 1024, connections: 1 };

const idleSeconds = 60;
const retryMilliseconds = 250;
const longestRetryMilliseconds = 5000;
const pauseMilliseconds = 10; // where much changes, several changes are told at once
const mostResets = 20;

/**
 * A memory that polls Gatehouse with a key, from the first answer that it keeps until nobody asked for a minute.
 * Throws TypeError where a program cannot have one.
 */
export function openLive(settings: Settings, key: string, idle = idleSeconds): Memory {
  const memory = new LiveMemory(keyedHash());
  const { url, fetch = fetchOverOne(url), log } = settings;
  const poller = createPoller({ memory, line: openLine({ url, fetch }, terms), key, log, idle });
  return {
    get(cookie) {
      const now = thisMoment();
      poller.wantedAt = now.steady;
      return memory.find(cookie, now);
    },
    keep(cookie, caller, askedAt) {
      poller.start();
      memory.keep(cookie, caller, askedAt / 1000);
    },
    forget: (cookie) => memory.forget(cookie, thisMoment()),
    close: () => poller.stop(),
  };
}

const thisMoment = (): Moment => ({ steady: performance.now() / 1000, wall: Date.now() / 1000 });

/** A hash whose key is this memory's own. */
function keyedHash(): (cookie: string) => string {
  const crypto = isEachRequestAlone() ? undefined : builtIn?.("node:crypto");
  if (!crypto) throw new TypeError("liveKey: needs a program that lives on between requests: Node 20.16, Bun or Deno.");
  const secret = crypto.randomBytes(32);
  return (cookie) => `#${crypto.createHmac("sha256", secret).update(cookie).digest("base64")}`;
}

interface Polled {
  memory: LiveMemory;
  line: Line;
  key: string;
  log(line: string): void;
  /** Seconds without a request after which it ends. */
  idle: number;
}

/** Asks what changed, again and again. */
function createPoller({ memory, line, key, log, idle }: Polled) {
  const story = createStory(log);
  const headers = { authorization: `Bearer ${key}` };
  let running: AbortController | undefined;

  async function poll(cursor: string, signal: AbortSignal): Promise<Changes> {
    const asked = thisMoment();
    const changes = readChanges(await line({ path: `/api/session/changes?after=${cursor}`, headers, signal }));
    if (!signal.aborted) memory.hear(changes, asked, thisMoment());
    return changes;
  }

  async function run(signal: AbortSignal) {
    let [cursor, failures] = ["", 0];
    while (!signal.aborted && thisMoment().steady - poller.wantedAt < idle)
      try {
        const changes = await poll(cursor, signal);
        [cursor, failures] = [changes.cursor, 0];
        story.succeeded(changes);
        if (changes.ids?.length) await pause(pauseMilliseconds);
      } catch (error) {
        if (signal.aborted) break;
        memory.suspend(); // whatever it was: what changed is not known
        story.failed(error instanceof Unavailable ? error.message : "failed");
        failures += 1;
        // By chance, so that many programs do not come at once.
        await pause(Math.min(retryMilliseconds * failures, longestRetryMilliseconds) * (0.5 + Math.random() / 2));
      }
  }

  const poller = {
    /** When this program was asked last, by the steady clock. */
    wantedAt: 0,
    /** Polls, unless it does already. */
    start() {
      poller.wantedAt = thisMoment().steady;
      if (running) return;
      const controller = new AbortController();
      running = controller;
      void run(controller.signal).finally(() => {
        if (running === controller) poller.stop();
      });
    },
    /** Polls no more, and forgets everything. */
    stop() {
      running?.abort();
      running = undefined;
      memory.reset(thisMoment());
    },
  };
  return poller;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tells the log what is news about the polls, once. */
function createStory(log: (line: string) => void) {
  let [failure, resets] = ["", 0];
  return {
    failed(why: string) {
      const what = "Gatehouse is asked for each request, because it cannot be known what changed";
      if (why !== failure) log(`${what}: ${why}`);
      failure = why;
    },
    succeeded({ ids }: Changes) {
      if (failure) log("Answering from memory again.");
      failure = "";
      resets = ids ? 0 : resets + 1;
      if (resets === mostResets)
        log(
          "Each poll is answered by another process of Gatehouse, so nothing stays in memory: " +
            "a balancer must leave a connection at one process",
        );
    },
  };
}
