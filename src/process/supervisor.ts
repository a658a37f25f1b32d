import type { Subprocess } from "bun";
import { isOneFile } from "../../db/own-path";
import { refusedCode } from "../../db/refusal";
import type { Environment } from "../settings/setting";
import { heardBeat, sayTo, silenceAtStart, watchBeats, type Silences } from "./heartbeat";
import { whenAsked, workerArgument, type Signal } from "./leave";
import type { Log } from "./log";
import { createTally, type Tally } from "./metrics-port";
import { portRefusal, settingsOfPages, type ListenAddress } from "./port";
import { readyWord, type ServiceManager } from "./service-manager";

const shortestPause = 100; // milliseconds before a worker that died is replaced
const longestPause = 5000;
const soundMilliseconds = 10 * 1000; // a worker that lived so long did not die of its start
const mostFailedStarts = 5; // for each worker, before any has run soundly

interface Supervised {
  workers: number;
  /** After so many seconds without a sign of life a worker is killed, and replaced. */
  workerSilenceSeconds: number;
  listen: ListenAddress;
  metrics?: ListenAddress;
  /** Whom this process speaks to for all of them. */
  manager: ServiceManager;
  /** What each worker is given: with the file `.env`, which it does not read again. */
  environment: Environment;
}

/**
 * Runs the program `workers` times on one port, until a signal comes; a worker that ends by itself is replaced. Where
 * none has ever run soundly and a start is refused, or one after the other fails, all end: the next would fare no
 * better, and whoever watches this process is to see that it fails. Ends this process.
 */
export function supervise(given: Supervised, log: Log): void {
  refuseTakenPort(given.listen);
  const running = watchBeats(given.workerSilenceSeconds, log);
  const tally = createTally(running, given.metrics);
  let [leaving, isProven, exitCode, ends] = [false, false, 0, 0];

  function start(pause: number) {
    const born = performance.now();
    const ended = (code: number | null, signal: Subprocess["signalCode"]) => {
      const isHopeless = !isProven && (code === refusedCode || ++ends > given.workers * mostFailedStarts);
      if (isHopeless && !leaving) leave("SIGTERM", code === refusedCode ? refusedCode : 1);
      if (leaving) return running.size === 0 ? process.exit(exitCode) : undefined;
      log("warn", "worker.ended", { code, signal });
      const wait = performance.now() - born > soundMilliseconds ? shortestPause : pause;
      setTimeout(() => leaving || start(Math.min(wait * 2, longestPause)), wait);
    };
    try {
      const worker = spawnWorker(given.environment, { running, tally, manager: given.manager }, (code) => {
        running.delete(worker);
        ended(code, worker.signalCode);
      });
      running.set(worker, silenceAtStart(given.workerSilenceSeconds));
      setTimeout(() => (isProven ||= running.has(worker)), soundMilliseconds).unref();
    } catch {
      ended(null, null); // no memory or no process to be had now: the others go on, and it is tried again
    }
  }

  function leave(signal: Signal, code = 0) {
    if (running.size === 0) process.exit(exitCode || code);
    for (const worker of running.keys()) leaving ? worker.kill(signal) : tell(worker, signal);
    [leaving, exitCode] = [true, exitCode || code];
  }

  whenAsked((signal) => {
    if (!leaving) announceEnd(signal, given.manager, log);
    leave(signal);
  });
  for (let count = 0; count < given.workers; count++) start(shortestPause);
}

function announceEnd(signal: Signal, manager: ServiceManager, log: Log) {
  manager.stopping();
  log("info", "stopping", { signal });
}

/** A word comes before any signal: that they may have had already, and a second one ends them at once. */
const tell = (worker: Subprocess, signal: Signal) => sayTo(worker, signal);

type OnEnd = (code: number | null) => void;

interface Watched {
  running: Silences;
  tally: Tally;
  manager: ServiceManager;
}

function spawnWorker(env: Supervised["environment"], { running, tally, manager }: Watched, onEnd: OnEnd): Subprocess {
  return Bun.spawn([process.execPath, ...(isOneFile ? [] : ["--no-env-file", Bun.main]), workerArgument], {
    env, // Bun's own default is what this process was started with
    stdio: ["ignore", "inherit", "inherit"],
    // Its end tells the workers that there is nobody to replace them any more.
    ipc(said, worker) {
      heardBeat(running, worker);
      tally.hear(worker, said);
      if (said === readyWord) manager.ready();
    },
    onExit(worker, code) {
      tally.end(worker);
      onEnd(code);
    },
  });
}

/** Workers share the port with whoever asks to share it, so somebody else's must be found out before. */
function refuseTakenPort(address: ListenAddress) {
  try {
    Bun.serve({ ...address, reusePort: false, fetch: () => new Response() }).stop(true);
  } catch (error) {
    throw portRefusal(settingsOfPages, address, error);
  }
}
