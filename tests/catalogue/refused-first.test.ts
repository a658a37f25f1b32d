import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rows } from "./inputs";
import { requestTo, titleOf, type Sent } from "./request";
import type { Route } from "./route";
import { routes } from "./routes";
import { acts, isForm, isJson, withBody, withHeaders } from "./row";
import { makeWorld, restore, snapshot, trustedOrigin, type World } from "./world";
import { newPerson, startGatehouse, Visitor } from "../support/harness";

/** What is refused for where it comes from, or for what it is, leaves nothing behind: no count, no event, no alarm. */

let world: World;
let before: string[];
beforeAll(async () => {
  world = await makeWorld();
  before = await snapshot(world);
});
afterAll(() => world.gatehouse.close());

/** All that a try leaves behind. */
async function traces(): Promise<string> {
  const [found] = await world.gatehouse.rows<{ all: string }>(
    `select (select coalesce(jsonb_agg(t order by t.key), '[]') from gatehouse.throttle t)::text
       || (select coalesce(jsonb_agg(e order by e.id), '[]') from gatehouse.event e)::text as all`,
  );
  return found?.all ?? "";
}

const alarms = (lines: readonly string[]) => lines.filter((line) => JSON.parse(line).level === "error");

interface Refused {
  what: string;
  sent: Sent;
  right: readonly number[];
}

/** Sends them all from one address; each must get one of these answers, and none may leave a trace. */
async function leavesNothing(attempts: readonly Refused[]) {
  const { gatehouse } = world;
  const stranger = gatehouse.visitor();
  await restore(world, before);
  await gatehouse.mailsTo("");
  const [kept, logged] = [await traces(), gatehouse.log.length];
  const wrongs: string[] = [];
  for (const attempt of attempts) wrongs.push(...(await wrongWith(attempt, stranger)));
  // Traces are looked for once, because that takes longer than what may leave them; and then for which left it.
  if ((await traces()) !== kept)
    for (const attempt of attempts) {
      const before = await traces();
      await wrongWith(attempt, stranger);
      if ((await traces()) !== before) wrongs.push(`${attempt.what}: left a trace`);
    }
  expect(wrongs.slice(0, 20)).toEqual([]);
  expect(await traces()).toBe(kept);
  expect(alarms(gatehouse.log.slice(logged))).toEqual([]);
}

async function wrongWith({ what, sent, right }: Refused, stranger: Visitor): Promise<string[]> {
  const { method, path, body, headers: given } = sent;
  const headers = Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  if (body instanceof Uint8Array) headers["content-length"] ??= String(body.length);
  const { status } = await stranger.send(path, { method, headers, ...(body !== undefined && { body }) });
  return right.includes(status) ? [] : [`${what}: answered ${status}, not ${right.join(" or ")}`];
}

const posts = routes.filter(acts);
const cookieless = (sent: Sent) => withHeaders(sent, { cookie: undefined });

/**
 * How the browser of a visitor comes with what another site makes it send; without the last one, 22 such posts hold
 * everybody there up.
 */
const foreign: Record<string, Sent["headers"]> = {
  "a script without CORS": {
    origin: "https://evil.example",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "no-cors",
    "sec-fetch-dest": "empty",
  },
  "a form": {
    origin: "https://evil.example",
    referer: "https://evil.example/",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  },
  "a form of a trusted site, which asks by script": {
    origin: trustedOrigin,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  },
  "a form of a sandbox": {
    origin: "null",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "iframe",
  },
  "a form that hides its site": {
    origin: undefined,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  },
  "a neighbour": { origin: "http://sub.localhost:3000", "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  "a neighbour that hides": { origin: undefined, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  "a claim of our Origin, which no browser makes": {
    origin: "http://localhost:3000",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
  },
  "the same from a neighbour": {
    origin: "http://localhost:3000",
    "sec-fetch-site": "same-site",
    "sec-fetch-mode": "cors",
  },
  "an old browser's Origin": { origin: "https://evil.example" },
  "an old browser's Referer": { origin: undefined, referer: "https://evil.example/http://localhost:3000/" },
  "no origin that is one": { origin: "null" },
  "a browser that says nothing but how": { origin: undefined, "sec-fetch-mode": "no-cors" },
  "nobody's doing, from nowhere": { origin: undefined, "sec-fetch-site": "none" },
};

for (const [what, headers] of Object.entries(foreign))
  test(`refused first, counted after: what comes from elsewhere: ${what}`, async () => {
    const sent = posts.map((route) => withHeaders(requestTo(route, world), headers));
    await leavesNothing([...sent, ...sent.map(cookieless)].map((sent) => ({ what: sent.path, sent, right: [403] })));
  });

