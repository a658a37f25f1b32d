import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Served } from "../support/serve";
import { reply, type Reply, startTold, type Told } from "../support/told";
import { type Runtime, runtimes, startRuntime } from "./places";
import { signedIn, strangeAnswers } from "./strange";

/** Whatever Gatehouse, or something that stands in its place, answers: nobody is let in unless a caller is known. */

const cookie = "better-auth.session_token=a.b";
const whole = reply(200, signedIn)[0] ?? new Uint8Array();
const head = Buffer.from(whole).toString().split("{")[0] ?? "";
const letters = [...Buffer.from(whole).toString()].flatMap((letter) => [letter, 50]);

const strange: Record<string, Reply> = {
  ...Object.fromEntries(
    Object.entries(strangeAnswers).map(([what, [status, body, type = "application/json"]]) => [
      what,
      reply(status, body, { "content-type": type }),
    ]),
  ),
  "a redirect to itself": reply(302, "", { location: "/api/session" }),
  "a redirect that keeps the method": reply(307, signedIn, { location: "/" }),
  "too much": reply(200, signedIn.replace("Ada", "A".repeat(20_000))),
  "too much, and never an end": [head.replace(/content-length.*\r\n/, ""), "x".repeat(17_000), 5000],
  "a stop half-way": [whole.slice(0, -10), 5000],
  "no HTTP": ["SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  "hanging up": null,
  "a reset": "reset",
  slow: [5000, whole],
  "one letter at a time": letters,
  "a body that never begins": [head, 5000],
};

/** Not the five of the slow answers. */
const longestWaitMilliseconds = 2500;

interface Place extends Served {
  told: Told;
}

const places = new Map<Runtime, Place>();
beforeAll(async () => {
  for (const runtime of runtimes) {
    const told = await startTold(() => null);
    places.set(runtime, { ...(await startRuntime(runtime, { GATEHOUSE_URL: told.origin })), told });
  }
}, 600_000);
afterAll(async () => {
  for (const { stop, told } of places.values()) {
    await stop();
    told.close();
  }
});

function placeOf(runtime: Runtime): Place {
  const place = places.get(runtime);
  if (!place) throw new Error(`${runtime} was not started.`);
  place.told.heard = [];
  return place;
}

interface Got {
  status: number;
  retry: string | null;
  said: unknown;
}

async function visit({ origin }: Served, path = "/me"): Promise<Got> {
  const signal = AbortSignal.timeout(longestWaitMilliseconds);
  const answer = await fetch(origin + path, { headers: { cookie }, signal });
  return { status: answer.status, retry: answer.headers.get("retry-after"), said: await answer.json() };
}

const unavailable = { status: 503, retry: "1", said: { error: { code: "unavailable", message: expect.any(String) } } };

/** A test for each runtime. */
function everywhere(what: string, isSo: (place: Place) => Promise<void>) {
  for (const runtime of runtimes) test(`${runtime}: ${what}`, () => isSo(placeOf(runtime)));
}

for (const [what, answer] of Object.entries(strange))
  everywhere(`a strange answer is 503 and no long wait: ${what}`, async (place) => {
    place.told.answer = () => answer;
    expect(await Promise.all([visit(place), visit(place, "/home")])).toEqual([unavailable, unavailable]);
  });

everywhere("null is nobody, as with Better Auth itself", async (place) => {
  place.told.answer = () => reply(200, "null");
  expect(await visit(place)).toMatchObject({ status: 401, said: { error: { code: "no_session" } } });
  expect(await visit(place, "/home")).toMatchObject({ status: 200, said: "nobody" });
});

everywhere("what Gatehouse may say one day does not disturb", async (place) => {
  place.told.answer = () => reply(200, signedIn.replace('"name"', '"locale":"de","name"'));
  expect(await visit(place)).toMatchObject({ status: 200, said: "ada@example.org" });
});

everywhere("only the cookie of Gatehouse, an id and what every program says go along", async (place) => {
  place.told.answer = () => reply(200, signedIn, { "set-cookie": "planted=1" });
  const headers = { cookie: `theme=dark; ${cookie}`, "x-request-id": "req-12345678", authorization: "Bearer x" };
  for (let i = 0; i < 3; i += 1) await (await fetch(`${place.origin}/me`, { headers })).text();
  for (const request of place.told.heard) {
    expect(request).toStartWith("GET /api/session HTTP/1.1\r\n");
    expect(request).toMatch(/^cookie: better-auth\.session_token=a\.b\r?$/im);
    expect(request).toMatch(/^x-request-id: req-12345678\r?$/im);
    expect(request).not.toMatch(/planted|theme|Bearer/);
  }
  expect(place.told.heard.length).toBe(3);
});

everywhere("a Gatehouse that is not there is 503, at once", async (place) => {
  place.told.close();
  const began = performance.now();
  for (let i = 0; i < 3; i += 1) expect(await visit(place)).toEqual(unavailable);
  expect(performance.now() - began).toBeLessThan(longestWaitMilliseconds);
  expect((await fetch(`${place.origin}/me`)).status).toBe(401); // without a cookie nobody need be asked
});
