import { threadPath } from "./thread-path";
import { TooBusy } from "../http/problem";
import { done, refused, type Result } from "../result";
import { inMilliseconds } from "../time";
import type { PictureAnswer } from "./picture-worker";

/** Makes pictures out of what people send. */
export interface Pictures {
  /**
   * A square WebP of 256 pixels, with no metadata. Refused with `picture_unreadable` for anything but a whole PNG, JPEG
   * or WebP, with `picture_too_large` for more than 40 million pixels or 65,535 on a side, or a JPEG that goes over
   * its own too often, which are never decoded, or for what takes too long. Throws TooBusy when too many wait.
   */
  make(bytes: Uint8Array<ArrayBuffer>): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

const longestSeconds = 5;
const mostWaiting = 4;

/** One at a time: 40 million pixels are 160 MB while they are decoded. */
export function createPictures(): Pictures {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async make(bytes) {
      if (waiting >= mostWaiting) throw new TooBusy();
      waiting += 1;
      const made = last.then(() => onThread(bytes)).finally(() => (waiting -= 1));
      last = made.catch(() => undefined);
      const answer = await made;
      return typeof answer === "string" ? refused(answer) : done(answer);
    },
  };
}

/** A thread of its own for each, off the one that serves: it is ended when it takes too long, and when it is done. */
function onThread(bytes: Uint8Array<ArrayBuffer>): Promise<PictureAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PictureAnswer>();
  const thread = new Worker(threadPath("picture-worker"), { ref: false });
  const timer = setTimeout(() => resolve("picture_too_large"), inMilliseconds(longestSeconds));
  thread.onmessage = ({ data }: MessageEvent<PictureAnswer>) => resolve(data);
  for (const event of ["error", "messageerror"])
    thread.addEventListener(event, () => reject(new Error("The thread that makes pictures broke.")));
  thread.postMessage(bytes);
  return promise.finally(() => {
    clearTimeout(timer);
    thread.terminate();
  });
}
