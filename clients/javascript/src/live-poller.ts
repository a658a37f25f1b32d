/** Asks Gatehouse what changed, again and again, for as long as this program is asked itself. */

import { Unavailable } from "./caller.js";
import type { Line } from "./line.js";
import { type Changes, type LiveMemory, readChanges } from "./live-memory.js";
import { thisMoment } from "./moment.js";

const retryMilliseconds = 250;
const longestRetryMilliseconds = 5000;
/** After each poll. Where much changes, several changes are told at once; and a cache in between may answer at once. */
const pauseMilliseconds = 10;
const mostResets = 5;

/** What a poller needs. */
export interface Polled {
  memory: LiveMemory;
  line: Line;
  key: string;
  log(line: string): void;
  /** Seconds without a request after which it ends. */
  idle: number;
}

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
    let [cursor, failures, resets] = ["", 0, 0];
    while (!signal.aborted && thisMoment().steady - this.wantedAt < this.#polled.idle)
      try {
        const changes = await this.#poll(cursor, signal);
        [cursor, failures, resets] = [changes.cursor, 0, changes.ids ? 0 : resets + 1];
        this.#story.succeeded(resets);
        await pause(pauseMilliseconds, signal);
        if (resets > 1) await pause(retryPause(resets - 1), signal); // one is usual; more come without a wait
      } catch (error) {
        if (signal.aborted) break;
        this.#polled.memory.suspend(); // whatever it was: what changed is not known
        this.#story.failed(error instanceof Unavailable ? error.message : "failed");
        failures += 1;
        await pause(retryPause(failures), signal);
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

/** Milliseconds to wait after so many polls that told nothing. By chance, so that many programs do not come at once. */
const retryPause = (failures: number) =>
  Math.min(retryMilliseconds * failures, longestRetryMilliseconds) * (0.5 + Math.random() / 2);

/** Waits for some milliseconds, or until the signal is aborted: a timer would keep the process alive. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", goOn);
      resolve();
    };
    const timer = setTimeout(goOn, milliseconds);
    signal.addEventListener("abort", goOn);
    if (signal.aborted) goOn();
  });
}

interface Story {
  failed(why: string): void;
  /** `resets` are those in a row. */
  succeeded(resets: number): void;
}

/** Tells the log what is news about the polls, once. */
function createStory(log: (line: string) => void): Story {
  let failure = "";
  return {
    failed(why) {
      const what = "Gatehouse is asked for each request, because it cannot be known what changed";
      if (why !== failure) log(`${what}: ${why}`);
      failure = why;
    },
    succeeded(resets) {
      if (failure) log("Answering from memory again.");
      failure = "";
      if (resets === mostResets)
        log(
          "Each poll is answered by another process of Gatehouse, so nothing stays in memory: " +
            "a balancer must leave a connection at one process",
        );
    },
  };
}
