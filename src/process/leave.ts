/**
 * Hears the signals that ask the program to end. In process 1 of a container the handlers are set when this file is
 * imported: there a signal has no default action, and a signal that comes before its handler is lost. In any other
 * process such an early signal ends the program at once.
 */

import { beat } from "./heartbeat";

/** How the program is asked to end: by whoever runs it, or from the terminal. */
export type Signal = "SIGTERM" | "SIGINT";

/** The argument that makes the program one of several. */
export const workerArgument = "worker";
/** Whether this process is one of several, and another one watches over it. */
export const isWorker = process.argv[2] === workerArgument && process.send !== undefined;

/** Hears a wish; `isWord` when it came by another way than as a signal to this process. */
type Heard = (signal: Signal, isWord: boolean) => void;

let heard: Heard = () => process.exit(0); // nothing is open yet that would have to be closed
if (process.pid === 1) hearSignals();
if (isWorker) {
  beat();
  // The supervisor's word is no second signal: a service manager may have sent one to each of us already.
  process.on("message", (word) => {
    if (word === "SIGINT" || word === "SIGTERM") askToEnd(word);
  });
  process.on("disconnect", () => askToEnd("SIGTERM")); // nobody is left to replace it, nor to end it
}

/** From now on every wish is heard by this one alone. */
export function whenAsked(listener: Heard): void {
  heard = listener;
  hearSignals();
}

/** From now on a wish ends the process at once, as the signal would: half a verb is no success, as process 1 either. */
export const endWhenAsked = (): void => whenAsked((signal) => process.exit(signal === "SIGINT" ? 130 : 143));

/** Asks this program to end, as a signal would. */
export function askToEnd(signal: Signal): void {
  heard(signal, true);
}

function hearSignals() {
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    if (process.listenerCount(signal) === 0) process.on(signal, () => heard(signal, false));
}
