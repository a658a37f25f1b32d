import { sql } from "drizzle-orm";
import { customType } from "drizzle-orm/pg-core";

/** The first and the last moment that every program reads which is given one: the years 1 to 9999 of our era. */
const [earliest, latest] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/**
 * A time as Postgres writes it, in whichever zone. What SQL may have written and no calendar of programs holds
 * (`infinity`, times before our era or after the year 9999) is read as the nearest moment that one does. Throws for any
 * other text: no answer may follow from a time that is not known.
 */
export function readInstant(text: string): Date {
  const plain = isPlain.test(text) ? Date.parse(text) : Number.NaN;
  return new Date(Number.isNaN(plain) ? readRare(text) : plain);
}

/** The years that `Date.parse` reads rightly: of one below 100 it makes another. */
const isPlain = /^[1-8]\d{3}-/;

function readRare(text: string): number {
  if (text === "infinity" || /^\d{5,}-/.test(text)) return latest;
  if (text === "-infinity" || text.endsWith(" BC")) return earliest;
  const [, day, time, sign, hours, minutes = "00", seconds = "0"] = written.exec(text) ?? [];
  const moment = Date.parse(`${day}T${time}${sign}${hours}:${minutes}`) - Number(`${sign}${seconds}`) * 1000;
  if (Number.isNaN(moment)) throw new Error("A time of the database cannot be read.");
  return Math.min(Math.max(moment, earliest), latest);
}

/** Before there were time zones, clocks were apart by seconds too: Berlin's by 53 minutes and 28 seconds from UTC's. */
const written = /^(\d{4}-\d\d-\d\d)[ T]([\d:.]+)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/** A column with a moment. */
export const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: readInstant,
  toDriver: (date) => date.toISOString(),
});

/** A column with the moment at which its row was made, unless another one is written. */
export const now = (name: string) => instant(name).notNull().default(sql`now()`);
