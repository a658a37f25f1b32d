import { RefusedForNow } from "../../db/refusal";
import { csv } from "./csv";
import type { Entry } from "./entry";
import { openText, type Pieces } from "./file";
import type { FileKind, Format } from "./formats/format";
import { jsonDocument } from "./json-document";
import { jsonLines } from "./json-lines";
import { isRow } from "./row";

/**
 * What a file of a format has to say, one entry after the other. Throws RefusedForNow in words where the file cannot be
 * one of this format, and Unreadable where it cannot be read any further.
 */
export async function* entriesOf(file: string, format: Format): AsyncGenerator<Entry> {
  const { start, pieces } = await openText(file);
  const kind = kindOf(start, format);
  if (!kind) throw new RefusedForNow(`${file}: is empty.`);
  if (!format.files.includes(kind))
    throw new RefusedForNow(`${file}: is ${named[kind]}, and this format is ${format.files.map(nameOf).join(" or ")}.`);
  const about = { file, format };
  if (kind === "csv" && quotedBeforeAnother.test(start)) refuseLacking([start], about);
  yield* read(kind, pieces, about);
}

/** A name in quotes before another sign than a comma: as CSV, a quote is out of place there. */
const quotedBeforeAnother = /^\s*"[^"\n]*"[;\t]/;

const named: Readonly<Record<FileKind, string>> = {
  csv: "no JSON, but like CSV",
  document: "one JSON document",
  lines: "JSON on each line",
};
const nameOf = (kind: FileKind) => (kind === "csv" ? "CSV" : named[kind]);

/** By its first sign; undefined where there is none. */
function kindOf(start: string, { path }: Format): FileKind | undefined {
  const [sign] = start.trimStart();
  if (sign === "[" || (sign === "{" && path)) return "document";
  if (sign === "{") return "lines";
  return sign === undefined ? undefined : "csv";
}

interface About {
  file: string;
  format: Format;
}

function read(kind: FileKind, pieces: Pieces, about: About): AsyncGenerator<Entry> {
  if (kind === "csv")
    return csv(pieces, (columns) => {
      refuseLacking(columns, about);
      refuseRepeated(columns, about);
    });
  return withLook(kind === "lines" ? jsonLines(pieces) : jsonDocument(pieces, about.format.path ?? "$.*"), about);
}

/**
 * Looks at the first entry as at the first line of a CSV. Throws RefusedForNow where there is none at the place of the
 * people, as in an export of several realms: nobody would be told that all of them stay behind.
 */
async function* withLook(entries: AsyncGenerator<Entry>, about: About): AsyncGenerator<Entry> {
  let [hasLooked, isEmpty] = [false, true];
  for await (const entry of entries) {
    isEmpty = false;
    if (!hasLooked && "value" in entry && isRow(entry.value)) {
      const { fields, ...row } = entry.value; // of Django's dumpdata
      refuseLacking(Object.keys(isRow(fields) ? { ...fields, id: row.pk } : entry.value), about);
      hasLooked = true;
    }
    yield entry;
  }
  if (isEmpty && about.format.path)
    throw new RefusedForNow(`${about.file}: has nobody in "users". Is it of another format?`);
}

/** Throws RefusedForNow where columns are missing: better than a line about each row. */
function refuseLacking(columns: readonly string[], { file, format }: About): void {
  const lacking = format.columns.map((any) => [any].flat()).filter((any) => !any.some((one) => columns.includes(one)));
  if (lacking.length === 0) return;
  const [only, ...others] = columns;
  const isOne = others.length === 0 && /[;\t]/.test(only ?? ""); // as spreadsheets write it in many countries
  const remedy = isOne ? "Its columns have to be separated by commas." : "Is it of another format?";
  throw new RefusedForNow(`${file}: has no ${lacking.map((any) => any.join(" or ")).join(", no ")}. ${remedy}`);
}

/**
 * Throws RefusedForNow where a name stands above two columns, as in a join of two tables: one `id` would be taken for
 * the other.
 */
function refuseRepeated(columns: readonly string[], { file }: About): void {
  const repeated = columns.filter((column, at) => column !== "" && columns.indexOf(column) < at);
  if (repeated.length === 0) return;
  const isName = (column: string) => /^\w{1,40}$/.test(column); // anything else may be somebody's
  const named = repeated.every(isName) ? [...new Set(repeated)].join(", ") : "a column";
  throw new RefusedForNow(`${file}: names ${named} more than once. Leave all but one of each out.`);
}
