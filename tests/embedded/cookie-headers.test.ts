import { afterAll, beforeAll, expect, setSystemTime, test } from "bun:test";
import { heapStats } from "bun:jsc";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { regular, sameBrowser, untilKept, whileKept } from "../support/kept";

/** A session in memory is found by the whole `Cookie` header that it came with, without reading that again. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, await newTestDatabase());
});
afterAll(() => gatehouse.close());

const answerTo = async (cookie: string) => {
  const { status, text } = await gatehouse.visitor().get("/api/session", { cookie });
  return { status, id: JSON.parse(text).user?.id };
};

test("each header that has the cookie finds its session, and none does once that has ended", async () => {
  const [ada, eve] = [await regular(gatehouse), await regular(gatehouse)];
  const own = ada.cookieHeader();
  const headers = [own, `theme=dark; ${own}`, own, `${own}; theme=dark`, `theme=dark; ${own}`];
  const before = await whileKept(gatehouse, ada, () => Promise.all(headers.map((header) => answerTo(header))));
  const { id } = await answerTo(own);
  expect(before).toEqual(headers.map(() => ({ status: 200, id })));
  expect((await answerTo(eve.cookieHeader())).id).not.toBe(id);
  await sameBrowser(gatehouse, ada).post("/sign-out", {});
  expect(await Promise.all(headers.map((header) => answerTo(header)))).toEqual(
    headers.map(() => ({ status: 401, id: undefined })),
  );
  expect((await answerTo(eve.cookieHeader())).status).toBe(200);
});

test("a header that was found stays found after everything was forgotten, by what the database says then", async () => {
  const visitor = await regular(gatehouse);
  const own = visitor.cookieHeader();
  const { id } = await answerTo(own);
  await gatehouse.rows(`alter table "user" alter column name type text using 'Written Anew'`); // told of without an id
  await untilKept(gatehouse, visitor);
  expect(gatehouse.live.find(own)?.signedIn.user).toMatchObject({ id, name: "Written Anew" });
});

/** How much more memory is held after it, in megabytes. */
function megabytesHeldBy(act: () => void) {
  const held = () => {
    Bun.gc(true);
    const { heapSize, extraMemorySize } = heapStats();
    return (heapSize + extraMemorySize) / 1e6;
  };
  const before = held();
  act();
  return held() - before;
}

test("of all the headers that a session comes with one is held, and no long one", async () => {
  const visitor = await regular(gatehouse);
  const own = visitor.cookieHeader();
  const find = (filler: string) => gatehouse.live.find(`${own}; filler=${filler}`);
  const heldOfMany = () =>
    megabytesHeldBy(() => {
      for (let index = 0; index < 30_000; index++) find(`${"a".repeat(600)}${index}`);
    });
  expect(await whileKept(gatehouse, visitor, async () => heldOfMany())).toBeLessThan(5);
  const heldOfALongOne = () => megabytesHeldBy(() => void find("a".repeat(20_000_000)));
  expect(await whileKept(gatehouse, visitor, async () => heldOfALongOne())).toBeLessThan(5);
});

test("a session in memory is not believed once the machine has slept", async () => {
  const visitor = await regular(gatehouse);
  const foundAfter = (seconds: number) => {
    setSystemTime(Date.now() + seconds * 1000); // while a machine sleeps, this is the one clock that goes on
    return gatehouse.live.find(visitor.cookieHeader()) !== undefined;
  };
  const found = await whileKept(gatehouse, visitor, async () => {
    const [atOnce, later] = [foundAfter(1), foundAfter(60)];
    setSystemTime();
    return { atOnce, later };
  });
  expect(found).toEqual({ atOnce: true, later: false });
});
