import { CsvError, parse } from "csv-parse";
import { counted } from "../../db/counted";
import { lineCounter, longestEntry, Unreadable, type Entry } from "./entry";
import type { Pieces } from "./file";

/**
 * The entries of a CSV file, whose first line names the columns; what is empty, or NULL, is left out. `look` is given
 * the names, and may throw. Throws Unreadable where a quote is out of place: nobody knows then where an entry ends.
 */
export async function* csv(pieces: Pieces, look: (columns: readonly string[]) => void): AsyncGenerator<Entry> {
  let columns: readonly string[] | undefined;
  for await (const { line, fields } of recordsIn(pieces)) {
    if (columns) yield entryOf(fields, { line, columns });
    else look((columns = fields.map((name) => name.trim())));
  }
}

interface CsvRecord {
  line: number;
  fields: string[];
}

function entryOf(fields: string[], { line, columns }: { line: number; columns: readonly string[] }): Entry {
  if (fields.length !== columns.length) {
    const [few, many] = [counted(fields.length, "field", "fields"), counted(columns.length, "column", "columns")];
    return { line, problem: `has ${few}, and the first line names ${many}: was it cut off?` };
  }
  const named = columns.map((name, at) => [name, fields[at] ?? ""] as const);
  return { line, value: Object.fromEntries(named.filter(([, field]) => !isNothing.has(field))) };
}

/** As Postgres and MySQL write that there is nothing. */
const isNothing = new Set(["", "NULL", "\\N"]);

async function* recordsIn(pieces: Pieces): AsyncGenerator<CsvRecord> {
  const lines = lineCounter();
  const encoder = new TextEncoder();
  const found: CsvRecord[] = [];
  let [line, empty] = [1, 0];
  let broken: unknown;
  const parser = parse({
    record_delimiter: ["\r\n", "\n"],
    skip_empty_lines: true,
    relax_column_count: true, // looked at by entryOf, which names the line
    max_record_size: longestEntry,
    on_record(fields: string[], context) {
      found.push({ line: line + context.empty_lines - empty, fields });
      line = lines.lineAt(context.bytes);
      empty = context.empty_lines;
      return null;
    },
  });
  parser.on("error", (error) => (broken = error));
  for await (const piece of pieces) {
    const bytes = encoder.encode(piece);
    lines.add(bytes);
    await new Promise<unknown>((resolve) => parser.write(bytes, resolve));
    yield* found.splice(0);
    if (broken) break;
  }
  if (!broken) await new Promise<unknown>((resolve) => parser.on("error", resolve).on("end", resolve).end().resume());
  yield* found.splice(0);
  if (broken) throw new Unreadable(line, wordsFor(broken));
}

function wordsFor(error: unknown): string {
  switch (error instanceof CsvError ? error.code : "") {
    case "CSV_QUOTE_NOT_CLOSED":
      return "the file ends within quotes: was it cut off?";
    case "CSV_MAX_RECORD_SIZE":
      return "this entry is too long to be about one person: is a quote left open?";
    default:
      return "a quote is out of place, so that from here on this is not CSV";
  }
}
