import { RefusedForNow } from "../../db/refusal";
import { days, inMilliseconds } from "../time";

/** What was typed behind a verb. */
export interface Typed {
  values: string[];
  /** By the name without its dashes; of one without a value, the empty text. */
  options: Options;
}

type Options = Record<string, string | undefined>;

/** Tells options from arguments, such as the address `--now@example.com`: they come as `--now` or `--until=DATE`. */
export function typedIn(words: readonly string[]): Typed {
  const isOption = (word: string) => /^--[a-z-]+(=|$)/.test(word);
  const pairs = words.filter(isOption).map((word) => {
    const [name = ""] = word.slice("--".length).split("=");
    return [name, word.slice(`--${name}=`.length)];
  });
  return { values: words.filter((word) => !isOption(word)), options: Object.fromEntries(pairs) };
}

/** A date, or a date and a time, in UTC where no zone is said; undefined where none was said. */
export function dateOf(options: Options, name: string): Date | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const isDate = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const date = new Date(/[T ]/.test(text) && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text);
  const year = date.getUTCFullYear(); // in UTC, as the database is told it
  if (!isDate || !isDay(text.slice(0, "2026-12-31".length)) || !(year >= 1 && year <= 9999))
    throw new RefusedForNow(`--${name}: write a date such as 2026-12-31, or 2026-12-31T18:00Z.`);
  return date;
}

/** The same, but of a date alone its end: whoever names a last day means the whole of it. */
export function endOf(options: Options, name: string): Date | undefined {
  const date = dateOf(options, name);
  const isDayAlone = options[name]?.length === "2026-12-31".length;
  return date && isDayAlone ? new Date(date.getTime() + inMilliseconds(1 * days) - 1) : date;
}

/** Whether the calendar has such a day: `Date` would take a 31 February for 3 March. */
function isDay(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Yes or no; undefined where nothing was said. */
export function answerOf(options: Options, name: string): boolean | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (text !== "yes" && text !== "no") throw new RefusedForNow(`--${name}: say yes or no.`);
  return text === "yes";
}

/** A whole number from 1, up to one that may be given; undefined where none was said. */
export function numberOf(options: Options, name: string, most = Number.POSITIVE_INFINITY): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text) || Number(text) > most)
    throw new RefusedForNow(
      `--${name}: write a whole number, ${Number.isFinite(most) ? `1 to ${most}` : "1 or more"}.`,
    );
  return Number(text);
}
