import { afterEach, beforeEach, expect, mock, spyOn, test } from "bun:test";
import type { Listener } from "../../db/listen";
import { followInvalidations, type Invalidations } from "../../src/session/invalidation";
import { until } from "../support/until";

/** What is believed while a database takes its time to send back what a replica tells itself. */

/** What was told and has not come back. */
let echoes: PromiseWithResolvers<string>[];
let lose: () => void;
/** How often everything was forgotten. */
let forgotten: number;
let followed: Invalidations;
beforeEach(() => {
  [echoes, forgotten] = [[], 0];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  lose = resolve;
  const listener: Listener = { catchUp: tellItself, ended, close: async () => resolve() };
  followed = followInvalidations({
    listen: () => Promise.resolve(listener),
    log: () => undefined,
    forget: (ids) => void (forgotten += ids ? 0 : 1),
  });
});
afterEach(async () => {
  mock.restore();
  await followed.stop();
});

function tellItself(): Promise<string> {
  const echo = Promise.withResolvers<string>();
  echoes.push(echo);
  return echo.promise;
}

async function comesBack(at: number) {
  await until("it was told", () => echoes.length > at);
  echoes[at]?.resolve("the same tables and triggers");
}

test("a change is not known of by an echo that was on its way before it", async () => {
  const begun = followed.begin();
  await comesBack(0);
  await begun;
  const earlier = followed.caughtUp();
  let isKnown = false;
  const later = followed.caughtUp().then(() => (isKnown = true));
  await comesBack(1);
  await earlier;
  await until("another one is told", () => echoes.length > 2);
  expect(isKnown).toBe(false);
  await comesBack(2);
  await later;
});

test("an echo is believed for two seconds from when it was told, however late it comes back", async () => {
  let later = 0; // milliseconds
  const { now } = performance;
  spyOn(performance, "now").mockImplementation(() => now.call(performance) + later);
  const begun = followed.begin();
  await until("it was told", () => echoes.length > 0);
  later = 1500;
  await comesBack(0);
  await begun;
  expect(followed.isWell()).toBe(true);
  later = 2000;
  expect(followed.isWell()).toBe(false);
});

test("with the connection all is forgotten, and what comes back afterwards is not believed", async () => {
  const begun = followed.begin();
  await comesBack(0);
  await begun;
  const known = followed.caughtUp();
  expect(forgotten).toBe(0);
  lose();
  await until("all is forgotten", () => forgotten > 0);
  await comesBack(1);
  await known;
  expect(followed.isWell()).toBe(false);
});