test("refused first, counted after: a form to the API, from elsewhere or from nowhere", async () => {
  const asForm = (route: Route, headers: Sent["headers"]) =>
    withBody(
      withHeaders(requestTo(route, world), { ...headers, cookie: undefined }),
      new URLSearchParams(route.values(world) as Record<string, string>).toString(),
      { "content-type": "application/x-www-form-urlencoded" },
    );
  const ways = { ...foreign, nothing: { origin: undefined } };
  await leavesNothing(
    posts.filter(isJson).flatMap((route) =>
      Object.entries(ways).map(([what, headers]) => ({
        what: `${route.path} ← ${what}`,
        sent: asForm(route, headers),
        right: [403],
      })),
    ),
  );
});

test("refused first, counted after: what is for another host", async () => {
  const hosts = ["evil.example", "localhost", "127.0.0.1:3000", "localhost:3000, evil.example", ""];
  await leavesNothing(
    posts.flatMap((route) =>
      hosts.map((host) => ({
        what: `${titleOf(route)} ← ${host}`,
        sent: withHeaders(requestTo(route, world), { host }),
        right: [421],
      })),
    ),
  );
});

const refusals = [400, 403, 413, 415, 422];

for (const id of "B1 B2 B3 B4 B6 B7 B8 B11 B12 E1 E2 E3 E4 E5 H5 H6 H7 F17".split(" "))
  for (const row of rows.filter((row) => row.id === id))
    test(`refused first, counted after: ${row.id} ${row.what}`, async () => {
      const attempts = posts.flatMap((route) =>
        row
          .attempts(route, world)
          // A body as large as a picture's is counted before it is read.
          .filter(({ right }) => route.type !== "upload" || !right.includes(400))
          .map((attempt) => ({ ...attempt, what: `${titleOf(route)} ← ${attempt.what}` })),
      );
      await leavesNothing(
        attempts.filter(({ right, signsIn }) => !signsIn && right.every((status) => refusals.includes(status))),
      );
    });
const sameOrigin = {
  origin: undefined,
  referer: undefined,
  "sec-fetch-site": "same-origin",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
};

test("a post whose origin only Sec-Fetch-Site tells is ours, at every form and at the API", async () => {
  const wrongs: string[] = [];
  for (const route of posts) {
    await restore(world, before);
    const { path, method, body, headers: given } = withHeaders(requestTo(route, world), sameOrigin);
    const headers = Object.fromEntries(
      Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const { status } = await world.gatehouse
      .visitor()
      .send(path, { method, headers, ...(body !== undefined && { body }) });
    if (status !== route.status) wrongs.push(`${titleOf(route)}: answered ${status}, not ${route.status}`);
  }
  await restore(world, before);
  expect(wrongs).toEqual([]);
  expect(posts.filter(isForm).length).toBeGreaterThan(15);
});

test("a post whose origin only Sec-Fetch-Site tells signs in where a filter hides the other headers", async () => {
  const { email, password } = world.member;
  const hiding: Record<string, string>[] = [
    { origin: "" },
    { origin: "", referer: "" },
    { origin: "null" },
    { origin: "null", referer: "" },
  ];
  for (const hidden of hiding)
    expect([
      hidden,
      (
        await world.gatehouse
          .visitor()
          .post("/sign-in", { email, password }, { ...hidden, "sec-fetch-site": "same-origin" })
      ).status,
    ]).toEqual([hidden, 303]);
});

describe("a program at the API", () => {
  test("need not say where it is when it sends JSON without a session; a trusted origin's script does", async () => {
    const gatehouse = await startGatehouse({ TRUSTED_ORIGINS: trustedOrigin });
    const person = newPerson();
    await gatehouse.visitor().signUp(person);
    const send = (headers: Record<string, string>) =>
      new Visitor(gatehouse.edge, gatehouse.origin, "127.0.0.1").send("/api/auth/sign-in/email", {
        method: "POST",
        body: JSON.stringify({ email: person.email, password: person.password }),
        headers: { "content-type": "application/json", ...headers },
      });
    expect((await send({})).status).toBe(200);
    expect((await send({ cookie: "a=b" })).status).toBe(403);
    expect(
      (await send({ origin: trustedOrigin, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" })).status,
    ).toBe(200);
    const refused = await send({ origin: "https://evil.example" });
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, "INVALID_ORIGIN"]);
    await gatehouse.close();
  });
});
