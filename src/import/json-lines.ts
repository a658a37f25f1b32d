import { longestEntry, Unreadable, type Entry } from "./entry";
import type { Pieces } from "./file";

/** The entries of a file with a JSON text on each line. Throws Unreadable where a line has no end. */
export async function* jsonLines(pieces: Pieces): AsyncGenerator<Entry> {
  let [line, rest] = [0, ""];
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) yield* entryOn(++line, text);
    if (rest.length > longestEntry) throw new Unreadable(line + 1, "this line is too long to be about one person");
  }
  yield* entryOn(line + 1, rest);
}

function* entryOn(line: number, text: string): Generator<Entry> {
  if (text.trim() === "") return;
  try {
    yield { line, value: JSON.parse(text) };
  } catch {
    yield { line, problem: "is not JSON: was it cut off?" };
  }
}
