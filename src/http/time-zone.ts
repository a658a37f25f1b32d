import type { Config } from "../settings/config";
import { readCookie, timeZoneCookie } from "./cookies";

/** The time zone that a browser told when somebody signed in with it; undefined where it is none that is known. */
export const timeZoneIn = (cookies: string | null, config: Pick<Config, "secure">): string | undefined =>
  knownZone(readCookie(timeZoneCookie, cookies, config));

/**
 * A zone by the name that the zones' database has for it. Offsets such as `+01:00` are none: there is a zone for each
 * place.
 */
export function knownZone(text: string): string | undefined {
  if (!/^[A-Za-z][\w+/-]{1,63}$/.test(text)) return undefined;
  if (known.size >= 500) known.clear(); // there are fewer, but anybody may write them in capitals
  if (!known.has(text)) known.set(text, zoneNamed(text));
  return known.get(text);
}

/**
 * When a day begins in a time zone, from its beginning in UTC; the same where its year does not have four digits. Where
 * clocks skip midnight, it begins when they do.
 */
export function startOfDay(day: Date, timeZone = "UTC"): Date {
  const clock = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone });
  const aheadAt = (moment: number) => {
    const shown = Date.parse(`${clock.format(moment).replace(" ", "T")}Z`);
    return Number.isNaN(shown) ? 0 : shown - moment;
  };
  const nearly = day.getTime() - aheadAt(day.getTime());
  const begins = day.getTime() - aheadAt(nearly); // the clocks may have been changed in between
  const isSkipped = aheadAt(begins) !== aheadAt(nearly);
  return new Date(isSkipped ? Math.max(nearly, begins) : begins);
}

/** It takes a tenth of a millisecond to find out, and each visit of a browser brings its zone. */
const known = new Map<string, string | undefined>();

function zoneNamed(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined; // no zone that there is
  }
}
