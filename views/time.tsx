import type { PageContext } from "./layout";

interface MomentProps {
  frame: Pick<PageContext, "words" | "now" | "timeZone">;
  date: Date;
}

/** A day, in words, by the visitor's calendar. */
export function Day({ frame: { words, timeZone }, date }: MomentProps) {
  return (
    <time datetime={date.toISOString()} safe>
      {words.date(date, timeZone)}
    </time>
  );
}

/**
 * How long ago something was. Pointing at it shows the moment itself, where scripts run in the visitor's own time zone.
 */
export function Ago({ frame: { words, now, timeZone }, date }: MomentProps) {
  return (
    <time datetime={date.toISOString()} title={words.instant(date, timeZone)} data-local safe>
      {words.ago(date, { now, timeZone })}
    </time>
  );
}

/** A moment by the clock of a time zone; without one by that of UTC, which it then says. */
export function Clock({ frame: { words, timeZone }, date }: MomentProps) {
  return (
    <time datetime={date.toISOString()} title={words.instant(date, timeZone)} data-local safe>
      {words.clock(date, timeZone)}
    </time>
  );
}
