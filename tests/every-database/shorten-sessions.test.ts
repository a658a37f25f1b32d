import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { shortenSessions } from "../../src/process/shorten-sessions";
import { days } from "../../src/time";
import { startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  await gatehouse.visitor().join();
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("truncate session, gatehouse.session_length"));

const shortenTo = (longestDays: number, goesOn?: () => boolean) =>
  shortenSessions(gatehouse.database, longestDays * days, goesOn);

/** Sessions that were made a day ago, to last so many days in all. */
const addSessions = (longestDays: number, count = 1) =>
  gatehouse.rows(
    `insert into session (id, token, user_id, created_at, expires_at)
       select md5('${longestDays}' || n), md5('${longestDays}' || n), (select id from "user" limit 1),
         now() - interval '1 day', now() + interval '${longestDays - 1} days' from generate_series(1, ${count}) n`,
  );

/** For how many days each session lasts. */
const lengths = async () =>
  (
    await gatehouse.rows<{ days: number }>(
      "select extract(day from expires_at - created_at)::int as days from session order by 1",
    )
  ).map((row) => row.days);

test("sessions are shortened when the setting is less than it was, and not looked at when it is not", async () => {
  await addSessions(40);
  await addSessions(10);
  expect(await shortenTo(30)).toBe(1); // nothing was known of this table
  expect(await lengths()).toEqual([10, 30]);
  await gatehouse.rows("truncate session");
  await addSessions(40);
  expect(await shortenTo(30)).toBe(0);
  expect(await shortenTo(60)).toBe(0);
  expect(await lengths()).toEqual([40]);
  expect(await shortenTo(35)).toBe(1);
  expect(await lengths()).toEqual([35]);
});

test("sessions are shortened once more, for what a process with the former setting wrote meanwhile", async () => {
  await shortenTo(60);
  expect(await shortenTo(30)).toBe(0);
  await addSessions(50);
  expect(await shortenTo(30)).toBe(0);
  await gatehouse.rows("update gatehouse.session_length set again_at = again_at - interval '2 hours 1 second'");
  expect(await shortenTo(30)).toBe(1);
  await gatehouse.rows("truncate session");
  await addSessions(50);
  expect(await shortenTo(30)).toBe(0);
});

test("sessions are shortened as long as a process with a longer setting says that it is there", async () => {
  await shortenTo(30);
  expect(await shortenTo(60)).toBe(0); // the other one, in its round of housekeeping
  await addSessions(50);
  expect(await shortenTo(30)).toBe(1);
  expect(await lengths()).toEqual([30]);
});

test("sessions are shortened from where the process ended that was at it", async () => {
  await addSessions(50, 6000);
  expect(await shortenTo(30, () => false)).toBe(0);
  let steps = 0;
  expect(await shortenTo(30, () => ++steps === 1)).toBe(2000);
  expect(await shortenTo(30)).toBe(4000);
  expect(new Set(await lengths())).toEqual(new Set([30]));
});

test("sessions are shortened once, however many processes start", async () => {
  await addSessions(50, 6000);
  const shortened = await Promise.all([1, 2, 3].map(() => shortenTo(30)));
  expect(shortened.reduce((sum, count) => sum + count)).toBe(6000);
  expect(
    await gatehouse.rows("select longest_seconds / 86400 as days, walked_to from gatehouse.session_length"),
  ).toEqual([{ days: 30, walked_to: null }]);
});
