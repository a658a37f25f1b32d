import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { servedRoutes } from "../support/served";
import { rows, scenarios } from "./inputs";
import { requestTo, titleOf } from "./request";
import type { Route } from "./route";
import { routes } from "./routes";
import { acts, type Attempt, type Row } from "./row";
import { counts, isSafeTarget, judge, unchanged } from "./verdict";
import { makeWorld, restore, snapshot, type World } from "./world";

/** Every bad input of the catalogue, sent to every route that it fits. `catalogue/row.ts` says what a row is. */

let world: World;
let before: string[];

beforeAll(async () => {
  world = await makeWorld();
  before = await snapshot(world);
});
afterAll(async () => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const families = [...counts].map(([family, count]) => `${family} ${count}`).join(", ");
  console.log(`Requests of the catalogue: ${families}; ${total} in all.`);
  await world.gatehouse.close();
});

describe("the tables", () => {
  test("have every route that is served", () => {
    const served = servedRoutes()
      .map((route) => route.replace("/assets/*", "/assets/{file}").replaceAll(/:(\w+)/g, "{$1}"))
      .sort();
    const listed = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect(served.length).toBeGreaterThan(30);
    expect([...listed].sort()).toEqual(served);
  });

  test("have every row that needs no socket, and none that fits nowhere", () => {
    const expected = [
      "C1-14",
      "H1",
      "H3-7",
      "H9-12",
      "P1-4",
      "B1-8",
      "B10-13",
      "E1-10",
      "R1-9",
      "F8",
      "F10-11",
      "F17-18",
      "F23",
    ].flatMap(idsOf);
    const ids = new Set([...rows, ...scenarios].map(({ id }) => id));
    expect(expected.filter((id) => !ids.has(id))).toEqual([]);
    const sizes = rows.map((row) => routes.flatMap((route) => row.attempts(route, world)).length);
    expect(rows.filter((_, i) => sizes[i] === 0)).toEqual([]);
    expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(9000);
  });

  test("know a good request of each route, which is answered well and does something", async () => {
    const wrongs: string[] = [];
    for (const route of routes) wrongs.push(...(await unlessBusy(() => tryGood(route))));
    expect(wrongs).toEqual([]);
  });
});

/**
 * Sends a good request once, because it acts; gives what is wrong with the answer and with what it did, and undoes
 * that.
 */
async function tryGood(route: Route): Promise<string[]> {
  const attempt = {
    what: "a good request",
    sent: requestTo(route, world),
    right: [route.status],
    wrong: honours(route),
    hashes: true,
    signsIn: true,
    clears: true,
  };
  const wrongs = await judge(world, { route, attempt, family: "good" });
  const hasChanged = (await snapshot(world)).join() !== before.join();
  // Whoever has just signed in only reads.
  const isDownload = /^(download|text)$/.test(route.type) && route.act === undefined;
  const isReading = !acts(route) || isDownload || /^\/password-strength$|\/options$/.test(route.path);
  if (hasChanged === isReading)
    wrongs.push(`${titleOf(route)} ${hasChanged ? "changed something" : "changed nothing"}`);
  await restore(world, before);
  return wrongs;
}

/** Tries once more, and again, what a machine without a free core may fail: to answer in time, or at all. */
async function unlessBusy(once: () => Promise<string[]>): Promise<string[]> {
  let wrongs = await once();
  for (let again = 0; again < 2 && wrongs.some((wrong) => /: (took \d+ ms|answered 503)/.test(wrong)); again++) {
    await world.gatehouse.rows("delete from gatehouse.throttle");
    wrongs = await once();
  }
  return wrongs;
}

/** Whether an answer leads, or will lead, to where a good `return_to` said. */
const honours =
  (route: Route): Attempt["wrong"] =>
  ({ location, page }) => {
    const goal = Object.entries(route.values(world)).find(([name]) => route.fields[name] === "return_to")?.[1];
    const target = location
      ? decodeURIComponent(location)
      : page.querySelector("[name=return_to]")?.getAttribute("value");
    return goal === undefined || route.type === "json" || target?.includes(String(goal))
      ? undefined
      : `leads to ${target}, not ${goal}`;
  };

describe("each bad input is refused, everywhere:", () => {
  for (const row of rows)
    test(`${row.id} ${row.what}`, async () => {
      const wrongs = await sendAll(row);
      expect([...wrongs, ...(await unchanged(world, before))]).toEqual([]);
    });
});

describe("over several requests:", () => {
  for (const { id, what, run } of scenarios)
    test(`${id} ${what}`, async () => {
      await restore(world, before);
      try {
        const made = await run(world);
        counts.set(id.slice(0, 1), (counts.get(id.slice(0, 1)) ?? 0) + made);
      } finally {
        await world.gatehouse.mailsTo("");
        await restore(world, before);
      }
    });
});

describe("the judge of redirects", () => {
  test("knows what leads away", () => {
    const { origin } = world.gatehouse;
    for (const safe of [
      "/account",
      "/",
      "/a?b=//c",
      origin,
      `${origin}/x`,
      "https://docs.example.com",
      "https://docs.example.com/x?y",
    ])
      expect([safe, isSafeTarget(safe, origin)]).toEqual([safe, true]);
    for (const unsafe of [
      "//evil",
      "/\\evil",
      "/%2fevil",
      "/\t/evil",
      `${origin}@evil`,
      `${origin}.evil/`,
      "https://evil",
      "https://docs.example.com.evil/",
      "https://docs.example.com\\@evil",
      "https://a@docs.example.com/",
      "javascript:x",
      "evil",
      "",
    ])
      expect([unsafe, isSafeTarget(unsafe, origin)]).toEqual([unsafe, false]);
  });
});

/** "C1-3" as C1, C2, C3. */
function idsOf(range: string): string[] {
  const [, family = "", first, last = first] = /^([A-Z])(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${family}${Number(first) + i}`);
}

const inParallel = 8;

/** One after the other, but for the route that answers no faster than a new account takes to make. */
async function sendAll(row: Row): Promise<string[]> {
  const all = routes.flatMap((route) => row.attempts(route, world).map((attempt) => ({ route, attempt })));
  const waits = ({ route }: { route: Route }) => route.path === "/api/auth/sign-up/email";
  const one = async ({ route, attempt }: (typeof all)[number]) => {
    const once = () => judge(world, { route, attempt, family: row.id.slice(0, 1) });
    const found = attempt.signsIn ? await unlessBusy(() => once().finally(() => restore(world, before))) : await once();
    return found.length > 0 && acts(route) ? [...found, ...(await unchanged(world, before))] : found;
  };
  const alone = async (wrongs: string[] = []) => {
    for (const each of all.filter((each) => !waits(each))) {
      await world.gatehouse.rows("delete from gatehouse.throttle");
      wrongs.push(...(await one(each)));
    }
    return wrongs;
  };
  const together = async (wrongs: string[] = []) => {
    const waiting = all.filter(waits);
    for (let i = 0; i < waiting.length; i += inParallel)
      wrongs.push(...(await Promise.all(waiting.slice(i, i + inParallel).map(one))).flat());
    return wrongs;
  };
  return (await Promise.all([alone(), together()])).flat();
}
