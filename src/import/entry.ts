/** What a file has to say about one person, or why it cannot be read. */
export type Entry = Place & ({ value: unknown } | { problem: string });

/** Where an entry is: the line on which it begins, and in a JSON document, of which all may be one line, its number. */
export interface Place {
  line: number;
  number?: number;
}

/** The same in words. */
export const placeOf = ({ line, number }: Place): string =>
  number === undefined ? `line ${line}` : `line ${line} (entry ${number})`;

/** From where on a file cannot be read: what stands before it can. */
export class Unreadable extends Error {
  constructor(
    readonly line: number,
    readonly problem: string,
  ) {
    super(problem);
  }
}

/** More than anybody's entry takes; without an end, what is left of a file would fill the memory. */
export const longestEntry = 4 * 1024 * 1024;

/** A reader of CSV looks so many bytes ahead at the most: what it tells of may be in the piece before. */
const lookedAhead = 8;

/** Tells lines by their place in a stream of bytes, which is told in pieces and asked from the start to the end. */
export function lineCounter() {
  let piece: Uint8Array = new Uint8Array();
  let [pieceStart, at, line] = [0, 0, 1];
  const lineAt = (place: number): number => {
    while (at < place) {
      const found = piece.indexOf(newline, at - pieceStart);
      const end = found === -1 ? pieceStart + piece.length : pieceStart + found + 1;
      if (found === -1 || end > place) {
        at = Math.min(place, end);
        break;
      }
      at = end;
      line++;
    }
    return line;
  };
  const add = (next: Uint8Array): void => {
    const kept = piece.subarray(-lookedAhead);
    const start = pieceStart + piece.length - kept.length;
    lineAt(start);
    pieceStart = start;
    piece = Buffer.concat([kept, next]);
  };
  return { lineAt, add };
}

const newline = 10;
