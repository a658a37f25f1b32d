import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { lineCounter, longestEntry, Unreadable, type Entry } from "./entry";
import type { Pieces } from "./file";

/** Where the entries are in one JSON document: in an array, or in the array `users` of an object. */
export type Path = "$.*" | "$.users.*";

/**
 * The entries of a JSON document of any size: one after the other is read and forgotten. Throws Unreadable where it is
 * no JSON, or ends too early.
 */
export async function* jsonDocument(pieces: Pieces, path: Path): AsyncGenerator<Entry> {
  const lines = lineCounter();
  const reader = entryReader(path, lines);
  const encoder = new TextEncoder();
  let [place, end] = [0, 0];
  for await (const piece of pieces) {
    const bytes = encoder.encode(piece);
    lines.add(bytes);
    const isBroken = !reader.read(bytes);
    place += bytes.length;
    if (reader.found.length > 0) end = place;
    yield* reader.found.splice(0);
    if (isBroken) throw new Unreadable(reader.line(), "from here on this is not JSON");
    if (place - end > longestDistance) throw new Unreadable(reader.line(), "this is too long to be about one person");
  }
  if (!reader.isEnded()) throw new Unreadable(lines.lineAt(place), "the file ends too early: was it cut off?");
}

/** A realm of Keycloak may begin with much that is about no person. */
const longestDistance = 16 * longestEntry;

/** Finds the entries in bytes, as they come. */
function entryReader(path: Path, { lineAt }: ReturnType<typeof lineCounter>) {
  const entryDepth = path.split(".").length - 1;
  const tokenizer = new Tokenizer();
  const parser = new TokenParser({ paths: [path], keepStack: false });
  const found: Entry[] = [];
  let [depth, line, number] = [0, 1, 0];
  tokenizer.onToken = (token) => {
    if (opens.has(token.token)) depth++;
    if (opens.has(token.token) ? depth === entryDepth + 1 : depth <= entryDepth) line = lineAt(token.offset);
    if (closes.has(token.token)) depth--;
    parser.write(token);
  };
  parser.onValue = ({ value }) => void found.push({ line, number: ++number, value });
  const read = (bytes: Uint8Array): boolean => {
    try {
      tokenizer.write(bytes);
      return true;
    } catch {
      return false;
    }
  };
  return { found, read, line: () => line, isEnded: () => parser.isEnded };
}

const opens = new Set([TokenType.LEFT_BRACE, TokenType.LEFT_BRACKET]);
const closes = new Set([TokenType.RIGHT_BRACE, TokenType.RIGHT_BRACKET]);
