import type { Words } from "./words";

/** A day, in words. */
export function Day({ words, date }: { words: Words; date: Date }) {
  return (
    <time datetime={date.toISOString()} safe>
      {words.date(date)}
    </time>
  );
}

/**
 * How long ago something was. Pointing at it shows the moment itself, where scripts run in the visitor's own time zone.
 */
export function Ago({ words, date, now }: { words: Words; date: Date; now: Date }) {
  return (
    <time datetime={date.toISOString()} title={words.instant(date)} data-local safe>
      {words.ago(date, now)}
    </time>
  );
}

/** A moment by the clock of a time zone; without one by that of UTC, which it then says. */
export function Clock({ words, date, timeZone }: { words: Words; date: Date; timeZone: string | undefined }) {
  return (
    <time datetime={date.toISOString()} title={words.instant(date)} data-local safe>
      {words.clock(date, timeZone)}
    </time>
  );
}
