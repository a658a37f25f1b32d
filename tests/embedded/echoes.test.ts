import { afterEach, beforeEach, expect, mock, spyOn, test } from "bun:test";
import { followInvalidations, type Invalidations } from "../../src/session/invalidation";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { until } from "../support/until";

/** What is believed while a database takes its time to send back what a replica tells itself. */

let database: TestDatabase;
/** What lets each echo through, which is held up until then. */
let echoes: (() => void)[];
let lose: () => void;
/** How often everything was forgotten. */
let forgotten: number;
let followed: Invalidations;
beforeEach(async () => {
  [echoes, forgotten] = [[], 0];
  database = await newTestDatabase();
  followed = followInvalidations({
    listen: listenSlowly,
    log: () => undefined,
    forget: (ids) => void (forgotten += ids ? 0 : 1),
  });
});
afterEach(async () => {
  mock.restore();
  await followed.stop();
  await database.remove();
});

/** The database's own listener, as over a network that holds up its echoes. */
async function listenSlowly(hear: (payload: string) => void) {
  const listener = await database.database.listen(hear);
  lose = () => void listener.close();
  const catchUp = async (milliseconds: number) => {
    const told = await listener.catchUp(milliseconds);
    await new Promise<void>((letThrough) => echoes.push(letThrough));
    return told;
  };
  return { ...listener, catchUp };
}

async function comesBack(at: number) {
  await until("it is on its way back", () => echoes.length > at);
  echoes[at]?.();
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
  await until("it is on its way back", () => echoes.length > 0);
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
  await until("it is on its way back", () => echoes.length > 1);
  expect(forgotten).toBe(0);
  lose();
  await until("all is forgotten", () => forgotten > 0);
  await comesBack(1);
  await known;
  expect(followed.isWell()).toBe(false);
});
