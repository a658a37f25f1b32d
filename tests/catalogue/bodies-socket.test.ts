import { afterAll, beforeAll, expect, test } from "bun:test";
import { body, each, forms, longestWaitMilliseconds, startVictim, toEachForm } from "./sockets";
import type { Answer, Victim } from "./sockets";

/** Bodies that are too long, or never whole, over sockets, to the real program. */

const seconds = 1000;

let victim: Victim;
let before: string;
let slowly: Promise<Answer[]>;
beforeAll(async () => {
  victim = await startVictim();
  before = await victim.whoAmI();
  const slow = (path: string, length: string) =>
    victim.exchange(`${victim.head(path)}${length}\r\n\r\n`, { dripping: true });
  const lengths = ["Content-Length: 100", "Transfer-Encoding: chunked\r\n\r\n64"];
  // Bun looks for idle connections every four seconds.
  slowly = Promise.all(
    forms.flatMap((path, i) => lengths.map((length) => Bun.sleep((i % 4) * seconds).then(() => slow(path, length)))),
  );
});
afterAll(() => victim.remove());

test("B6 too much, said before or found while it is read", async () => {
  const much = "x".repeat(70_000);
  const inChunks = (size: number) =>
    `${`${size.toString(16)}\r\n${"x".repeat(size)}\r\n`.repeat(Math.ceil(70_000 / size))}0\r\n\r\n`;
  await victim.answered(
    toEachForm((path) =>
      each(
        {
          "70 KB in one chunk": inChunks(70_000),
          "in chunks": inChunks(1000),
          "and never an end": inChunks(1000).slice(0, -5),
        },
        (sent) => `${victim.head(path)}Transfer-Encoding: chunked\r\n\r\n${sent}`,
      ),
    ),
    [413],
  );
  await victim.answered(
    toEachForm((path) => ({
      "70 KB": `${victim.head(path)}Content-Length: ${much.length}\r\n\r\n${much}`,
      "1 GB announced": `${victim.head(path)}Content-Length: 1000000000\r\n\r\n${body}`,
    })),
    [413],
  );
  const announced = `${victim.head("/account/profile")}Content-Length: 17000000\r\n\r\n`;
  await victim.answered({ "17 MB": `${announced}${much.repeat(250)}` }, [413]);
});

test(
  "B9 a body that never comes whole is answered, whenever it began; and a client goes away",
  async () => {
    await Promise.all(
      forms.flatMap((path) => [
        victim.exchange(`${victim.head(path)}Content-Length: 100\r\n\r\n${body}`, { hangUp: true }),
        victim.exchange(victim.head(path), { hangUp: true }),
      ]),
    );
    const page = `GET /account HTTP/1.1\r\nHost: ${victim.host}\r\nCookie: ${victim.cookie}\r\n\r\n`;
    await Promise.all(Array.from({ length: 50 }, () => victim.exchange(page, { hangUp: true })));
    for (const { statuses, milliseconds } of await slowly) {
      expect(statuses).toEqual([408]);
      expect(milliseconds).toBeLessThan(longestWaitMilliseconds);
    }
    // All of that has left nothing behind that holds anybody up: else the page would say 503 within two seconds. And
    // nobody was signed out or renamed.
    expect(JSON.parse(await victim.whoAmI()).user.email).toBe(JSON.parse(before).user.email);
    expect((await fetch(`${victim.origin}/account`, { headers: { cookie: victim.cookie } })).status).toBe(200);
    expect(await victim.whoAmI()).toBe(before);
  },
  30 * seconds,
);

test("the same bytes, whole and well framed or in chunks, do act: nothing is refused for another reason", async () => {
  const other = await victim.signedIn();
  const send = (path: string) => victim.exchange(victim.whole(path).replace(victim.cookie, other));
  expect(forms.length).toBeGreaterThan(12);
  expect(JSON.parse(await victim.whoAmI(other)).user.name).toContain("Ada");
  expect((await send("/account/profile")).statuses).toEqual([303]);
  expect(JSON.parse(await victim.whoAmI(other)).user.name).toBe("Changed");
  const inChunks = body.replace("Changed", "Again").match(/.{1,7}/g) ?? [];
  const framed = inChunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("");
  const again = `${victim.head("/account/profile")}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n\r\n`;
  expect((await victim.exchange(again.replace(victim.cookie, other))).statuses).toEqual([303]);
  expect(JSON.parse(await victim.whoAmI(other)).user.name).toBe("Again");
  expect((await send("/sign-out")).statuses).toEqual([303]);
  expect(JSON.parse(await victim.whoAmI(other)).error.code).toBe("no_session");
});
