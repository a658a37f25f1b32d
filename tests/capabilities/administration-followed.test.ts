import { afterAll, beforeAll, expect, setSystemTime, test } from "bun:test";
import { NoAnswerNow } from "../../db/refusal";
import { administration } from "../../src/capabilities/administration/index";
import { doneOf } from "../../src/process/acts";
import { verbsOfPeople } from "../../src/people-verbs";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { until } from "../support/until";

/** Events that are followed, by whoever typed `events --follow`. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
});
afterAll(() => gatehouse.close());

/**
 * The events from now on, once it is certain which those are; and the first of them, which is waited for. While
 * `isDown` nobody answers.
 */
async function follow(...options: string[]) {
  const acts = await administration.verbs?.();
  const state = { isDown: false, told: [] as string[] };
  let answers = 0;
  const act = async (...values: string[]) => {
    if (state.isDown) throw new NoAnswerNow("Nobody answers.");
    const done = await acts?.events?.(gatehouse.given, ...values);
    answers++;
    return doneOf(done ?? "");
  };
  const verbs = verbsOfPeople(
    () => act,
    () => act,
    (line) => state.told.push(line),
  );
  const events = verbs.find(({ name }) => name === "events");
  const followed = await events?.run(...options, "--follow");
  if (typeof followed !== "object" || !(Symbol.asyncIterator in followed)) throw new Error("Nothing is followed.");
  const lines = followed[Symbol.asyncIterator]();
  const first = lines.next();
  await until("it has begun", () => Promise.resolve(answers > 0));
  return { lines, first, state };
}

test("who follows the events is told of them, though this machine's clock is ahead of the database's", async () => {
  setSystemTime(new Date(Date.now() + 60_000));
  const { first } = await follow("--kind=resumed");
  await gatehouse.rows("insert into gatehouse.event (kind, outcome, subject) values ('resumed', 'done', 'told')");
  const told = await Promise.race([first, Bun.sleep(5000)]);
  setSystemTime();
  expect(told).toMatchObject({ value: expect.stringContaining("told") });
});

test("who follows the events is told of each, however many come at once, and whatever --count says", async () => {
  const { lines, first } = await follow("--kind=let_go", "--count=5");
  await gatehouse.rows(
    "insert into gatehouse.event (kind, outcome, subject) select 'let_go', 'done', generate_series(1, 2300)",
  );
  const told = [(await first).value];
  while (told.length < 2300) told.push((await lines.next()).value);
  const subjects = told.map((line) => Number(JSON.parse(String(line)).subject));
  expect(subjects).toEqual(Array.from({ length: 2300 }, (_, at) => at + 1));
});

test("who follows the events is told once that nobody answers, and of what happened meanwhile", async () => {
  const { lines, first, state } = await follow("--kind=resumed");
  const happen = (subject: string, secondsAgo: number) =>
    gatehouse.rows(`insert into gatehouse.event (kind, outcome, subject, at)
      values ('resumed', 'done', '${subject}', now() - interval '${secondsAgo} seconds')`);
  await happen("before", 0);
  expect(await first).toMatchObject({ value: expect.stringContaining('"before"') });
  const next = lines.next();
  state.isDown = true;
  await until("it was told of", async () => state.told.length > 0);
  await Bun.sleep(4500); // asked twice more, it is not told again
  await happen("meanwhile", 33); // longer ago than is looked back to without a pause
  state.isDown = false;
  expect(await next).toMatchObject({ value: expect.stringContaining('"meanwhile"') });
  expect(state.told).toEqual(["Nobody answers. This verb goes on asking."]);
}, 30_000);

test("what happened before is not followed: a time or a place beside --follow is refused", async () => {
  const events = verbsOfPeople(() => async () => doneOf("")).find(({ name }) => name === "events");
  for (const option of ["--from=2020-01-01", "--to=2020-01-01", "--before=7"])
    await expect(events?.run(option, "--follow")).rejects.toThrow("--follow tells what happens from now on");
});
