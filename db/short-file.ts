import { closeSync, openSync, readSync } from "node:fs";

/**
 * The text of a file that is short where it is the right one; undefined where it has more bytes than `most`. It is read
 * no further, and its size is not believed: a pipe tells none, and a device such as `/dev/zero` never ends. Throws what
 * the system says where it cannot be read.
 */
export function readShort(path: string, most: number): string | undefined {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= most; length += read) read = readSync(file, bytes, { offset: length });
    return length > most ? undefined : bytes.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}
