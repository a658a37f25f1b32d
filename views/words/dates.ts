/** A day, in words. */
export const day = (language: string, date: Date): string => days(language).format(date);

/** A moment, in words, in UTC: a server does not know where its visitor is. */
export const instant = (language: string, date: Date): string => `${instants(language).format(date)} UTC`;

/** Six digits are read in two halves. */
export const spaced = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;

/** "2 hours ago" for what is recent, the date for everything else. */
export function ago(language: string, date: Date, now: Date): string {
  const minutes = Math.round((now.getTime() - date.getTime()) / 60_000);
  if (minutes >= 7 * 24 * 60) return day(language, date);
  const words = agos(language);
  if (minutes < 60) return minutes < 1 ? words.format(0, "second") : words.format(-minutes, "minute");
  return minutes < 24 * 60
    ? words.format(-Math.floor(minutes / 60), "hour")
    : words.format(-Math.floor(minutes / (24 * 60)), "day");
}

/** How long to wait, in words: at least two minutes are told in minutes, rounded up, and less than five seconds not. */
export function wait(
  seconds: number,
  words: { moment: string; seconds: (count: number) => string; minutes: (count: number) => string },
): string {
  if (seconds < 5) return words.moment;
  return seconds <= 60 ? words.seconds(seconds) : words.minutes(Math.ceil(seconds / 60));
}

/** A format is costly to make, and a list of thirty events needs three for each: one for each language is kept. */
function oncePerLanguage<Format>(make: (language: string) => Format): (language: string) => Format {
  const made = new Map<string, Format>();
  return (language) => {
    const format = made.get(language) ?? make(language);
    made.set(language, format);
    return format;
  };
}

const days = oncePerLanguage((language) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }));
const instants = oncePerLanguage(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }),
);
const agos = oncePerLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
