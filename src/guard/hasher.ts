import { setPriority } from "node:os";
import { answer, type HashQuestion } from "./hash-question";

/**
 * One thread that hashes, one password after the other. On threads of their own, hashes keep neither WebCrypto waiting,
 * with which they would share the runtime's pool, nor, on a machine that has no core to spare, everybody who is
 * signed in.
 */

// A sixth of a core that two want: enough to be polite, and not to starve beside another program.
const hashingNiceness = 7;
lowerPriority();

/** On Linux alone: elsewhere it would be the whole program's priority. */
function lowerPriority() {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, hashingNiceness);
  } catch {
    // A sandbox may forbid it; the hashes are as good, only less polite.
  }
}

declare const self: Worker;
self.onmessage = ({ data }: MessageEvent<HashQuestion>) => self.postMessage(answer(data));
