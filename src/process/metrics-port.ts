import type { Subprocess } from "bun";
import { TooLate, within } from "../../db/deadline";
import { sayTo } from "./heartbeat";
import { exposition, lasting, merged, type Metrics, type Snapshot } from "./metrics";
import { portRefusal, type ListenAddress } from "./port";

/** Serves `GET /metrics` on a port of its own, and nothing else. Throws StartRefused when it cannot listen there. */
export function serveMetrics(address: ListenAddress, read: () => Promise<Snapshot>): void {
  const answer = async () =>
    new Response(exposition(await read()), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
  try {
    const fetch = () => new Response("The metrics are at /metrics.\n", { status: 404 });
    Bun.serve({ ...address, development: false, routes: { "/metrics": { GET: answer } }, fetch });
  } catch (error) {
    throw portRefusal("GATEHOUSE_METRICS_PORT, GATEHOUSE_METRICS_HOST", address, error);
  }
}

/** How a supervisor asks a worker for its metrics. */
const question = "metrics";

/** Has this worker answer its supervisor. */
export function answerSupervisor(metrics: Metrics): void {
  process.on("message", async (word) => {
    if (word === question) process.send?.({ metrics: await metrics.read() });
  });
}

/** The metrics of all workers as one. */
export interface Tally {
  /** To be called with whatever a worker says. */
  hear(worker: Subprocess, said: unknown): void;
  /** A worker ended: what it counted stays counted, or the sum would fall. */
  end(worker: Subprocess): void;
}

const longestWait = 1000; // milliseconds

/**
 * A tally of the workers that live, which is served at the address, if there is one. Each is asked then; of a worker
 * that does not answer within a second, what it said last is told.
 */
export function createTally(running: ReadonlyMap<Subprocess, unknown>, address?: ListenAddress): Tally {
  const last = new Map<Subprocess, Snapshot>();
  const asked = new Map<Subprocess, PromiseWithResolvers<void>>();
  let ofTheEnded: Snapshot = { gatehouse_workers_ended_total: { "": 0 } };
  const ask = (worker: Subprocess) => {
    const asking = asked.get(worker) ?? Promise.withResolvers<void>();
    if (!sayTo(worker, question)) return undefined; // again each time: one that had just begun did not hear it
    asked.set(worker, asking);
    return asking.promise;
  };
  const answered = (worker: Subprocess) => {
    asked.get(worker)?.resolve();
    asked.delete(worker);
  };
  const read = async () => {
    await within(longestWait, Promise.all([...running.keys()].map(ask))).catch((error) => {
      if (!(error instanceof TooLate)) throw error;
    });
    return merged([ofTheEnded, ...last.values()]);
  };
  if (address) serveMetrics(address, read);
  return {
    hear(worker, said) {
      if (said === null || typeof said !== "object" || !("metrics" in said)) return;
      last.set(worker, said.metrics as Snapshot); // a worker is this program too
      answered(worker);
    },
    end(worker) {
      const counted = lasting(last.get(worker) ?? {});
      ofTheEnded = merged([ofTheEnded, counted, { gatehouse_workers_ended_total: { "": 1 } }]);
      last.delete(worker);
      answered(worker);
    },
  };
}
