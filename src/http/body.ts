import { done, refused, type Result } from "../result";

/** The largest body of a request, in bytes: far more than any form of ours, far less than what stalls the process. */
export const largestBody = 64 * 1024;

/**
 * The body as text; a problem when it is no UTF-8, never came whole, or is too large: it is measured while it is read,
 * because not every body says its length before. In one piece, so that no body costs more memory than it has bytes.
 */
export async function readText({ body }: Request): Promise<Result<string>> {
  if (body === null) return done("");
  const bytes = new Uint8Array(largestBody);
  let length = 0;
  try {
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (length + part.value.length > largestBody) {
        reader.cancel().catch(() => undefined); // nobody waits for the rest
        return refused("too_large");
      }
      bytes.set(part.value, length);
      length += part.value.length;
    }
    return done(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length)));
  } catch {
    return refused("malformed"); // the client went away, or sent something that is not UTF-8
  }
}
