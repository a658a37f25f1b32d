/** The times of a language, by the calendar and the clock of a time zone; without one by those of UTC. */
export function timesIn(language: string, { justNow, unknown }: { justNow: string; unknown: string }) {
  const known = (date: Date, inWords: () => string) => (isKnown(date) ? inWords() : unknown);
  return {
    /** A day. */
    date: (date: Date, timeZone?: string) => known(date, () => day(language, date, timeZone)),
    /** "November 2026". */
    month: (date: Date, timeZone?: string) => known(date, () => month(language, date, timeZone)),
    /** A moment, with the time zone. */
    instant: (date: Date, timeZone?: string) => known(date, () => instant(language, date, timeZone)),
    /** "2 hours ago" for what is recent, the date for everything else. */
    ago: (date: Date, told: Told) => known(date, () => ago(language, date, { ...told, justNow })),
    /** "Today", "Yesterday", "Monday, November 23". */
    dayOf: (date: Date, told: Told) => capitalized(known(date, () => dayOf(language, date, told))),
    /** A moment by the clock alone; UTC is said. */
    clock: (date: Date, timeZone?: string) => known(date, () => clock(language, date, timeZone)),
  };
}

/** Whether a time can be that of anything here, and not what SQL may have written for "never" or "always". */
export const isKnown = (date: Date): boolean => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() < 9999;

const day = (language: string, date: Date, timeZone = "UTC"): string => days(`${language} ${timeZone}`).format(date);

const instant = (language: string, date: Date, timeZone = "UTC"): string =>
  instants(`${language} ${timeZone}`).format(date);

/** When something is told: at which moment, and by the calendar of which time zone; without one by that of UTC. */
export interface Told {
  now: Date;
  timeZone?: string;
}

function ago(language: string, date: Date, { now, timeZone, justNow }: Told & { justNow: string }): string {
  const minutes = Math.round((now.getTime() - date.getTime()) / 60_000);
  const words = agos(language);
  if (minutes < -24 * 60) return day(language, date, timeZone); // of a clock that was set back since
  if (minutes < 60) return minutes < 1 ? justNow : words.format(-minutes, "minute");
  if (minutes < 24 * 60) return words.format(-Math.floor(minutes / 60), "hour");
  const passed = daysPassed(date, { now, timeZone });
  return passed < 7 ? words.format(-passed, "day") : day(language, date, timeZone);
}

/** How many midnights lie between a moment and now. */
function daysPassed(date: Date, { now, timeZone = "UTC" }: Told): number {
  const numberOf = (moment: Date) => Date.parse(calendars(timeZone).format(moment)) / (24 * 60 * 60_000);
  return numberOf(now) - numberOf(date);
}

/** How long to wait, in words: at least two minutes are told in minutes, rounded up, and less than five seconds not. */
export function wait(
  seconds: number,
  words: { moment: string; seconds: (count: number) => string; minutes: (count: number) => string },
): string {
  if (seconds < 5) return words.moment;
  return seconds <= 60 ? words.seconds(seconds) : words.minutes(Math.ceil(seconds / 60));
}

function dayOf(language: string, date: Date, { now, timeZone = "UTC" }: Told): string {
  const passed = daysPassed(date, { now, timeZone });
  const year = Math.abs(now.getTime() - date.getTime()) > 300 * 24 * 60 * 60_000 ? " year" : "";
  const isNear = passed >= 0 && passed < 2;
  return isNear ? agos(language).format(-passed, "day") : weekdays(`${language} ${timeZone}${year}`).format(date);
}

const clock = (language: string, date: Date, timeZone?: string): string =>
  timeZone ? clocks(`${language} ${timeZone}`).format(date) : `${clocks(`${language} UTC`).format(date)} UTC`;

const month = (language: string, date: Date, timeZone = "UTC"): string =>
  months(`${language} ${timeZone}`).format(date);

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A format is costly to make, and a list of thirty events needs three for each: one for each language and zone is kept,
 * two hundred at most, because anybody may be from anywhere.
 */
function oncePerLanguage<Format>(make: (language: string) => Format): (language: string) => Format {
  const made = new Map<string, Format>();
  return (language) => {
    const format = made.get(language) ?? make(language);
    if (made.size >= 200) made.clear();
    made.set(language, format);
    return format;
  };
}

const days = oncePerLanguage((key) => {
  const [language, timeZone] = key.split(" ");
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone });
});
const instants = oncePerLanguage((key) => {
  const [language, timeZone] = key.split(" ");
  const day = { year: "numeric", month: "long", day: "numeric" } as const;
  return new Intl.DateTimeFormat(language, {
    ...day,
    hour: "numeric",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  });
});
const agos = oncePerLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
const months = oncePerLanguage((key) => {
  const [language, timeZone] = key.split(" ");
  return new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone });
});
/** Swedish dates are those of ISO 8601: 2026-11-27. */
const calendars = oncePerLanguage((timeZone) => new Intl.DateTimeFormat("sv", { dateStyle: "short", timeZone }));
const clocks = oncePerLanguage((key) => {
  const [language, timeZone] = key.split(" ");
  return new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone });
});
const weekdays = oncePerLanguage((key) => {
  const [language, timeZone, year] = key.split(" ");
  return new Intl.DateTimeFormat(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: year ? "numeric" : undefined,
    timeZone,
  });
});

/** The name of a country by its two letters of ISO 3166. */
export const country = (language: string, code: string): string => countries(language).of(code) ?? code;

const countries = oncePerLanguage((language) => new Intl.DisplayNames(language, { type: "region" }));
