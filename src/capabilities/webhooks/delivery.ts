import { withRequestBudget } from "../../../db/deadline";
import type { Worker } from "../../capability";
import type { Services } from "../../account/services";
import { createScheduler } from "../../mail/scheduler";
import { putOff, secondsToNext, takeNext, takeOut, type Due } from "./queue";
import type { Endpoint } from "./settings";

/** The most that are under way at a time, of one process: as many connections the receiver is asked for. */
const mostUnderWay = 6;
/** How often the database is asked for what was written by SQL, or by a replica that has ended. */
const pollSeconds = 5;

type Parts = Pick<Services, "database" | "log" | "metrics"> & { endpoint: Endpoint };

/**
 * Sends webhooks in the background. Each leaves the database once the receiver has taken it: should the program die
 * between the two, the very same one is sent again under the same id. A database that sleeps when nobody asks is asked
 * when a request has woken it anyway.
 */
export function createDelivery(parts: Parts): Worker {
  const { database, log } = parts;
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  const scheduler = createScheduler(async () => {
    try {
      for (let due = await next(); due; due = await next()) begin(due);
      const seconds = await withRequestBudget(() => secondsToNext(database));
      const longest = database.driver === "neon" ? undefined : pollSeconds;
      if (seconds === undefined) return longest;
      return Math.max(underWay.size > 0 ? 1 : 0, Math.min(seconds, longest ?? seconds));
    } catch (error) {
      log("warn", "webhook.waiting", { error }); // the database cannot be asked right now
      return pollSeconds;
    }
  });
  const next = async () =>
    stopped || underWay.size >= mostUnderWay ? undefined : withRequestBudget(() => takeNext(database));
  function begin(due: Due) {
    const sent = withRequestBudget(() => send(parts, due)).finally(() => underWay.delete(sent) && scheduler.wake());
    underWay.add(sent);
  }
  return {
    wake: scheduler.wake,
    wakeAfterPost: scheduler.wake,
    pollIfDue: () => void (performance.now() - scheduler.lastBegan() > pollSeconds * 1000 && scheduler.wake()),
    async idle() {
      for (await scheduler.idle(); underWay.size > 0; await scheduler.idle()) await Promise.all(underWay);
    },
    async stop() {
      stopped = true;
      await scheduler.stop();
      await Promise.all(underWay);
    },
  };
}

/** One try. */
async function send({ database, endpoint, log, metrics }: Parts, due: Due): Promise<void> {
  const { id, type, tries } = due;
  const facts = { webhook: id, type, tries };
  try {
    const { post } = await import("./post"); // most programs send none
    const reason = await post(endpoint, { id, body: bodyOf(due), tries });
    if (reason === undefined) await takeOut(database, id);
    const isGivenUp = reason !== undefined && (await putOff(database, due, reason));
    metrics.count("gatehouse_webhooks_total", {
      outcome: isGivenUp ? "given_up" : reason === undefined ? "sent" : "failed",
    });
    if (reason === undefined) log("info", "webhook.sent", facts);
    else log("warn", isGivenUp ? "webhook.given_up" : "webhook.failed", { ...facts, reason });
  } catch (error) {
    log("warn", "webhook.waiting", { ...facts, error }); // it is due again when its turn is over
  }
}

/** What is sent: ids alone, the same in each try. */
const bodyOf = ({ type, at, about }: Due): string =>
  JSON.stringify({ type, timestamp: at, data: about === null ? {} : { userId: about } });
