import crypto from "node:crypto";

/**
 * Preloaded where a file is made that must be the same each time: the clock stands still, and chance gives one number.
 * What needs either to be safe must not be made so; the empty cluster gets an identity of its own when it is unpacked.
 */

const sevens = <T>(view: T): T => {
  if (ArrayBuffer.isView(view)) new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(7);
  return view;
};
Date.now = () => Date.UTC(2000, 0, 1);
performance.now = () => 0;
crypto.randomFillSync = sevens;
globalThis.crypto.getRandomValues = sevens;
