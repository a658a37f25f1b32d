import type { Judged } from "../../guard/foreign-hash";
import type { Path } from "../json-document";
import type { Draft } from "../person";
import { isThere, type Row } from "../row";

/** What another program exports, and how a person of ours is made of it. */
export interface Format {
  /** What the file may be: CSV, JSON of one document, or a JSON text on each line. */
  files: readonly FileKind[];
  /** Where people are in one JSON document. */
  path?: Path;
  /** What has to be in the first entry, or it is a file of something else; of several that stand together, any. */
  columns: readonly (string | readonly string[])[];
  /** That it needs the file of `--hash-parameters` besides. */
  needsParameters?: boolean;
  /** A person as the entry has them; undefined where it is about something else. */
  draftOf(row: Row, parameters?: HashParameters): Drafted | undefined;
}

/** How a file may be written. */
export type FileKind = "csv" | "document" | "lines";

/** What an entry says. */
export interface Drafted {
  person: Draft;
  /** The hash, where it had to be put together of several fields. */
  password?: Judged;
  /** That the person gives a second factor there which cannot come along. */
  losesFactor?: boolean;
}

/** What `--hash-parameters` names, as its file has it. */
export type HashParameters = Readonly<Record<string, string>>;

/** Makes people of the rows of a table in which who was deleted may still have one: those are passed over. */
export const unlessDeleted =
  (draftOf: (row: Row) => Drafted | undefined): Format["draftOf"] =>
  (row) =>
    isThere(row.deleted_at) ? undefined : draftOf(row);

/** What a dump of a table may be. */
export const ofDatabase: readonly FileKind[] = ["csv", "document", "lines"];
