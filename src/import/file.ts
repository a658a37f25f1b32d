import { createReadStream, statSync } from "node:fs";
import { codeOf } from "../../db/error-code";
import { RefusedForNow } from "../../db/refusal";
import { longestEntry } from "./entry";

/** Text in pieces as they come, of a file of any size. */
export type Pieces = AsyncIterable<string>;

/**
 * A file as text, without a byte order mark; bytes that are not UTF-8 become U+FFFD. A pipe is as good as a file.
 * Throws RefusedForNow in words where it cannot be read, is empty, or is no text at all.
 */
export async function openText(path: string): Promise<{ start: string; pieces: Pieces }> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder ?? true) throw new RefusedForNow(`${path}: is ${isFolder ? "a folder" : "not there"}. Name a file.`);
  const decoder = new TextDecoder("utf-8"); // takes the mark off
  const bytes = createReadStream(path, { highWaterMark: pieceBytes })[Symbol.asyncIterator]();
  let start = "";
  while (start.trim() === "" && start.length < longestEntry) {
    const read = await nextOf(bytes, path); // of a pipe it may be a byte order mark alone
    if (!read) throw new RefusedForNow(`${path}: is empty.`);
    refuseBinary(read, path);
    start += decoder.decode(read, { stream: true });
  }
  return { start, pieces: piecesOf(start, { decoder, next: () => nextOf(bytes, path) }) };
}

const pieceBytes = 256 * 1024;

async function nextOf(bytes: AsyncIterator<unknown>, path: string): Promise<Uint8Array | undefined> {
  const { value, done } = await bytes.next().catch((error: unknown) => {
    const code = codeOf(error);
    throw new RefusedForNow(`${path}: cannot be read${code === undefined ? "" : ` (${code})`}.`);
  });
  return !done && value instanceof Uint8Array ? value : undefined;
}

interface Rest {
  decoder: TextDecoder;
  next(): Promise<Uint8Array | undefined>;
}

async function* piecesOf(start: string, { decoder, next }: Rest): AsyncGenerator<string> {
  yield start;
  for (let bytes = await next(); bytes; bytes = await next()) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode(); // half a character at the end
}

const others: [magic: readonly number[], words: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], "is a ZIP: unpack it, and name the file in it"],
  [[0x50, 0x4b, 0x05, 0x06], "is an empty ZIP"],
  [[0x1f, 0x8b], "is packed by gzip: unpack it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is packed by zstd: unpack it first"],
  [[0x42, 0x5a, 0x68], "is packed by bzip2: unpack it first"],
  [[0x50, 0x47, 0x44, 0x4d, 0x50], "is a dump for pg_restore: export the table as CSV"],
  [[0xff, 0xfe], "is in UTF-16: save it in UTF-8"],
  [[0xfe, 0xff], "is in UTF-16: save it in UTF-8"],
];

function refuseBinary(bytes: Uint8Array, path: string) {
  const other = others.find(([magic]) => magic.every((byte, at) => bytes[at] === byte));
  if (other) throw new RefusedForNow(`${path}: ${other[1]}.`);
  if (bytes.includes(0)) throw new RefusedForNow(`${path}: is not text in UTF-8.`);
}
