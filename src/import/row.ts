/** How the values of other programs' rows are read: each gives what `person` checks, so that nothing is guessed. */
export type Row = Readonly<Record<string, unknown>>;

/** A text, or a number as it is written; undefined for what is not there. Other things are left as they are. */
export function text(value: unknown): unknown {
  if (value === null || value === undefined || value === "") return undefined;
  return Number.isSafeInteger(value) ? String(value) : value;
}

/** What people could write themselves, where it is a text; undefined for anything else, which keeps nobody out. */
export const ownText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** An id that has to be there. */
export const idIn = (value: unknown): unknown => text(value) ?? "";

/** Texts that are there, with a space between. */
export const joined = (...values: unknown[]): string | undefined =>
  values.flatMap((value) => ownText(value) ?? []).join(" ") || undefined;

/** True or false, in whatever way databases write it; undefined for what is not there. */
export function flag(value: unknown): unknown {
  if (value === null || value === undefined || value === "") return undefined;
  return (isScalar(value) ? flags.get(String(value).toLowerCase()) : undefined) ?? value;
}

/** What `String` can write, which an object from a file may keep it from. */
const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

const flags = new Map([
  ...["true", "t", "1", "yes", "y"].map((word) => [word, true] as const),
  ...["false", "f", "0", "no", "n"].map((word) => [word, false] as const),
]);

/** The contrary of a flag; undefined for what is not there. */
export function not(value: unknown): unknown {
  const read = flag(value);
  return typeof read === "boolean" ? !read : read;
}

/** Whether something is there, such as the time at which it happened. */
export const isThere = (value: unknown): boolean => text(value) !== undefined && !isZero(value);

/** The ways of MySQL and of .NET to write that a time is not known. */
const isZero = (value: unknown) => typeof value === "string" && /^(0000-00-00|0001-01-01)/.test(value);

/** A time in ISO 8601: of a text as databases write it (UTC where it names no zone), or seconds or ms since 1970. */
export function time(value: unknown): unknown {
  if (value !== null && typeof value === "object" && "$date" in value) return time(value.$date); // as MongoDB writes it
  if (!isThere(value)) return undefined;
  if (!isScalar(value)) return value;
  const written = String(value).trim();
  if (/^\d{9,13}$/.test(written)) return sinceEpoch(Number(written));
  const [, date, clock, zone = "", hours, minutes = "00"] = timePattern.exec(written) ?? [];
  if (date === undefined) return value;
  return `${date}T${clock ?? "00:00:00"}${hours === undefined ? "Z" : `${zone.charAt(0)}${hours}:${minutes}`}`;
}

const timePattern = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|UTC|[+-](\d\d):?(\d\d)?)?)?$/i;

/** From 1e11 on a number counts milliseconds: as seconds it would be the year 5138. */
const sinceEpoch = (count: number) => new Date(count < 1e11 ? count * 1000 : count).toISOString();

/** A value that may be JSON in a text, as a column of a CSV has it; an object without anything for what is neither. */
export function object(value: unknown): Row {
  if (typeof value === "string") return object(parsed(value));
  return isRow(value) ? value : {};
}

/** The same of a list. */
export function list(value: unknown): readonly unknown[] {
  if (typeof value === "string") return list(parsed(value));
  return Array.isArray(value) ? value : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // text that is about something else
  }
}

/** Whether something is an object, as against a list, a text or nothing. */
export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A row whose columns are called as databases call them, whoever wrote them: `emailVerified` is `email_verified`. */
export const snakeCased = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase(), value]),
  );
