import { TooLate, within } from "../../db/deadline";
import { done, refused, type Result } from "../result";

/** How long a body may take to come, in milliseconds: of what a request may take, the rest is for the answer. */
const longestComing = 9 * 1000;

/** The largest body of a request, in bytes: far more than any form of ours, far less than what stalls the process. */
export const largestBody = 64 * 1024;

/** The body as text; a problem when it is no UTF-8, never came whole, is too slow, or is too large. */
export async function readText(request: Request): Promise<Result<string>> {
  const bytes = await readBytes(request, largestBody);
  if (!bytes.ok) return bytes;
  try {
    return done(new TextDecoder("utf-8", { fatal: true }).decode(bytes.value));
  } catch {
    return refused("malformed");
  }
}

/**
 * The body, of at most `largest` bytes; a problem when it never came whole, is too slow, or too large: it is measured
 * while it is read, because not every body says its length before. In one piece, so that no body costs more memory than
 * it may.
 */
export async function readBytes({ body }: Request, largest: number): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (body === null) return done(new Uint8Array());
  const bytes = new Uint8Array(largest);
  let length = 0;
  const until = performance.now() + longestComing;
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => undefined); // nobody waits for the rest
  const next = () => within(until - performance.now(), reader.read());
  try {
    for (let part = await next(); !part.done; part = await next()) {
      if (length + part.value.length > largest) {
        leave();
        return refused("too_large");
      }
      bytes.set(part.value, length);
      length += part.value.length;
    }
    return done(bytes.subarray(0, length));
  } catch (error) {
    leave();
    return refused(error instanceof TooLate ? "too_slow" : "malformed"); // else the client went away
  }
}
