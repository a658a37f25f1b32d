import { expect, test } from "bun:test";
import { readInstant } from "../../db/instant";

/** How a time is read that Postgres has written. */

const first = "0001-01-01T00:00:00.000Z";
const last = "9999-12-31T23:59:59.999Z";

test.each([
  ["2026-11-30 00:00:00+00", "2026-11-30T00:00:00.000Z"],
  ["2026-11-30 05:45:00.123456+05:45", "2026-11-30T00:00:00.123Z"],
  ["2026-11-29T15:29:59.9-09:30", "2026-11-30T00:59:59.900Z"],
  ["1890-01-01 00:00:00+00:53:28", "1889-12-31T23:06:32.000Z"],
  ["1890-01-01T00:00:00.5-03:30:52", "1890-01-01T03:30:52.500Z"],
  ["0050-01-01 00:00:00.123456+00", "0050-01-01T00:00:00.123Z"],
  ["0001-01-01 00:00:00+00", first],
  ["0001-01-01 00:00:00+01", first],
  ["0044-03-15 00:00:00+00 BC", first],
  ["-infinity", first],
  ["9999-12-31 23:59:59.999999-15:59:59", last],
  ["10000-01-01 00:00:00+00", last],
  ["294276-12-31T23:59:59.999999+00:00", last],
  ["infinity", last],
])("%s is %s", (written, moment) => {
  expect(readInstant(written).toISOString()).toBe(moment);
});

test("what is no time is none, and no other time", () => {
  for (const text of ["", "30.11.2026 00:00:00 UTC", "Mon Nov 30 00:00:00 2026 UTC", "2026-13-01 00:00:00+00", "now"])
    expect(() => readInstant(text)).toThrow("cannot be read");
});
