import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { newTestDatabase } from "../support/databases";
import { newPerson, secret, startGatehouse, type Visitor } from "../support/harness";
import { untilKept } from "../support/kept";
import { at, next, startRotated, type Rotated } from "../support/rotated";

/** A session of before, at a program that was given another secret beside the one it had, and at one without it. */

let rotated: Rotated;
beforeAll(async () => {
  rotated = await startRotated();
});
beforeEach(() => rotated.given.rows("delete from gatehouse.throttle"));
afterAll(() => rotated.close());

const sessionCookie = "better-auth.session_token";
const briefCookie = "better-auth.dont_remember";
const deviceCookie = "gatehouse.device";
const session = async (visitor: Visitor) => (await visitor.get("/api/session")).status;
const tokenIn = (visitor: Visitor) => decodeURIComponent(visitor.cookies.get(sessionCookie) ?? "").split(".")[0];

/** Whether a browser is signed in, as each of the answers says that tell it. */
async function isIn(visitor: Visitor): Promise<boolean[]> {
  const cookie = visitor.cookieHeader();
  const got = (path: string) => visitor.get(path, { cookie });
  return [
    (await got("/account")).status === 200,
    (await got("/api/session")).status === 200,
    (await got("/api/forward-auth")).status === 204,
    (await got("/api/auth/get-session")).text !== "null",
  ];
}

test("another secret: who is signed in stays so with both by page, API and proxy, not with one", async () => {
  const { before, both, turned, after } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  expect(await isIn(visitor)).toEqual([true, true, true, true]);
  expect(await isIn(at(both, visitor))).toEqual([true, true, true, true]);
  expect(await isIn(at(turned, visitor))).toEqual([true, true, true, true]);
  expect(await isIn(at(after, visitor))).toEqual([false, false, false, false]);
  const late = both.visitor();
  await late.join();
  expect(await isIn(at(turned, late))).toEqual([true, true, true, true]);
  expect(await isIn(at(after, late))).toEqual([true, true, true, true]);
  expect(await isIn(at(before, late))).toEqual([false, false, false, false]);
});

test("another secret: the next page signs the session again, and so the old secret can be dropped", async () => {
  const { before, both, after } = rotated;
  for (const path of ["/account", "/account/profile", "/account/sessions", "/"]) {
    const visitor = before.visitor();
    await visitor.join();
    const there = at(both, visitor);
    const { headers } = await there.get(path);
    const lines = headers.getSetCookie().filter((line) => line.startsWith(`${sessionCookie}=`));
    expect([path, lines.length]).toEqual([path, 1]);
    expect(lines[0]).toContain("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax");
    expect(tokenIn(there)).toBe(tokenIn(visitor));
    expect(await session(at(after, there))).toBe(200);
    expect((await there.get(path)).headers.getSetCookie()).toEqual([]); // it is signed by the first now
  }
});

test("another secret: get-session signs the session again, in memory or not, and keeps its very answer", async () => {
  const { before, both, after } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  const wanted = await visitor.get("/api/auth/get-session");
  for (let round = 0; round < 3; round++) {
    const there = at(both, visitor);
    const got = await there.get("/api/auth/get-session");
    expect([got.status, got.text]).toEqual([200, wanted.text]);
    expect(await session(at(after, there))).toBe(200);
    await untilKept(both, at(both, visitor));
  }
});

test("another secret: a session by the old one is kept in memory too, and its end is heard there", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  const there = await untilKept(both, at(both, visitor));
  expect(there.cookies).toEqual(visitor.cookies); // asking signs nothing again
  await visitor.post("/sign-out", {});
  await both.live.caughtUp();
  expect(await session(there)).toBe(401);
});

test("another secret: a session that is over is not signed again", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  const there = at(both, visitor);
  await visitor.post("/sign-out", {});
  const isSigned = (lines: string[]) => lines.some((line) => new RegExp(`^${sessionCookie}=[^;]`).test(line));
  for (const path of ["/account", "/sign-in", "/api/auth/get-session"])
    expect([path, isSigned((await at(both, there).get(path)).headers.getSetCookie())]).toEqual([path, false]);
});

test("another secret: a session that a new password replaces is not signed again", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  const { password: current } = await visitor.join();
  const there = at(both, visitor);
  await there.post("/account/password", { current, password: "a brand new passphrase" });
  expect(await session(there)).toBe(200);
});

test("another secret: a session that ends with the browser stays one that does", async () => {
  const { before, both, after } = rotated;
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.signUp(person);
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  expect(tokenIn(visitor)).toStartWith("brief-");
  const there = at(both, visitor);
  const lines = (await there.get("/account")).headers.getSetCookie();
  expect(lines.map((line) => line.split("=")[0])).toEqual([sessionCookie, briefCookie, deviceCookie]);
  for (const line of lines.slice(0, 2)) expect(line).not.toContain("Max-Age");
  expect(await session(at(after, there))).toBe(200);
});

test("another secret: of a session that ends with the browser, its token tells, or its second cookie", async () => {
  const { before, both } = rotated;
  const [visitor, kept] = [before.visitor(), before.visitor()];
  const person = newPerson();
  await visitor.signUp(person);
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  await kept.join();
  kept.cookies.set(briefCookie, visitor.cookies.get(briefCookie) ?? ""); // as another program makes them
  visitor.cookies.delete(briefCookie);
  for (const browser of [visitor, kept]) {
    const lines = (await at(both, browser).get("/account")).headers.getSetCookie();
    expect(lines[0]).toStartWith(`${sessionCookie}=`);
    expect(lines[0]).not.toContain("Max-Age");
  }
});

test("another secret: what sets no cookie sets none: the session API, a proxy's question, probes", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  const files = ["/favicon.ico", "/apple-touch-icon.png", "/assets/app.js", "/pictures/none"];
  for (const path of ["/api/session", "/api/forward-auth", "/livez", "/readyz", ...files])
    for (let round = 0; round < 2; round++)
      expect([path, (await at(both, visitor).get(path)).headers.getSetCookie()]).toEqual([path, []]);
});

test("another secret: signing out drops the session and its cookie, whichever secret signed it", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  await visitor.join();
  const there = at(both, visitor);
  expect((await there.post("/sign-out", {})).status).toBe(303);
  expect(there.cookies.has(sessionCookie)).toBe(false);
  expect(await session(visitor)).toBe(401);
});

test("another secret: a sign-in ends the session that the browser had by the old one", async () => {
  const { before, both } = rotated;
  const visitor = before.visitor();
  const person = await visitor.join();
  const there = at(both, visitor);
  expect((await there.post("/sign-in", { ...person, remember: "on" })).location).toBe("/account");
  expect(tokenIn(there)).not.toBe(tokenIn(visitor));
  expect([await session(visitor), await session(there)]).toEqual([401, 200]);
});

test("another secret: no cookie is signed again while it is not known who is signed in", async () => {
  const { before } = rotated;
  const own = await newTestDatabase();
  const alone = await startGatehouse({ BETTER_AUTH_SECRETS: `2:${next},1:${secret}` }, own);
  const visitor = before.visitor();
  await visitor.join();
  await own.takeAway();
  for (const path of ["/account", "/api/auth/get-session"]) {
    const { status, headers } = await at(alone, visitor).get(path);
    expect([path, status, headers.getSetCookie()]).toEqual([path, 503, []]);
  }
  await alone.close();
});
