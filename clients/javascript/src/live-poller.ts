/** Asks Gatehouse what changed, again and again, for as long as this program is asked itself. */

import { Unavailable } from "./caller.js";
import type { Line } from "./line.js";
import { type Changes, type LiveMemory, type Moment, readChanges } from "./live-memory.js";

const retryMilliseconds = 250;
const longestRetryMilliseconds = 5000;
const pauseMilliseconds = 10; // where much changes, several changes are told at once
const mostResets = 20;

/** What a poller needs. */
export interface Polled {
  memory: LiveMemory;
  line: Line;
  key: string;
  log(line: string): void;
  /** Seconds without a request after which it ends. */
  idle: number;
}

/** This moment, by both clocks. */
export const thisMoment = (): Moment => ({ steady: performance.now() / 1000, wall: Date.now() / 1000 });

/** Keeps a memory true. */
export class Poller {
  /** When this program was asked last, by the steady clock. */
  wantedAt = 0;
  readonly #polled: Polled;
  readonly #story: Story;
  #running: AbortController | undefined;

  constructor(polled: Polled) {
    this.#polled = polled;
    this.#story = createStory(polled.log);
  }

  /** Polls, unless it does already, until nobody asked this program for a while. */
  start(): void {
    this.wantedAt = thisMoment().steady;
    if (this.#running) return;
    const controller = new AbortController();
    this.#running = controller;
    void this.#run(controller.signal).finally(() => {
      if (this.#running === controller) this.stop();
    });
  }

  /** Polls no more, and forgets everything. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#polled.memory.reset(thisMoment());
  }

  async #run(signal: AbortSignal) {
    let [cursor, failures] = ["", 0];
    while (!signal.aborted && thisMoment().steady - this.wantedAt < this.#polled.idle)
      try {
        const changes = await this.#poll(cursor, signal);
        [cursor, failures] = [changes.cursor, 0];
        this.#story.succeeded(changes);
        if (changes.ids?.length) await pause(pauseMilliseconds);
      } catch (error) {
        if (signal.aborted) break;
        this.#polled.memory.suspend(); // whatever it was: what changed is not known
        this.#story.failed(error instanceof Unavailable ? error.message : "failed");
        failures += 1;
        // By chance, so that many programs do not come at once.
        await pause(Math.min(retryMilliseconds * failures, longestRetryMilliseconds) * (0.5 + Math.random() / 2));
      }
  }

  async #poll(cursor: string, signal: AbortSignal): Promise<Changes> {
    const { memory, line, key } = this.#polled;
    const asked = thisMoment();
    const headers = { authorization: `Bearer ${key}` };
    const changes = readChanges(await line({ path: `/api/session/changes?after=${cursor}`, headers, signal }));
    if (!signal.aborted) memory.hear(changes, asked, thisMoment());
    return changes;
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Story {
  failed(why: string): void;
  succeeded(changes: Changes): void;
}

/** Tells the log what is news about the polls, once. */
function createStory(log: (line: string) => void): Story {
  let [failure, resets] = ["", 0];
  return {
    failed(why) {
      const what = "Gatehouse is asked for each request, because it cannot be known what changed";
      if (why !== failure) log(`${what}: ${why}`);
      failure = why;
    },
    succeeded({ ids }) {
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
