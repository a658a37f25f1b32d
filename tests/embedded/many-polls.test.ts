import { expect, test } from "bun:test";
import { createChangeRing } from "../../src/session/change-ring";
import { createChanges, type Changes } from "../../src/session/changes";
import { backendKey } from "../support/polls";

/** However many backends poll, and however much changes: what they are told takes a bounded part of a core. */

const limits = { longestSeconds: 1000, freshSeconds: 100 };
const url = "http://localhost:3000/api/session/changes";
const headers = { authorization: `Bearer ${backendKey}` };

function start(ring = createChangeRing()) {
  const changes = createChanges({ ring, limits, keys: [backendKey], confirm: () => Promise.resolve(true) });
  return { ring, changes };
}

/** Polls again and again until it is over; how often it was answered. */
async function poller(changes: Changes, isOver: () => boolean): Promise<number> {
  let cursor = "";
  for (let answered = 0; ; answered++) {
    if (isOver()) return answered;
    cursor = (await (await changes.answer(new Request(`${url}?after=${cursor}`, { headers }))).json()).cursor;
  }
}

test("while much changes many polls are answered in groups, and none waits longer than without a change", async () => {
  const { ring, changes } = start();
  const began = performance.now();
  const isOver = () => performance.now() - began > 1000;
  const noting = setInterval(() => ring.note(["somebody"]), 1);
  const counts = await Promise.all(Array.from({ length: 200 }, () => poller(changes, isOver)));
  clearInterval(noting);
  const perMillisecond = counts.reduce((sum, count) => sum + count, 0) / (performance.now() - began);
  console.log(`200 backends were told ${Math.round(perMillisecond * 1000)} times a second`);
  expect(perMillisecond).toBeLessThan(5); // four, and the first of all
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
});

test("polls that are told of no change hold up nobody who is", async () => {
  const { ring, changes } = start();
  const ask = (after: string) => changes.answer(new Request(`${url}?after=${after}`, { headers }));
  const idle = await Promise.all(Array.from({ length: 2000 }, () => ask(ring.cursor())));
  expect(idle.every(({ status }) => status === 200)).toBe(true);
  const waiting = ask(ring.cursor());
  const began = performance.now();
  ring.note(["somebody"]);
  await waiting;
  expect(performance.now() - began).toBeLessThan(450); // two thousand would rest for half a second
});

test("polls whose backend has gone are forgotten with the next answer", async () => {
  const { ring, changes } = start();
  const gone = new AbortController();
  void changes.answer(new Request(`${url}?after=${ring.cursor()}`, { headers, signal: gone.signal }));
  gone.abort();
  expect(changes.state().waiting).toBe(1);
  await Bun.sleep(600);
  expect(changes.state().waiting).toBe(0);
});

test("what many backends with one cursor are told is made once, and each other cursor is told its own", async () => {
  const ring = createChangeRing();
  let looks = 0;
  const since = (cursor: string | null) => {
    looks += 1;
    return ring.since(cursor);
  };
  const { changes } = start({ ...ring, since });
  const ask = async (after: string): Promise<{ ids?: string[]; reset?: true }> =>
    (await changes.answer(new Request(`${url}?after=${after}`, { headers }))).json();
  const [old] = [ring.cursor(), ring.note(["first"])];
  const polls = Array.from({ length: 200 }, () => ask(ring.cursor()));
  polls.push(ask(old), ask("none"));
  ring.note(["second"]);
  const all = await Promise.all(polls);
  expect(all.slice(0, 200).every(({ ids }) => Bun.deepEquals(ids, ["second"]))).toBe(true);
  expect(all.slice(200).map(({ ids, reset }) => ids ?? reset)).toEqual([["first", "second"], true]);
  expect(looks).toBe(3);
});
