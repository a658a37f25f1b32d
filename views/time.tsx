import type { PageContext } from "./layout";
import { isKnown } from "./words/dates";

interface MomentProps {
  frame: Pick<PageContext, "words" | "now" | "timeZone">;
  date: Date;
}

/** A day, in words, by the visitor's calendar. */
export function Day({ frame: { words, timeZone }, date }: MomentProps) {
  const day = words.date(date, timeZone);
  if (!isKnown(date)) return <span safe>{day}</span>;
  return (
    <time datetime={date.toISOString()} safe>
      {day}
    </time>
  );
}

/** How long ago something was. */
export function Ago({ frame, date }: MomentProps) {
  const { words, now, timeZone } = frame;
  return <Told frame={frame} date={date} inWords={words.ago(date, { now, timeZone })} />;
}

/** A moment by the clock of a time zone; without one by that of UTC, which it then says. */
export function Clock({ frame, date }: MomentProps) {
  const { words, timeZone } = frame;
  return <Told frame={frame} date={date} inWords={words.clock(date, timeZone)} />;
}

/** Pointing at it shows the moment itself, where scripts run in the visitor's own time zone. */
function Told({ frame: { words, timeZone }, date, inWords }: MomentProps & { inWords: string }) {
  if (!isKnown(date)) return <span safe>{inWords}</span>;
  return (
    <time datetime={date.toISOString()} title={words.instant(date, timeZone)} data-local safe>
      {inWords}
    </time>
  );
}
